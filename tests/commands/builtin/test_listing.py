"""list"""

from __future__ import annotations

import pytest

from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import NOW, MemoryTelegram


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("list 5", 5),
        ("list", 20),
        ("list 500", 200),
        ("list | head 30", 30),
        ("list | where unread >= 0", 200),
    ],
)
async def test_how_many(terminal: LineTerminal, line: str, count: int) -> None:
    shown = await terminal(line)
    assert shown.tables == [["chat", "unread", "kind", "last", "flags"]]
    assert shown.finished.rows == len(shown.rows) == count


async def test_what_a_row_says(terminal: LineTerminal, telegram: MemoryTelegram) -> None:
    telegram.states.clear()
    chat = telegram.add("Offerte", "offerte", "channel", unread=3, flags={"muted", "verified"})
    assert (await terminal("list")).rows == [(chat, 3, "channel", NOW, frozenset({"muted", "verified"}))]
    assert chat.link == "https://t.me/offerte"


async def test_the_order_is_the_gateways(terminal: LineTerminal, telegram: MemoryTelegram) -> None:
    pinned = telegram.add("Pinned", flags={"pinned"}, last=None)
    rows = (await terminal("list 2")).rows
    assert rows[0][0] == pinned


async def test_no_chats_at_all(terminal: LineTerminal, telegram: MemoryTelegram) -> None:
    telegram.states.clear()
    shown = await terminal("list")
    assert (shown.tables, shown.rows, shown.finished.status) == (
        [["chat", "unread", "kind", "last", "flags"]],
        [],
        "ok",
    )


@pytest.mark.parametrize(
    ("line", "fresh"), [("list", False), ("list --fresh", True), ("list --fresh 5", True)]
)
async def test_fresh(terminal: LineTerminal, telegram: MemoryTelegram, line: str, fresh: bool) -> None:
    await terminal(line)
    assert telegram.calls == [("chats", fresh)]
