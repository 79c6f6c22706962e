"""Installed distributions made on the spot, and taken out of the interpreter again afterwards."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path
from typing import Any

import pytest

from commands.hooks import GROUP
from plugins.loading import load
from plugins.manager import PluginManager

HELLO = """
from commands import *
async def run(context, given):
    yield row("hello")
@hookimpl
def register_commands(register):
    register(Command(trigger=Word("hello"), summary=say("Say hello."),
                     does=Source(run=run, columns=(Column("text", Kind.TEXT),))))
"""


class Install:
    """Makes installed distributions, as pip would: a module, its metadata, its RECORD. Admits them as well."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._managers: list[PluginManager] = []

    def __call__(self, name: str, source: str, *, version: str = "1.0", value: str = "") -> Distribution:
        module, info_name = name.lower().replace("-", "_"), f"{name}-{version}.dist-info"
        (self._folder / f"{module}.py").write_text(source)
        info = self._folder / info_name
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{module} = {value or module}\n")
        (info / "INSTALLER").write_text("pip\n")
        (self._folder / "script").write_text(f"#!{sys.executable}\n")
        files = (
            f"{module}.py",
            f"{info_name}/METADATA",
            f"{info_name}/entry_points.txt",
            f"{info_name}/INSTALLER",
        )
        extra = (f"{info_name}/RECORD", f"__pycache__/{module}.cpython.pyc", "../bin/script")
        (info / "RECORD").write_text("".join(f"{file},,\n" for file in (*files, *extra)))
        return PathDistribution(info)

    def load(self, *arguments: Any, **named: Any) -> PluginManager:
        """``plugins.loading.load``; what it starts ends with the test."""
        self._managers.append(load(*arguments, **named))
        return self._managers[-1]

    def close(self) -> None:
        for manager in self._managers:
            manager.close()


@pytest.fixture
def hello() -> str:
    """A plugin that works."""
    return HELLO


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    made = Install(tmp_path)
    yield made
    made.close()
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.fixture
def pin() -> Callable[[Distribution], str]:
    """An entry of the allow-list without a hash."""
    return lambda found: f"{found.name}=={found.version}"
