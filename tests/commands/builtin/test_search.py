"""search"""

from __future__ import annotations

import pytest

from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram


@pytest.fixture
def telegram() -> MemoryTelegram:
    telegram = MemoryTelegram()
    telegram.add("Offerte lampo", "scontierrati", "channel")
    telegram.add("L'offerta del caffè")
    telegram.add("Lampo | Offerte")
    return telegram


@pytest.mark.parametrize(
    ("line", "titles"),
    [
        ('search "offerte lampo"', ["Offerte lampo", "Lampo | Offerte"]),
        ("search lampo offerte", ["Offerte lampo", "Lampo | Offerte"]),
        ("search l'offerta CAFFE", ["L'offerta del caffè"]),
        ("search CAFFÈ", ["L'offerta del caffè"]),
        ("search SCONTI", ["Offerte lampo"]),
        ("search @sconti lampo", ["Offerte lampo"]),
        ("search offert", ["Offerte lampo", "L'offerta del caffè", "Lampo | Offerte"]),
        (r"search \|", ["Lampo | Offerte"]),
    ],
)
async def test_all_words_occur(terminal: LineTerminal, line: str, titles: list[str]) -> None:
    shown = await terminal(line)
    assert shown.tables == [["chat", "unread", "kind", "last", "flags"]]
    assert [str(row[0]).partition(" @")[0] for row in shown.rows] == titles


async def test_nothing_found_is_said(terminal: LineTerminal) -> None:
    shown = await terminal("search offerte pavel")
    assert (shown.notice.level, shown.notice.code, shown.said) == (
        "info",
        "nothing_found",
        "No chat has these words.",
    )
    assert (shown.finished.status, shown.finished.rows, shown.tables) == ("ok", 0, [])
