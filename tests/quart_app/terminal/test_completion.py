"""What is offered at the cursor."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import pytest

from commands import (
    CHAT,
    DURATION,
    Change,
    Chat,
    Columns,
    Command,
    Context,
    Effect,
    Event,
    Given,
    Row,
    Rows,
    Stage,
    Stream,
    TelegramError,
    Word,
    choice,
    many,
    option,
    say,
)
from quart_app.terminal.completion import MOST
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram

CHATS = many(CHAT, "chat", say("the chats"))
FOR = option(DURATION, "for", say("how long"))
HOW = option(choice("loud", "quiet"), "how", say("how"))


async def apply(context: Context, given: Given, chats: tuple[Chat, ...]) -> tuple[Change[Chat], ...]:
    return ()


@pytest.fixture
def terminal(telegram: MemoryTelegram) -> LineTerminal:
    terminal = LineTerminal(telegram)
    mute = Command(
        trigger=Word("mute"), summary=say("x"), does=Effect(subject=CHATS, apply=apply), arguments=(FOR, HOW)
    )
    terminal.add(mute)
    return terminal


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("se", ["search"]),
        ("", ["@", "list", "search", "help", "clear", "mute"]),
        ("list | ", ["where", "sort", "head", "count", "json", "csv", "mute"]),
        ("list|so", ["sort"]),
        ("@dur", ["@durov"]),
        ("@DUR", ["@durov"]),
        ("help s", ["search", "sort"]),
        ("mute @dur", ["@durov"]),
        ("mute pavel", ["@durov"]),
        ("mute @durov @sconti", ["@scontierrati"]),
        ("mute @durov --", ["--for", "--how", "--dry-run", "--yes"]),
        ("mute --yes @durov --", ["--for", "--how", "--dry-run"]),
        ("mute @durov --how ", ["loud", "quiet"]),
        ("mute --how=l", ["--how=loud"]),
        ("mute --how loud @dur", ["@durov"]),
        ("list --fr", ["--fresh"]),
        ("list 5", []),
        ("list 5 ", ["--fresh"]),
        ("list | sort -la", ["-last"]),
        ("list | sort -unread k", ["kind"]),
        ("list | where unr", ["unread"]),
        ("list | where muted and m", ["mentioned", "muted"]),
        ("list | count | sort ", ["count"]),
        ("nonsense ", []),
        ('search "off', []),
        ("list | nonsense | sort ", []),
        ("@durov x", []),
    ],
)
async def test_offers(terminal: LineTerminal, line: str, offered: list[str]) -> None:
    assert await terminal.completions(line) == offered


async def test_a_chat_without_a_public_name_is_quoted(
    terminal: LineTerminal, telegram: MemoryTelegram
) -> None:
    telegram.add('The "old" ones')
    assert await terminal.completions("mute the") == [r'"The \"old\" ones"']
    shown = await terminal(r'mute "The \"old\" ones"')
    assert [row[1] for row in shown.rows] == ["already"]


async def test_only_what_stands_before_the_cursor_counts(terminal: LineTerminal) -> None:
    offers = await terminal.dispatcher.complete("se | head 5", 2)
    assert [(offer.text, offer.help) for offer in offers] == [
        ("search", "Find chats by words of their title or username.")
    ]
    assert await terminal.dispatcher.complete("list", -1) == await terminal.dispatcher.complete("", 0)


async def test_each_offer_says_what_it_is(terminal: LineTerminal) -> None:
    async def helps(line: str) -> list[str]:
        return [offer.help for offer in await terminal.dispatcher.complete(line, len(line))]

    assert await helps("@durov") == ["Pavel Durov"]
    assert await helps("list --") == ["ask Telegram again first"]
    assert await helps("list | sort unr") == ["integer"]


async def test_there_are_not_too_many(terminal: LineTerminal) -> None:
    assert len(await terminal.completions("mute @")) == MOST


async def test_no_session_no_offers(terminal: LineTerminal, telegram: MemoryTelegram) -> None:
    telegram.fail["chats"] = [TelegramError("session_needed", "no")]
    assert await terminal.completions("@dur") == []


async def test_a_view_only_session_is_offered_no_acts(
    telegram: MemoryTelegram, terminal: LineTerminal
) -> None:
    terminal.caller.view_only = True
    assert await terminal.completions("mu") == []


async def run(context: Context, given: Given, rows: Stream) -> AsyncIterator[Event]:
    found: tuple[Row, ...] = ()
    yield Rows(found)


async def test_a_fault_of_a_plugin_offers_nothing(
    terminal: LineTerminal, caplog: pytest.LogCaptureFixture
) -> None:
    def shape(columns: Columns, given: Given) -> Columns:
        raise RuntimeError("what somebody wrote")

    terminal.add(Command(trigger=Word("broken"), summary=say("x"), does=Stage(run=run, shape=shape)))
    with caplog.at_level(logging.ERROR):
        assert await terminal.completions("list | broken | sort ") == []
    assert "RuntimeError" in caplog.text
    assert "what somebody wrote" not in caplog.text
