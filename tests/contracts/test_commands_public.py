"""What plugin authors import, and what every command of ours owes to whoever types it."""

from __future__ import annotations

import ast
import pkgutil
import types
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

import commands
from commands import (
    ArgumentKind,
    Capability,
    Chat,
    Command,
    Effect,
    Event,
    Link,
    Message,
    Stage,
    User,
    Value,
)
from commands.builtin import MODULES
from commands.cells import to_json
from commands.phrases import Phrase
from plugins.loading import load
from plugins.registry import Entry
from quart_app.terminal.planning import plan
from quart_app.terminal.values import encode_value
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import NOW, MemoryTelegram

ROOT = Path(__file__).parents[2]
OURS = list(load(installed=[]).registry)
FIRST_COLUMNS = {
    "list": ["chat", "unread", "kind", "last", "flags"],
    "search": ["chat", "unread", "kind", "last", "flags"],
    "@": ["chat", "kind", "title", "username", "members", "about"],
}
FLAGS = ("archived", "mentioned", "muted", "pinned", "verified")
CHAT_TYPES = ("user", "bot", "group", "supergroup", "channel")
KINDS = {
    "chat",
    "user",
    "message",
    "time",
    "integer",
    "number",
    "text",
    "flag",
    "flags",
    "link",
    "bytes",
    "duration",
}


def test_public_names_are_sorted_and_there() -> None:
    def order(name: str) -> tuple[int, str]:
        return (0 if name.isupper() else 1 if name[0].isupper() else 2), name

    assert sorted(commands.__all__, key=order) == commands.__all__
    assert len(set(commands.__all__)) == len(commands.__all__)
    assert all(hasattr(commands, name) for name in commands.__all__)


def test_every_public_name_is_in_all() -> None:
    modules = (types.ModuleType,)
    named = {
        name
        for name, thing in vars(commands).items()
        if not name.startswith("_") and not isinstance(thing, modules)
    }
    assert named == set(commands.__all__)


def test_no_public_name_hides_a_module() -> None:
    modules = {found.name for found in pkgutil.iter_modules(commands.__path__)}
    assert modules & set(commands.__all__) == set()
    assert "arguments" in modules


def test_names_that_authors_rely_on_are_all_there() -> None:
    """Additions are welcome; none of these goes without a changelog entry."""
    promised = """
        CHAT COLUMN COMMAND COUNT DURATION GROUP INTEGER PROJECT REST TEXT Argument ArgumentKind Capability Change Chart
        Chat ChatState ClearScreen Column Columns Command CommandError Context Description Download Effect Event
        Finished FloodWait Given Kind Link Message NotFound Notice Page Phrase Profile Progress Refused Register Row
        Rows Sigil Source Stage Stream Telegram TelegramError Text Uncertain UsageError User Value Word argument
        choice each flag hookimpl many option row say say_n
    """
    assert set(promised.split()) <= set(commands.__all__)


def test_the_entry_point_group() -> None:
    assert commands.GROUP == "telegram_chat_manager.plugins"


@pytest.mark.parametrize("folder", ["commands", "plugins"])
def test_the_contract_knows_nothing_of_the_app(folder: str) -> None:
    foreign = {"quart_app", "quart", "telethon", "databases", "redis", "sqlalchemy", "hypercorn"}
    found = [
        (path.name, name)
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        for name in _imported(node)
        if name.partition(".")[0] in foreign
    ]
    assert found == []
    assert _imported(ast.parse("import telethon.sessions").body[0]) == ["telethon.sessions"]


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def test_kinds_of_columns_are_those_of_the_contract() -> None:
    assert {str(kind) for kind in commands.Kind} == KINDS


def test_every_file_of_ours_is_a_plugin() -> None:
    files = {found.name for found in pkgutil.iter_modules(import_module("commands.builtin").__path__)}
    assert {module.rpartition(".")[2] for module in MODULES} == files


@pytest.fixture(params=OURS, ids=lambda entry: entry.command.name)
def entry(request: pytest.FixtureRequest) -> Entry:
    found: Entry = request.param
    return found


@pytest.fixture
def command(entry: Entry) -> Command:
    return entry.command


def test_a_summary_that_can_be_translated(command: Command) -> None:
    assert isinstance(command.summary, Phrase)
    assert command.summary.id.endswith(".")
    assert all(isinstance(argument.help, Phrase) for argument in command.parameters(piped=False))


async def test_an_example_that_can_be_typed(command: Command) -> None:
    assert command.examples
    for example in command.examples:
        stages = await plan(example, load(installed=[]).registry)
        assert command.name in [stage.name for stage in stages]


async def test_help_that_explains_it(command: Command) -> None:
    rows = (await LineTerminal(MemoryTelegram())(f"help {command.name}")).rows
    parts = {str(row[0]) for row in rows}
    assert {"usage", "example", "uses", "from"} <= parts
    assert len(rows) >= 4 + len(command.arguments)


def test_the_first_columns_of_the_contract(command: Command) -> None:
    if isinstance(command.does, Stage):
        assert command.name not in FIRST_COLUMNS
        return
    names = [column.name for column in command.does.columns]
    promised = FIRST_COLUMNS.get(command.name, [])
    assert names[: len(promised)] == promised
    for column in command.does.columns:
        if column.name in ("flags", "kind"):
            assert column.words == (FLAGS if column.name == "flags" else CHAT_TYPES)


def test_nothing_of_ours_acts_yet(command: Command) -> None:
    assert not command.acts
    assert not isinstance(command.does, Effect)
    assert command.timeout is not None


def test_ours_only_look_at_chats_and_profiles() -> None:
    """What else a capability allows is for plugins, which have to be granted it."""
    used = {capability for entry in OURS for capability in entry.command.uses}
    assert used == {Capability.CHATS_READ, Capability.PROFILES_READ}


def test_every_kind_of_argument_has_a_name_of_its_own_to_complete() -> None:
    kinds = [thing for name in commands.__all__ if isinstance(thing := getattr(commands, name), ArgumentKind)]
    assert {kind.name for kind in kinds} == {
        *("chat", "column", "command", "duration", "expression", "integer", "text", "user", "username")
    }


def test_events_are_a_closed_set_and_public() -> None:
    names = {event.__name__ for event in get_args(Event)}
    assert names == {"Text", "Rows", "Notice", "Progress", "Chart", "Download", "ClearScreen"}
    assert names <= set(commands.__all__)


CHAT = Chat(1, "Caffè", "channel", "caffe")
ADA = User(7, "Ada", "ada")
CELLS: list[Value] = [
    *(CHAT, Chat(2, "Amici", "group"), ADA, User(8, "Bo"), Message(1, CHAT, NOW, "ciao", ADA), None, -5, 0.5),
    *(
        Message(1, CHAT, NOW, "ciao"),
        Message(1, CHAT, NOW, "ciao", link="https://t.me/caffe/1"),
        Link("https://example.org"),
        Link("https://example.org", "here"),
        True,
        "x",
    ),
    *(
        NOW,
        NOW.replace(microsecond=1000),
        timedelta(hours=1),
        timedelta(milliseconds=1500),
        frozenset({"b", "a"}),
    ),
]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: type(cell).__name__)
def test_a_cell_is_the_same_in_a_frame_and_in_json(cell: Value) -> None:
    """``list | json`` and the rows of a frame read alike."""
    assert to_json(cell) == encode_value(cell)
