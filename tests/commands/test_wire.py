"""Every value of the contract crosses to another process and back unchanged."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import commands
from commands import (
    CHAT,
    Argument,
    Capability,
    Change,
    Chart,
    Chat,
    ChatState,
    ClearScreen,
    Column,
    CommandError,
    Download,
    Expression,
    Finished,
    FloodWait,
    Given,
    Kind,
    Link,
    Message,
    NotFound,
    Notice,
    Page,
    Profile,
    Progress,
    Refused,
    Rows,
    Sigil,
    TelegramError,
    Text,
    Uncertain,
    UnknownCommand,
    UsageError,
    User,
    Word,
    argument,
    choice,
    flag,
    many,
    option,
    row,
    say,
    say_n,
)
from commands.builtin import listing
from commands.events import Started, Table
from commands.kinds import Reference
from commands.wire import decode, encode
from plugins.loading import load
from tests.doubles.memory_telegram import MemoryTelegram

ADA = User(7, "Ada", "ada")
PAVEL = Chat(1, "Pavel", "channel", "durov")
TIME = datetime(2026, 1, 31, 12, 0, 0, 5, tzinfo=UTC)
COLUMNS = (Column("chat", Kind.CHAT, say("chat"), ("a", "b")),)
VALUES: list[object] = [
    *(None, True, False, 0, -5, 0.5, "text", "", b"bytes", (), (1, ("a", None))),
    *(TIME, timedelta(days=-1, microseconds=3), timedelta.max, frozenset({"a", "b"}), frozenset()),
    *(PAVEL, ADA, Message(1, PAVEL, TIME, "ciao", ADA), Link("https://example.org", "x"), Kind.TIME),
    *(
        Text(say("x {a}", a=say_n("one", "{n}", 2))),
        row(PAVEL, None, 5),
        Rows(()),
        Progress(1, 2, "x"),
        ClearScreen(),
    ),
    *(Notice("error", "usage", "x", (1, 2), say("y"), 1.5, "bad"), Download("a.csv", "text/csv", b"\0\xff")),
    *(Chart("bars", "x", COLUMNS, ((PAVEL,),)), Table("t1", COLUMNS), COLUMNS[0], Started(("list",))),
    *(Finished("list", "us", "ok", 1, 0.5), Page((PAVEL,), "next"), Page(()), Profile(PAVEL, None, "")),
    *(ChatState(PAVEL, 3, None, frozenset({"muted"})), Change(PAVEL, TIME), Change(PAVEL)),
    *(
        Reference("@durov"),
        Expression.parse("unread > 5"),
        Capability.CHATS_READ,
        Word("list"),
        Sigil("@", "name"),
    ),
    *(CHAT, choice("a", "b"), Given({"n": 5, "x": Expression.parse("a")}, {"n": ((1, 2),)})),
]
ERRORS: list[CommandError] = [
    CommandError("code", say("x"), at=(1, 2), hint="y", reason="z"),
    UsageError("bad_value", say("x"), at=(1, 2)),
    UnknownCommand("lsit", "list"),
    Refused("view_only", "x"),
    TelegramError("telegram_unreachable", "x"),
    NotFound("chat_not_found", "x"),
    Uncertain("dropped", "x"),
    FloodWait("x", 42.5),
]
ARGUMENTS: list[Argument[Any]] = [
    argument(CHAT, "chat", say("x")),
    argument(CHAT, "chat", say("x"), default=None),
    many(CHAT, "chat", say("x"), least=0),
    option(choice("a", "b"), "how", say("x"), default="a"),
    flag("fresh", say("x")),
]


def through(value: object) -> Any:
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)))


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_values(value: object) -> None:
    back = through(value)
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors(error: CommandError) -> None:
    back = through(error)
    assert type(back) is type(error)
    assert vars(back) == vars(error)
    assert back.args == error.args


@pytest.mark.parametrize("declared", ARGUMENTS, ids=lambda declared: declared.usage())
def test_arguments(declared: Argument[Any]) -> None:
    back = through(declared)
    assert isinstance(back, Argument)
    assert (back.usage(), back.required, back.kind) == (declared.usage(), declared.required, declared.kind)
    assert back.required or back.default == declared.default


async def test_rows_and_descriptions() -> None:
    for state in await MemoryTelegram.world(20).chats():
        assert through(listing.cells(state)) == listing.cells(state)
    for entry in load().registry:
        description = entry.command.describe(str, "us")
        back = through(description)
        assert (back.name, back.usage, back.arguments) == (
            description.name,
            description.usage,
            description.arguments,
        )


def test_every_public_value_is_tested() -> None:
    elsewhere = {
        "Argument",
        "Command",
        "Context",
        "Description",
        "Effect",
        "Source",
        "Stage",
        "Stream",
        "Phrase",
    }
    things = {name: getattr(commands, name) for name in commands.__all__}
    public = {
        name for name, thing in things.items() if isinstance(thing, type) and dataclasses.is_dataclass(thing)
    }
    assert public - elsewhere <= {type(value).__name__ for value in VALUES}
    errors = {
        thing for thing in things.values() if isinstance(thing, type) and issubclass(thing, CommandError)
    }
    assert {type(error) for error in ERRORS} == errors


@pytest.mark.parametrize(
    "value", [object(), {1, 2}, lambda: None, 1j], ids=["object", "set", "function", "complex"]
)
def test_what_can_not_leave(value: object) -> None:
    with pytest.raises(TypeError, match="can't leave"):
        encode(value)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"$": "Popen", "args": ["x"]},
        {"$": "Chat", "id": 1},
        {"$": "time", "v": "yesterday"},
        {"$": "time", "v": 5},
        {"$": "error", "error": "SystemExit", "v": {"code": "x"}},
        {"$": "Kind", "v": "nothing"},
        {"$": "bytes", "v": "?"},
        {"$": "expression", "v": ">"},
        {"$": ["x"]},
    ],
    ids=repr,
)
def test_what_never_came_from_here(data: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (whatever it is, it is that)
        decode(data)
