"""Saved files become what the commands do, for whoever holds the manager; what is broken leaves the rest alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest

from plugins.loading import load, problems
from plugins.manager import PluginManager
from plugins.reloading import BUILTIN, Sources, reload
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram

SOURCE = """
from commands import Column, Command, Kind, Source, Word, hookimpl, row, say
from livid_chats import words

async def run(context, given):
    yield row(words.SAID)

@hookimpl
def register_commands(register):
    does = Source(run=run, columns=(Column("said", Kind.TEXT),))
    register(Command(trigger=Word("livid"), summary=say("Says it."), does=does, examples=("livid",)))
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    package = tmp_path / "livid_chats"
    package.mkdir()
    (package / "__init__.py").write_text(SOURCE)
    (package / "words.py").write_text('SAID = "one"\n')
    info = tmp_path / "livid_chats-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: livid-chats\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[telegram_chat_manager.plugins]\nlivid = livid_chats\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield package
    for name in [name for name in sys.modules if name.startswith("livid_chats")]:
        del sys.modules[name]


@pytest.fixture
def load_all(package: Path) -> Iterator[Callable[[], PluginManager]]:
    made: list[PluginManager] = []

    def load_one() -> PluginManager:
        made.append(load("livid-chats==1.0", installed=distributions(path=[str(package.parent)])))
        return made[-1]

    yield load_one
    for manager in made:
        manager.close()


@pytest.fixture
def sources(package: Path) -> Sources:
    return Sources(["livid-chats"], distributions(path=[str(package.parent)]))


async def test_two_saves_of_one_size_within_a_second(
    package: Path, load_all: Callable[[], PluginManager], sources: Sources
) -> None:
    held = load_all()
    terminal = LineTerminal(MemoryTelegram(), held)
    for word in ("one", "two", "six", "ten"):
        (package / "words.py").write_text(f'SAID = "{word}"\n')
        for host in held.become(reload(sources, load_all)):
            host.close()
        assert (await terminal("livid")).rows == [(word,)]
    assert problems(held) == []


async def test_what_is_broken_is_left_out_and_comes_back(
    package: Path, load_all: Callable[[], PluginManager], sources: Sources
) -> None:
    held = load_all()
    terminal = LineTerminal(MemoryTelegram(), held)
    (package / "words.py").write_text("SAID = ")
    held.become(reload(sources, load_all))
    (problem,) = problems(held)
    assert "SyntaxError" in problem
    assert (await terminal("livid")).notice.code == "unknown_command"
    assert (await terminal("list")).rows == []
    (package / "words.py").write_text('SAID = "again"')
    held.become(reload(sources, load_all))
    assert (await terminal("livid")).rows == [("again",)]


def test_which_files_are_watched(package: Path, sources: Sources) -> None:
    known = sources.state()
    names = {path.name for path in known}
    assert {"words.py", "listing.py", "username.py"} <= names
    assert not any("testkit" in path.parts or path.name == "gateway.py" for path in known)
    (package / "words.py").write_text('SAID = "longer than before"')
    (package / "more.py").write_text("")
    changed = sources.state()
    assert {path.name for path in changed if known.get(path) != changed[path]} == {"words.py", "more.py"}


def test_ours_are_loaded_anew_as_well(load_all: Callable[[], PluginManager], sources: Sources) -> None:
    load_all()
    before = sys.modules[f"{BUILTIN}.listing"]
    contract = sys.modules["commands"]
    reload(sources, load_all)
    assert sys.modules[f"{BUILTIN}.listing"] is not before
    assert sys.modules["commands"] is contract


def test_nothing_of_what_is_not_allowed_is_watched(package: Path) -> None:
    watched = Sources([], distributions(path=[str(package.parent)])).state()
    assert not any(package in path.parents for path in watched)
