"""sort"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import NOW, MemoryTelegram


@pytest.fixture
def telegram() -> MemoryTelegram:
    telegram = MemoryTelegram()
    telegram.add("b", type="group", unread=2, last=NOW, flags={"muted"})
    telegram.add("Ä", type="user", unread=10, last=NOW - timedelta(days=2))
    telegram.add("c", type="group", unread=2, last=None)
    telegram.add("a", type="user", unread=1, last=NOW - timedelta(days=1), flags={"archived"})
    return telegram


@pytest.mark.parametrize(
    ("by", "titles"),
    [
        ("unread chat", "abcÄ"),
        ("-unread chat", "Äbca"),
        ("chat", "aÄbc"),
        ("-chat", "cbaÄ"),
        ("last", "Äabc"),
        ("-last", "baÄc"),
        ("kind -unread", "bcÄa"),
        ("flags chat", "Äcab"),
    ],
)
async def test_sort(terminal: LineTerminal, by: str, titles: str) -> None:
    shown = await terminal(f"list | sort chat | sort {by}")
    assert "".join(str(row[0]) for row in shown.rows) == titles


async def test_what_is_alike_keeps_its_order(terminal: LineTerminal) -> None:
    before = [str(row[0]) for row in (await terminal("list | where unread = 2")).rows]
    for by in ("unread", "-unread"):
        assert [
            str(row[0]) for row in (await terminal(f"list | where unread = 2 | sort {by}")).rows
        ] == before
