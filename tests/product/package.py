"""A stranger's package, installed by pip from its sources as an operator would install it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tests.product.process import ROOT

EXAMPLE: Final = ROOT / "plugins" / "examples" / "hello"
TRACE: Final = """
from pathlib import Path as _Path

_Path(__file__).with_name("imported").touch()
"""
PIPS: Final = ((sys.executable, "-m", "pip"), ("pip", "--python", sys.executable))
BUILT: Final = shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
OPTIONS: Final = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check")


class Package:
    """The example of the documentation, in a folder of its own that can be put on a Python path."""

    permit = "hello-chats==1.0.0"

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def install(cls, folder: Path) -> Package:
        package = cls(folder / "installed")
        sources = folder / "sources"
        shutil.copytree(EXAMPLE, sources)
        with (sources / "src" / "hello_chats" / "__init__.py").open("a") as module:
            module.write(TRACE)
        command = [*installer(), "install", *OPTIONS, "--target", str(package.path), str(sources)]
        subprocess.run(command, check=True, cwd=folder)
        return package

    def copy_to(self, folder: Path) -> Package:
        """Another that nobody has imported."""
        return Package(shutil.copytree(self.path, folder / "copy", ignore=shutil.ignore_patterns("imported")))

    @property
    def was_imported(self) -> bool:
        """By anybody, ever."""
        return (self.path / "hello_chats" / "imported").exists()


def install_examples(folder: Path, names: Iterable[str]) -> Path:
    """Several of the examples, installed from copies; what to put on a Python path."""
    sources = [shutil.copytree(EXAMPLE.parent / name, folder / name, ignore=BUILT) for name in names]
    target = folder / "installed"
    subprocess.run([*installer(), "install", *OPTIONS, "--target", target, *sources], check=True)
    return target


def installer() -> tuple[str, ...]:
    """Of this environment, else one from outside that can work for it."""
    for candidate in PIPS:
        found = shutil.which(candidate[0])
        if (
            found
            and subprocess.run([*candidate, "--version"], capture_output=True, check=False).returncode == 0
        ):
            return candidate
    raise RuntimeError("no pip (22.3 or newer) for the tests")
