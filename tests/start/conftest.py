"""Clones for these tests, and a summary that says aloud what could not be tried on this machine."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from tests.start import pythons
from tests.start.clone import Clone, MakeClone, clone, uncommitted
from tests.start.running import Run, Running

HERE = Path(__file__).parent
SAID = pytest.StashKey[list[str]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.start)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SAID] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for text in config.stash[SAID]:
        terminalreporter.write_line(f"CLEAN START: {text}", yellow=True, bold=True)


@pytest.fixture
def say(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """For the summary."""
    return pytestconfig.stash[SAID].append


@pytest.fixture
def not_here(say: Callable[[str], None]) -> Callable[[str], NoReturn]:
    """End the test, since this machine can't do it, and say so."""

    def end(why: str) -> NoReturn:
        say(f"NOT TRIED: {why}")
        pytest.skip(why)

    return end


@pytest.fixture(scope="session")
def ground(pytestconfig: pytest.Config) -> Iterator[Path]:
    """A folder that everybody may enter, with all clones of this run."""
    if uncommitted():
        pytestconfig.stash[SAID].append("tried as committed; changes in the working tree are not in it")
    folder = Path(tempfile.mkdtemp(prefix="clean-start-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def _made() -> Iterator[list[Clone]]:
    made: list[Clone] = []
    yield made
    for each in made:
        each.remove()


@pytest.fixture(scope="session")
def make_clone(ground: Path, _made: list[Clone]) -> MakeClone:
    """A fresh clone, nothing installed; the newest promised Python of this machine unless ``version`` is given."""

    def make(version: str | None = None, *, user: str | None = None, commit: str = "HEAD") -> Clone:
        found = pythons.found()
        name = version or next(each for each in found if each in pythons.WANTED)
        made = clone(ground / f"clone-{len(_made)}", found[name], user=user, commit=commit)
        _made.append(made)
        return made

    return make


@pytest.fixture(scope="session")
def clones_by_version(make_clone: MakeClone) -> Callable[[str], Clone]:
    """One clone for each version in a run, so that what is installed is installed once."""
    kept: dict[str, Clone] = {}

    def of(version: str) -> Clone:
        return kept.get(version) or kept.setdefault(version, make_clone(version))

    return of


@pytest.fixture
def any_clone(clones_by_version: Callable[[str], Clone]) -> Clone:
    """Installed, if the tests of the versions have run before."""
    return clones_by_version(next(each for each in pythons.WANTED if each in pythons.found()))


@pytest.fixture
def run() -> Iterator[Run]:
    """Starts ``make run`` and waits until it is healthy; what a failed test leaves is killed."""
    started: list[Running] = []

    def start(clone: Clone, *, port: int | None = None, again: bool = False) -> Running:
        running = Running(clone, port=port, again=again)
        started.append(running)
        return running.start()

    yield start
    for each in started:
        each.clear_up()


@pytest.fixture
def as_root() -> bool:
    return os.geteuid() == 0
