"""Installed distributions made on the spot, and taken out of the interpreter again afterwards."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path
from typing import Protocol

import pytest

from commands.hooks import GROUP

HELLO = """
from commands import *
async def run(context, given):
    yield row("hello")
@hookimpl
def register_commands(register):
    register(Command(trigger=Word("hello"), summary=say("Say hello."),
                     does=Source(run=run, columns=(Column("text", Kind.TEXT),))))
"""


class Install(Protocol):
    def __call__(self, name: str, source: str, *, version: str = ..., value: str = ...) -> Distribution: ...


@pytest.fixture
def hello() -> str:
    """A plugin that works."""
    return HELLO


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """As pip would: a module, its metadata, its RECORD."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def build(name: str, source: str, *, version: str = "1.0", value: str = "") -> Distribution:
        module, folder = name.lower().replace("-", "_"), f"{name}-{version}.dist-info"
        (tmp_path / f"{module}.py").write_text(source)
        info = tmp_path / folder
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{module} = {value or module}\n")
        (info / "INSTALLER").write_text("pip\n")
        (tmp_path / "script").write_text(f"#!{sys.executable}\n")
        listed = (f"{module}.py", f"{folder}/METADATA", f"{folder}/entry_points.txt", f"{folder}/INSTALLER")
        extra = (f"{folder}/RECORD", f"__pycache__/{module}.cpython.pyc", "../bin/script")
        (info / "RECORD").write_text("".join(f"{file},,\n" for file in (*listed, *extra)))
        return PathDistribution(info)

    yield build
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.fixture
def pin() -> Callable[[Distribution], str]:
    """An entry of the allow-list without a hash."""
    return lambda found: f"{found.name}=={found.version}"
