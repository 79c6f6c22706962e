"""help"""

from __future__ import annotations

import dataclasses

import pytest

from plugins.origin import Origin
from plugins.registry import Entry
from tests.doubles.line_terminal import LineTerminal


async def test_all_commands_with_their_usage(terminal: LineTerminal) -> None:
    shown = await terminal("help")
    assert shown.tables == [["part", "text"]]
    assert [row[0] for row in shown.rows] == [
        "@username",
        "list [N] [--fresh]",
        "search WORDS...",
        "help [COMMAND]",
        "clear",
        "ROWS | where EXPRESSION",
        "ROWS | sort COLUMN...",
        "ROWS | head [N]",
        "ROWS | count",
        "ROWS | json",
        "ROWS | csv",
    ]


async def test_one_command(terminal: LineTerminal) -> None:
    shown = await terminal("help list")
    assert shown.texts == ["List your chats, newest first, pinned on top."]
    assert shown.rows == [
        ("usage", "list [N] [--fresh]"),
        ("N", "how many; 20 unless you say, all of them before a pipe"),
        ("--fresh", "ask Telegram again first"),
        ("example", "list 5"),
        ("example", "list | where unread > 100 and muted"),
        ("uses", "chats.read"),
        ("from", "telegram-chat-manager"),
    ]


@pytest.mark.parametrize("name", ["@", "@username", "@durov"])
async def test_the_one_behind_a_sigil(terminal: LineTerminal, name: str) -> None:
    assert ("usage", "@username") in (await terminal(f"help {name}")).rows


async def test_a_command_that_uses_nothing(terminal: LineTerminal) -> None:
    assert ("uses", "nothing of your Telegram") in (await terminal("help clear")).rows


async def test_a_strangers_command_says_whose_it_is(terminal: LineTerminal) -> None:
    clear = terminal.manager.registry.words["clear"].command
    wipe = dataclasses.replace(clear, trigger=dataclasses.replace(clear.trigger, text="wipe"))
    terminal.manager.registry.add([Entry(wipe, Origin("broom", "2.1"))])
    assert ("wipe", "Clear the screen. (broom 2.1)") in (await terminal("help")).rows
    assert ("from", "broom 2.1") in (await terminal("help wipe")).rows


async def test_an_unknown_one(terminal: LineTerminal) -> None:
    shown = await terminal("help lsit")
    assert (shown.notice.code, shown.notice.at, shown.hint) == (
        "unknown_command",
        (5, 9),
        "Did you mean list?",
    )
