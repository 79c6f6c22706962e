"""Which files a process of the product opens for writing: Python itself reports each.

The folder of this module's ``sitecustomize`` stands first on the path of the process, so that it is imported before
anything of the product.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

SITE: Final = """
import os, sys
_log = os.open(os.environ["TEST_WRITTEN_FILES"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
_writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
def _seen(event, arguments):
    if event == "open" and not isinstance(arguments[0], int) and (arguments[2] or 0) & _writes:
        os.write(_log, f"{arguments[0]}\\n".encode())
    elif event in ("sqlite3.connect", "os.rename", "os.link", "os.mkdir", "os.symlink"):
        os.write(_log, f"{arguments}\\n".encode())
sys.addaudithook(_seen)
os.write(_log, b"watching\\n")
"""
HARMLESS: Final = ("/dev/null", ".pyc", "__pycache__")


class WrittenFiles:
    """Made in ``folder``; ``environment`` is for the process that is to be watched."""

    def __init__(self, folder: Path, source: Path) -> None:
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(SITE)
        self._log = folder / "written"
        self._log.touch()
        self.environment = {
            "PYTHONPATH": f"{folder}:{source}",
            "TEST_WRITTEN_FILES": str(self._log),
        }

    def paths(self) -> list[str]:
        """So far, without compiled code and what is no file."""
        begin, *lines = self._log.read_text().splitlines()
        assert begin == "watching"
        return [line for line in lines if line != begin and not any(word in line for word in HARMLESS)]
