"""What flows from stage to stage, and what is shown on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import get_args

from commands import (
    Chart,
    ClearScreen,
    Command,
    Context,
    Download,
    Event,
    Given,
    Notice,
    Progress,
    Rows,
    Stage,
    Stream,
    Text,
    Word,
    row,
    say,
)
from commands.events import Started, Table
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.samples import TEXT, source


async def chatty(context: Context, given: Given, rows: Stream) -> AsyncIterator[Event]:
    async for one in rows:
        yield Progress(1, text=say("working"))
        yield Rows((one,))


async def test_what_a_stage_says_beside_its_rows_is_shown_at_once(terminal: LineTerminal) -> None:
    terminal.add(Command(trigger=Word("chatty"), summary=say("x"), does=Stage(run=chatty)))
    shown = await terminal("list 3 | chatty | sort -unread")
    assert [type(event).__name__ for event in shown.events] == [
        "Started",
        *["Progress"] * 3,
        "Table",
        "Rows",
    ]


EVERY_EVENT: list[Event] = [
    Text(say("hello")),
    row("one"),
    Notice("warning", "beware", say("Beware.")),
    Progress(1, 2),
    Chart("bars", say("Days"), TEXT, (("a",),)),
    Download("a.txt", "text/plain", b"a"),
    ClearScreen(),
]


async def test_every_event_is_shown_as_it_is(terminal: LineTerminal) -> None:
    async def run(context: Context, given: Given) -> AsyncIterator[Event]:
        for event in EVERY_EVENT:
            yield event

    terminal.add(source("sample", run))
    events = (await terminal("sample")).events
    assert [event for event in events if not isinstance(event, Started | Table)] == EVERY_EVENT
    assert {type(event) for event in EVERY_EVENT} == set(get_args(Event))


async def test_a_command_opens_no_table_itself(terminal: LineTerminal) -> None:
    async def run(context: Context, given: Given) -> AsyncIterator[object]:
        yield Table("t9", TEXT)

    terminal.add(source("sample", run))
    shown = await terminal("sample")
    assert (shown.notice.code, shown.tables) == ("internal", [])


async def test_an_empty_answer_is_an_empty_table(terminal: LineTerminal) -> None:
    shown = await terminal("list | where unread > 99999")
    assert (shown.tables, shown.rows) == ([["chat", "unread", "kind", "last", "flags"]], [])


async def test_nothing_is_added_to_what_a_command_said(terminal: LineTerminal) -> None:
    assert [type(event).__name__ for event in (await terminal("search no such words")).events] == [
        "Started",
        "Notice",
    ]
