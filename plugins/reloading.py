"""Load commands anew while the app runs, for whoever is writing one: files that were saved, and what follows.

Only for development. The contract itself and the app are not loaded anew, nor is a package that a plugin merely uses.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Final

from commands.hooks import GROUP
from plugins.manager import PluginManager
from plugins.origin import canonical

BUILTIN: Final = "commands.builtin"


class Sources:
    """The modules of the built-ins and of these distributions: where their files are, and how they are forgotten."""

    def __init__(self, allowed: Iterable[str], installed: Iterable[Distribution] | None = None) -> None:
        """``allowed`` are canonical names; of those that are not installed nothing is watched."""
        wanted = frozenset(allowed)
        offering = [one for one in installed or distributions() if canonical(one.name or "") in wanted]
        points = [point for one in offering for point in one.entry_points if point.group == GROUP]
        self.modules = (BUILTIN, *sorted({point.module.partition(".")[0] for point in points}))

    def state(self) -> dict[Path, int]:
        """When each file was last changed, in nanoseconds. Nothing is imported."""
        found = {}
        for module in self.modules:
            for path in _files(module):
                with suppress(OSError):  # an editor takes a file away for a moment while it saves
                    found[path] = path.stat().st_mtime_ns
        return found

    def forget(self) -> None:
        """So that the next import reads the files.

        Python takes what it has compiled for current if time (in seconds) and size of the file are as they were.
        """
        importlib.invalidate_caches()
        for name, module in tuple(sys.modules.items()):
            if any(name == own or name.startswith(f"{own}.") for own in self.modules):
                compiled = getattr(module, "__cached__", None)
                if compiled:
                    with suppress(OSError):
                        Path(compiled).unlink(missing_ok=True)
                del sys.modules[name]


def reload(sources: Sources, load: Callable[[], PluginManager]) -> PluginManager:
    """What ``load`` makes of the files as they are now. Raises what it raises; the modules that were are gone then."""
    keeps = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        sources.forget()
        return load()
    finally:
        sys.dont_write_bytecode = keeps


def _files(module: str) -> Iterator[Path]:
    spec = _spec(module)
    if spec is None:
        return
    folders = list(spec.submodule_search_locations or ())
    if not folders and spec.origin:
        yield Path(spec.origin)
    for folder in folders:
        yield from Path(folder).rglob("*.py")


def _spec(module: str) -> ModuleSpec | None:
    parent, _, _ = module.rpartition(".")
    return PathFinder.find_spec(module, sys.modules[parent].__path__ if parent else None)
