"""A line has one Finished, and nothing that goes wrong in it reaches anybody else."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import get_args

import pytest

from commands import (
    Chart,
    ClearScreen,
    Column,
    Command,
    Context,
    Download,
    Event,
    Finished,
    FloodWait,
    Given,
    Kind,
    Notice,
    Progress,
    Row,
    Rows,
    Source,
    Stage,
    Stream,
    TelegramError,
    Text,
    Uncertain,
    Word,
    row,
    say,
)
from commands.events import Started, Table
from tests.doubles.line_terminal import PLAIN, LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram

TEXT = (Column("text", Kind.TEXT),)
SECRET = "what somebody wrote"


def source(name: str, run: object, *, timeout: timedelta | None = timedelta(seconds=20)) -> Command:
    return Command(
        trigger=Word(name),
        summary=say("A sample."),
        does=Source(run=run, columns=TEXT),  # type: ignore[arg-type]  # some samples are wrong on purpose
        timeout=timeout,
    )


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


async def raises(context: Context, given: Given) -> AsyncIterator[Event]:
    yield row("one")
    raise RuntimeError(SECRET)


async def leaves(context: Context, given: Given) -> AsyncIterator[Event]:
    yield row("one")
    sys.exit(SECRET)


async def cancels_itself(context: Context, given: Given) -> AsyncIterator[Event]:
    yield row("one")
    raise asyncio.CancelledError(SECRET)


async def times_itself_out(context: Context, given: Given) -> AsyncIterator[Event]:
    yield row("one")
    raise TimeoutError(SECRET)


async def wrong_cell(context: Context, given: Given) -> AsyncIterator[Event]:
    yield row(1)


async def wrong_width(context: Context, given: Given) -> AsyncIterator[Event]:
    yield row("a", SECRET)


async def no_event(context: Context, given: Given) -> AsyncIterator[object]:
    yield SECRET


async def no_generator(context: Context, given: Given) -> str:
    return SECRET


def no_coroutine(context: Context, given: Given) -> list[str]:
    return [SECRET]


FAULTY = (raises, leaves, cancels_itself, times_itself_out, wrong_cell, wrong_width, no_event, no_coroutine)


@pytest.mark.parametrize("run", FAULTY, ids=lambda run: run.__name__)
async def test_a_fault_becomes_a_reference(
    terminal: LineTerminal, caplog: pytest.LogCaptureFixture, run: object
) -> None:
    terminal.add(source("sample", run))
    with caplog.at_level(logging.DEBUG):
        shown = await terminal("sample")
    assert (shown.notice.code, shown.finished.status) == ("internal", "error")
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    reference = record.__dict__["reference"]
    assert shown.said == f"Something went wrong (reference {reference})."
    assert record.__dict__["plugin"] == "sample"
    assert SECRET not in caplog.text


async def test_the_place_of_a_fault_is_logged(
    terminal: LineTerminal, caplog: pytest.LogCaptureFixture
) -> None:
    terminal.add(source("sample", raises))
    await terminal("sample")
    assert "builtins.RuntimeError" in caplog.text
    assert f"{__file__}:" in caplog.text
    assert "in raises" in caplog.text


async def test_a_run_ends_even_if_nothing_can_be_shown(terminal: LineTerminal) -> None:
    async def emit(event: object) -> None:
        raise ConnectionError(SECRET)

    async def ask(said: object) -> bool:
        return True

    finished = await terminal.dispatcher.run("list", emit, ask, run_id="r1")
    assert finished.status == "error"


async def forever(context: Context, given: Given) -> AsyncIterator[Event]:
    try:
        yield row("one")
        await asyncio.Event().wait()
    finally:
        CLOSED.append(True)


CLOSED: list[bool] = []


@pytest.fixture(autouse=True)
def nothing_closed() -> None:
    CLOSED.clear()


async def run_until(
    terminal: LineTerminal, line: str, count: int
) -> tuple[asyncio.Task[Finished], list[object]]:
    """A run that is under way and has shown ``count`` events."""
    events: list[object] = []
    enough = asyncio.Event()

    async def emit(event: object) -> None:
        events.append(event)
        if len(events) == count:
            enough.set()

    async def ask(said: object) -> bool:
        return True

    task = asyncio.create_task(terminal.dispatcher.run(line, emit, ask, run_id="r1"))
    await enough.wait()
    return task, events


async def test_cancelled(terminal: LineTerminal) -> None:
    terminal.add(source("forever", forever, timeout=None))
    task, _ = await run_until(terminal, "forever", 3)
    task.cancel()
    finished = await task
    assert (finished.status, finished.rows, CLOSED) == ("cancelled", 1, [True])


async def test_cancelled_in_a_pipe_every_generator_is_closed(terminal: LineTerminal) -> None:
    terminal.add(source("forever", forever, timeout=None))
    task, _ = await run_until(terminal, "forever | where text = one | head 5", 3)
    task.cancel()
    assert ((await task).status, CLOSED) == ("cancelled", [True])


async def test_head_stops_what_feeds_it(terminal: LineTerminal) -> None:
    terminal.add(source("forever", forever, timeout=None))
    shown = await asyncio.wait_for(terminal("forever | head 1"), 5)
    assert (shown.rows, shown.finished.status, CLOSED) == ([("one",)], "ok", [True])


async def breaks_when_stopped(context: Context, given: Given) -> AsyncIterator[Event]:
    try:
        yield row("one")
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        raise RuntimeError(SECRET) from None


async def test_what_breaks_while_it_stops_is_cancelled_all_the_same(terminal: LineTerminal) -> None:
    terminal.add(source("sample", breaks_when_stopped, timeout=None))
    task, events = await run_until(terminal, "sample", 3)
    task.cancel()
    assert (await task).status == "cancelled"
    assert not [event for event in events if isinstance(event, Notice)]


async def test_too_slow(terminal: LineTerminal) -> None:
    terminal.add(source("slow", forever, timeout=timedelta(milliseconds=20)))
    shown = await terminal("slow")
    assert (shown.notice.code, shown.said) == ("timed_out", "slow took too long and was stopped.")
    assert (shown.finished.status, CLOSED) == ("error", [True])


async def asks(context: Context, given: Given) -> AsyncIterator[Event]:
    yield row("yes" if await context.confirm(say("Really?")) else "no")


async def asks_and_waits(context: Context, given: Given) -> AsyncIterator[Event]:
    await context.confirm(say("Really?"))
    await asyncio.Event().wait()
    yield row("never")


async def slow_ask(said: object) -> bool:
    await asyncio.sleep(0.2)
    return True


async def keep(event: object) -> None:
    pass


async def test_the_time_stands_still_while_a_person_reads(terminal: LineTerminal) -> None:
    terminal.add(source("asks", asks, timeout=timedelta(milliseconds=100)))
    finished = await terminal.dispatcher.run("asks", keep, slow_ask, run_id="r1")
    assert (finished.status, finished.rows) == ("ok", 1)


async def test_and_goes_on_after_it(terminal: LineTerminal) -> None:
    terminal.add(source("sample", asks_and_waits, timeout=timedelta(milliseconds=50)))
    finished = await asyncio.wait_for(terminal.dispatcher.run("sample", keep, slow_ask, run_id="r1"), 10)
    assert finished.status == "error"


async def test_a_question_and_its_answer(terminal: LineTerminal) -> None:
    terminal.add(source("asks", asks))
    terminal.answers = [False]
    shown = await terminal("asks")
    assert (shown.asked, shown.rows) == (["Really?"], [("no",)])


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


async def tells(context: Context, given: Given) -> AsyncIterator[Event]:
    cells: Row = (f"{context.run_id} {context.locale} {context.page_size} {context.render(say('hello'))}",)
    context.log.info("told")
    yield Rows((cells,))


async def test_what_a_context_knows(terminal: LineTerminal, caplog: pytest.LogCaptureFixture) -> None:
    terminal.add(source("tells", tells))
    with caplog.at_level(logging.INFO, "commands"):
        assert (await terminal("tells")).rows == [("r1 en 20 hello",)]
    assert (await terminal("tells | head")).rows == [("r2 en None hello",)]
    record = caplog.records[0]
    assert (record.__dict__["run"], record.__dict__["command"]) == ("r1", "tells")
    assert terminal.caller.translations is PLAIN


async def test_once_is_the_same_in_a_run_and_differs_between_runs(terminal: LineTerminal) -> None:
    numbers: list[int] = []

    async def run(context: Context, given: Given) -> AsyncIterator[Event]:
        numbers.extend((context.once(7), context.once(7), context.once(8)))
        yield row("x")

    terminal.add(source("sample", run))
    await terminal("sample")
    await terminal("sample")
    assert numbers[0] == numbers[1]
    assert len(set(numbers)) == 4
