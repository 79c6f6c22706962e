"""The built-ins have no private door: moved to a distribution from outside, unchanged, they do the same.

Once as they are, and once with everything that passes between plugin and app turned into JSON and back, as if the
plugin lived in another process.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

import pytest

import commands.builtin
from commands import Capability
from commands.builtin import MODULES
from commands.crossing import crossed
from commands.events import Event, Started, Table
from commands.wire import decode, encode
from plugins import bridge, visit
from plugins.loading import load, problems
from plugins.manager import PluginManager
from tests.doubles.line_terminal import LineTerminal, Outcome
from tests.doubles.memory_telegram import MemoryTelegram
from tests.product.wheels import install_wheels, make_wheel

NAME = "moved-builtins"
FOLDER = Path(next(iter(commands.builtin.__path__)))
ERRORS = (
    "list --nope",
    "list 0",
    "@nobody_here",
    "help nothing",
    "list | sort nothing",
    "list | where kind > 1",
)
EVERY = frozenset(Capability)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Distribution]:
    """By pip: the files of ``commands/builtin`` in a package of another name."""
    folder = tmp_path_factory.mktemp("moved")
    sources = {f"moved_builtins/{path.name}": path.read_text() for path in FOLDER.glob("*.py")}
    modules = [module.replace("commands.builtin", "moved_builtins") for module in MODULES]
    install_wheels(folder / "installed", [make_wheel(folder, NAME, sources, modules)])
    sys.path.insert(0, str(folder / "installed"))
    yield next(iter(distributions(path=[str(folder / "installed")])))
    sys.path.remove(str(folder / "installed"))
    for name in [name for name in sys.modules if name.startswith("moved_builtins")]:
        del sys.modules[name]


@pytest.fixture
def moved(installed: Distribution) -> Iterator[PluginManager]:
    """An app whose own commands have all been taken away."""
    manager = load(f"{NAME}==1.0", f"{NAME}={'+'.join(EVERY)}", builtin=(), installed=[installed])
    assert problems(manager) == []
    yield manager
    manager.close()


@pytest.fixture(params=["as values", "as JSON"])
def terminal(
    moved: PluginManager, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> LineTerminal:
    if request.param == "as JSON":
        monkeypatch.setattr(visit, "crossed", over_the_wire)
        monkeypatch.setattr(bridge, "crossed", over_the_wire)
        monkeypatch.setattr(visit.Visit, "_call", answered_over_the_wire)
    return LineTerminal(MemoryTelegram.world(), moved)


def over_the_wire(value: Any, domain: str = "") -> Any:
    return decode(json.loads(json.dumps(encode(crossed(value, domain)))))


_call = visit.Visit._call


async def answered_over_the_wire(self: visit.Visit, call: Callable[[], Awaitable[Any]]) -> Any:
    return over_the_wire(await _call(self, call))


def lines() -> list[str]:
    """Every example that a built-in gives, and what goes wrong."""
    examples = [example for entry in load(installed=[]).registry for example in entry.command.examples]
    return [*dict.fromkeys(examples), "list", "help", *ERRORS]


def told(outcome: Outcome, terminal: LineTerminal) -> list[Any]:
    """All of it in words, but for who brought the command."""
    render = terminal.dispatcher.catalogue.render

    def plain(event: Event | Started | Table) -> str:
        shown = repr(event) if not hasattr(event, "text") else repr((type(event), render(event.text)))
        return shown.replace(f" ({NAME} 1.0)", "").replace(f"{NAME} 1.0", "telegram-chat-manager")

    words = [
        plain(event).replace(f", domain='{NAME}'", "").replace(", domain=''", "") for event in outcome.events
    ]
    return [outcome.finished.status, outcome.finished.rows, outcome.asked, words]


@pytest.mark.parametrize("line", lines())
async def test_they_do_the_same(terminal: LineTerminal, line: str) -> None:
    ours = LineTerminal(MemoryTelegram.world())
    expected, got = await ours(line), await terminal(line)
    assert told(got, terminal) == told(expected, ours)
    assert terminal.telegram.calls == ours.telegram.calls


def test_all_of_them_were_moved(moved: PluginManager) -> None:
    assert [entry.command.name for entry in moved.registry] == [
        entry.command.name for entry in load(installed=[]).registry
    ]
    assert not any(entry.origin.builtin for entry in moved.registry)


async def test_they_complete_the_same(terminal: LineTerminal) -> None:
    ours = LineTerminal(MemoryTelegram.world())
    for typed in ("l", "list --", "@du", "list | sort -", "list | where ", "help se"):
        assert await terminal.completions(typed) == await ours.completions(typed)
