"""From a line to exactly one Finished, told to whoever observes."""

from __future__ import annotations

import pytest

from commands import Finished, FloodWait, Notice, TelegramError, Uncertain, say
from commands.events import Started
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram

SECRET = "what somebody wrote"


async def test_started_comes_first_and_names_the_commands(terminal: LineTerminal) -> None:
    shown = await terminal("list | where muted | count")
    assert shown.events[0] == Started(("list", "where", "count"))
    assert shown.finished.command == "list | where | count"
    assert shown.finished.plugin == "telegram-chat-manager"


async def test_a_line_that_cannot_run_has_no_started(
    terminal: LineTerminal, telegram: MemoryTelegram
) -> None:
    shown = await terminal("list | where unred > 5")
    assert [type(event) for event in shown.events] == [Notice]
    assert (shown.finished.status, shown.finished.command, telegram.calls) == ("error", "", [])


async def test_a_gateway_error_is_shown_with_its_code(
    terminal: LineTerminal, telegram: MemoryTelegram
) -> None:
    telegram.fail["chats"] = [TelegramError("telegram_unreachable", say("Telegram doesn't answer."))]
    shown = await terminal("list")
    assert (shown.notice.code, shown.said, shown.finished.status) == (
        "telegram_unreachable",
        "Telegram doesn't answer.",
        "error",
    )


async def test_a_flood_wait_says_how_long(terminal: LineTerminal, telegram: MemoryTelegram) -> None:
    telegram.fail["profile"] = [FloodWait(say("Telegram asks to wait."), 42.0)]
    shown = await terminal("@durov")
    assert (shown.notice.code, shown.notice.retry_after) == ("flood_wait", 42.0)


async def test_what_may_have_reached_telegram_is_unknown(
    terminal: LineTerminal, telegram: MemoryTelegram
) -> None:
    telegram.fail["profile"] = [Uncertain("dropped", say("The connection dropped."))]
    shown = await terminal("@durov")
    assert (shown.notice.code, shown.finished.status) == ("dropped", "unknown")


async def test_an_observer_that_fails_is_logged_and_not_shown(
    terminal: LineTerminal, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(finished: Finished) -> None:
        raise RuntimeError(SECRET)

    terminal.dispatcher._finished = fail
    shown = await terminal("list 1")
    assert (shown.finished.status, shown.notices) == ("ok", [])
    assert "builtins.RuntimeError" in caplog.text
    assert SECRET not in caplog.text
