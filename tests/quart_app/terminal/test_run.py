"""However a run goes, it ends: with a fault, too late, cancelled, or well; and nobody's words are logged."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from commands import Context, Event, Finished, Given, Notice, Row, Rows, row, say
from plugins.host import Host, Unobserved
from tests.doubles.line_terminal import PLAIN, LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram
from tests.doubles.samples import source

SECRET = "what somebody wrote"


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


FAULTY = (
    raises,
    leaves,
    cancels_itself,
    times_itself_out,
    wrong_cell,
    wrong_width,
    no_event,
    no_generator,
    no_coroutine,
)


@pytest.fixture(params=["here", "on a thread"])
def terminal(telegram: MemoryTelegram, request: pytest.FixtureRequest) -> Iterator[LineTerminal]:
    """Both roads: the app's own loop, which the built-ins take, and the thread of a plugin from outside."""
    if request.param == "here":
        yield LineTerminal(telegram)
    else:
        host = Host("sample", Unobserved())
        yield LineTerminal(telegram, host=host)
        host.close()


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
    assert " raises\n" in caplog.text + "\n"


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
    terminal.add(source("slow", forever, timeout=timedelta(milliseconds=500)))  # it must have begun by then
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
