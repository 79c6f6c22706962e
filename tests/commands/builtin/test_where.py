"""where (the language itself: test_expressions)"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from commands import ChatState
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import NOW, MemoryTelegram


def last(state: ChatState) -> datetime:
    assert state.last is not None
    return state.last


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        ('chat ~ "OFFERTE"', lambda s: "offerte" in s.chat.title.lower()),
        ("chat ~ caffe", lambda s: "Caffè" in s.chat.title),
        ("chat = @durov", lambda s: s.chat.username == "durov"),
        (
            "kind = channel and not muted and unread >= 3",
            lambda s: s.chat.type == "channel" and "muted" not in s.flags and s.unread >= 3,
        ),
        (
            "(muted or unread < 10) and kind != user",
            lambda s: ("muted" in s.flags or s.unread < 10) and s.chat.type != "user",
        ),
        ("last before 30d", lambda s: last(s) < NOW - timedelta(days=30)),
        ("last after 2026-01-01", lambda s: last(s) > datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
async def test_where(
    terminal: LineTerminal, telegram: MemoryTelegram, test: str, holds: Callable[[ChatState], bool]
) -> None:
    shown = await terminal(f"list | where {test}")
    kept = {state.chat for state in telegram.states.values() if holds(state)}
    assert {row[0] for row in shown.rows} == kept
    assert 0 < len(kept) < 200


async def test_in_quotes_it_may_hold_a_pipe(terminal: LineTerminal, telegram: MemoryTelegram) -> None:
    chat = telegram.add("Lampo | Offerte")
    assert [row[0] for row in (await terminal("""list | where "chat ~ 'lampo | '" """)).rows] == [chat]
    assert [row[0] for row in (await terminal("list | where chat ~ 'lampo | '")).rows] == [chat]
