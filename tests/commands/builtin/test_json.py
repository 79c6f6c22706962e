"""json"""

from __future__ import annotations

import json

from commands import Download
from commands.exports import MOST_SHOWN
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram


async def test_rows_in_the_shapes_of_the_api(terminal: LineTerminal, telegram: MemoryTelegram) -> None:
    telegram.states.clear()
    telegram.add('Caffè "\n\x1b', "caffe", "channel", unread=3, flags={"muted"})
    shown = await terminal("list | json")
    (text,) = shown.texts
    chat = {
        "id": 1,
        "title": 'Caffè "\n\x1b',
        "type": "channel",
        "username": "caffe",
        "link": "https://t.me/caffe",
    }
    row = {"chat": chat, "unread": 3, "kind": "channel", "last": "2026-01-31T12:00:00Z", "flags": ["muted"]}
    assert json.loads(text) == [row]
    assert "Caffè" in text
    assert (shown.tables, shown.finished.rows) == ([], 0)


async def test_one_row_a_line(terminal: LineTerminal) -> None:
    (text,) = (await terminal("list 3 | json")).texts
    assert (len(text.splitlines()), len(json.loads(text))) == (3, 3)


async def test_no_rows_are_an_empty_array(terminal: LineTerminal) -> None:
    assert [json.loads(text) for text in (await terminal("search no such words | json")).texts] == [[]]


async def test_what_is_long_is_a_file(terminal: LineTerminal, telegram: MemoryTelegram) -> None:
    for number in range(400):
        telegram.add(f"Caffè numero {number}", f"caffe_{number}")
    shown = await terminal("list | json")
    (file,) = [event for event in shown.events if isinstance(event, Download)]
    assert (file.name, file.media_type, shown.texts) == ("rows.json", "application/json", [])
    assert len(file.data) > MOST_SHOWN
    assert len(json.loads(file.data)) == 600
