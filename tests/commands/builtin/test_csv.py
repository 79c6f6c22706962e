"""csv"""

from __future__ import annotations

import csv

import pytest

from commands import Chat, Download, Value
from commands.builtin.csv import cell
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram


async def test_a_header_and_rows(terminal: LineTerminal, telegram: MemoryTelegram) -> None:
    telegram.states.clear()
    telegram.add('Amici, "veri"', unread=2, flags={"muted", "pinned"})
    telegram.add("=HYPERLINK(1)", "sum", "channel", unread=1, last=None)
    (text,) = (await terminal("list | csv")).texts
    assert text.splitlines() == [
        "chat,unread,kind,last,flags",
        '"Amici, ""veri""",2,group,2026-01-31T12:00:00Z,muted pinned',
        "'=HYPERLINK(1) @sum,1,channel,,",
    ]
    assert text.endswith("\n")


async def test_no_rows_are_a_header(terminal: LineTerminal) -> None:
    assert (await terminal("search no such words | csv")).texts == ["chat,unread,kind,last,flags\n"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "-",
    ],
)
def test_a_formula_is_defused(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert cell(Chat(1, text, "group")).startswith("'")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-5, "-5"),
        (-0.5, "-0.5"),
        ("a=b", "a=b"),
        ("", ""),
        (None, ""),
        (True, "true"),
        ("1-2", "1-2"),
        (" x", " x"),
    ],
)
def test_the_rest_stays_as_it_is(value: Value, text: str) -> None:
    assert cell(value) == text


async def test_what_is_long_is_a_file_that_excel_reads(
    terminal: LineTerminal, telegram: MemoryTelegram
) -> None:
    for number in range(1000):
        telegram.add(f"=Caffè numero {number} " + "x" * 50)
    shown = await terminal("list | csv")
    (file,) = [event for event in shown.events if isinstance(event, Download)]
    assert (file.name, file.media_type, shown.texts) == ("rows.csv", "text/csv", [])
    assert file.data.startswith(b"\xef\xbb\xbfchat,unread")
    rows = list(csv.DictReader(file.data.decode("utf-8-sig").splitlines()))
    assert len(rows) == 1200
    assert not any(row["chat"].startswith("=") for row in rows)
