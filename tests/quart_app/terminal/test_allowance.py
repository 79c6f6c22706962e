"""One run may show so much and no more, whoever wrote the command."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from commands import Chart, CommandError, Context, Event, Given, Notice, Progress, Rows, Text, say
from quart_app.terminal import allowance
from quart_app.terminal.allowance import MOST_EVENTS, MOST_OF_ONE, MOST_ROWS, Allowance
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.samples import source

LONG = "x" * (MOST_OF_ONE + 1)


def refused(event: object, *, times: int = 1) -> bool:
    spent = Allowance()
    try:
        for _ in range(times):
            spent.spend(event)
    except CommandError as error:
        return error.code == "too_many"
    return False


def test_rows_are_counted() -> None:
    thousand = Rows((("x",),) * 1000)
    assert not refused(thousand, times=MOST_ROWS // 1000)
    assert refused(thousand, times=MOST_ROWS // 1000 + 1)


def test_events_are_counted() -> None:
    assert not refused(Progress(1), times=MOST_EVENTS)
    assert refused(Progress(1), times=MOST_EVENTS + 1)


@pytest.mark.parametrize(
    "event",
    [
        Text(LONG),
        Text(say(LONG)),
        Text(say("{x}", x=LONG)),
        Notice("info", "x", LONG),
        Notice("info", "x", "x", hint=LONG),
        Progress(1, text=LONG),
        Chart("bars", "x", (), ((LONG,),)),
    ],
    ids=lambda event: type(event).__name__,
)
def test_one_event_has_a_limit(event: object) -> None:
    assert refused(event)


def test_characters_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MOST_CHARACTERS", 10_000)
    assert not refused(Rows((("x" * 1000,),)), times=10)
    assert refused(Rows((("x" * 1000,),)), times=11)


async def floods(context: Context, given: Given) -> AsyncIterator[Event]:
    while True:
        yield Rows((("x",),) * 1000)


async def test_a_line_that_floods_ends(terminal: LineTerminal) -> None:
    terminal.add(source("floods", floods))
    shown = await terminal("floods")
    assert (shown.notice.code, shown.finished.status) == ("too_many", "error")
    assert len(shown.rows) == MOST_ROWS


async def test_what_only_passes_through_a_pipe_is_not_counted(terminal: LineTerminal) -> None:
    async def many(context: Context, given: Given) -> AsyncIterator[Event]:
        for _ in range(MOST_ROWS // 1000 + 5):
            yield Rows((("x",),) * 1000)

    terminal.add(source("many", many))
    assert (await terminal("many | count")).rows == [(MOST_ROWS + 5000,)]
