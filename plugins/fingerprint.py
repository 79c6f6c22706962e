"""Whether a distribution's installed files are the ones that were reviewed, and the ones that would be imported."""

from __future__ import annotations

import hashlib
from importlib.machinery import PathFinder
from importlib.metadata import Distribution, PackagePath
from pathlib import Path, PurePosixPath
from typing import Final

_SKIPPED: Final = frozenset(
    {"INSTALLER", "RECORD", "REQUESTED", "direct_url.json", "uv_build.json", "uv_cache.json"}
)
"""Written by the installer; they differ from machine to machine."""


def fingerprint(found: Distribution) -> str:
    """SHA-256 over the installed files, the same on each machine: no compiled files, no scripts with paths in them.

    The files themselves are read, not what RECORD says of them, and files that lie in its packages without standing in
    RECORD count as well: one of them may be imported instead. OSError when one is gone.
    """
    paths = {str(file): Path(str(file.locate())) for file in _files(found)}
    digest = hashlib.sha256()
    for name, path in sorted((paths | _stowaways(paths)).items()):
        digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def own_module(found: Distribution, module: str) -> bool:
    """Whether importing ``module`` would load a file of this distribution (an editable install has none)."""
    top = module.partition(".")[0]
    spec = PathFinder.find_spec(top)  # looks, and imports nothing
    if spec is None or spec.origin is None:
        return False
    loaded = Path(spec.origin).resolve()
    own = (file for file in _files(found) if PurePosixPath(file).parts[0] in (top, f"{top}.py"))
    return any(Path(str(file.locate())).resolve() == loaded for file in own)


def _stowaways(listed: dict[str, Path]) -> dict[str, Path]:
    """Whatever else lies in packages that are this distribution's own: their ``__init__`` is among its files."""
    tops = {
        PurePosixPath(name).parts[0]: path.parent
        for name, path in listed.items()
        if PurePosixPath(name).match("*/__init__.py") and len(PurePosixPath(name).parts) == 2
    }
    return {
        f"{top}/{path.relative_to(folder).as_posix()}": path
        for top, folder in tops.items()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def _files(found: Distribution) -> list[PackagePath]:
    return [
        file
        for file in found.files or ()
        if file.name not in _SKIPPED and file.suffix != ".pyc" and ".." not in file.parts
    ]
