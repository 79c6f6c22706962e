"""A plugin on threads of its own: what blocks, stays or hides there harms itself only, and is named."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from commands import (
    Capability,
    Column,
    Columns,
    Command,
    Context,
    Event,
    Given,
    Kind,
    Rows,
    Source,
    Stage,
    Stream,
    Word,
    row,
    say,
)
from plugins import host as hosts
from plugins import visit
from plugins.errors import PluginError
from plugins.host import MOST_THREADS, Host
from plugins.watchdog import LoopWatch, watching
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram

MARK: contextvars.ContextVar[str] = contextvars.ContextVar("mark", default="nobody")


class Observed:
    """What the operator's metrics are told."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.seconds = 0.0

    def plugin_blocked(self, plugin: str, seconds: float) -> None:
        assert plugin == "sample"
        self.seconds += seconds

    def plugin_fault(self, plugin: str, kind: str) -> None:
        assert plugin == "sample"
        self.kinds.append(kind)


@pytest.fixture
def observed() -> Observed:
    return Observed()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For who never comes to an end: moments instead of seconds."""
    monkeypatch.setattr(visit, "MOVING_SECONDS", 0.3)
    monkeypatch.setattr(hosts, "MOVING_SECONDS", 0.3)
    monkeypatch.setattr(visit, "GRACE_SECONDS", 0.6)
    monkeypatch.setattr(hosts, "BLOCKED_SECONDS", 0.3)
    monkeypatch.setattr(hosts, "INTERRUPT_SECONDS", 0.5)


@pytest.fixture
def host(observed: Observed) -> Iterator[Host]:
    made = Host("sample", observed)
    yield made
    RELEASED.set()
    made.close()
    RELEASED.clear()


@pytest.fixture
def terminal(host: Host) -> LineTerminal:
    made = LineTerminal(MemoryTelegram.world(), host=host)
    made.add(*(command(run) for run in RUNS))
    return made


RELEASED = threading.Event()


async def blocks(context: Context, given: Given) -> AsyncIterator[Event]:
    yield row("before")
    RELEASED.wait(30)


async def spins(context: Context, given: Given) -> AsyncIterator[Event]:
    yield row("before")
    while not RELEASED.is_set():
        pass


async def swallows(context: Context, given: Given) -> AsyncIterator[Event]:
    yield row("before")
    while True:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(30)


async def tidies(context: Context, given: Given) -> AsyncIterator[Event]:
    try:
        yield row("before")
        await asyncio.sleep(30)
    finally:
        DONE.append(len(await context.telegram.chats()))


DONE: list[Any] = []


async def linger() -> None:
    await asyncio.sleep(30)


async def stay() -> None:
    while True:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(30)


async def leaves_a_task(context: Context, given: Given) -> AsyncIterator[Event]:
    DONE.append(asyncio.create_task(linger()))
    yield row("left")


async def leaves_a_stubborn_task(context: Context, given: Given) -> AsyncIterator[Event]:
    DONE.append(asyncio.create_task(stay()))
    await asyncio.sleep(0)
    yield row("left")


async def keeps_the_gateway(context: Context, given: Given) -> AsyncIterator[Event]:
    DONE.append(context)
    yield row("kept")


async def names_its_thread(context: Context, given: Given) -> AsyncIterator[Event]:
    yield row(f"{threading.current_thread().name} {MARK.get()}")


async def asks_often(context: Context, given: Given) -> AsyncIterator[Event]:
    answers = await asyncio.gather(*(context.telegram.chats() for _ in range(100)))
    yield row(str(len(answers)))


RUNS: tuple[Callable[..., Any], ...] = (
    *(blocks, spins, swallows, tidies, leaves_a_task, leaves_a_stubborn_task, keeps_the_gateway),
    *(names_its_thread, asks_often),
)


def command(run: Callable[..., Any]) -> Command:
    return Command(
        trigger=Word(run.__name__.replace("_", "-")),
        summary=say("x."),
        does=Source(run=run, columns=(Column("text", Kind.TEXT),)),
        capabilities=frozenset({Capability.CHATS_READ}),
    )


async def begun(terminal: LineTerminal, line: str) -> asyncio.Task[Any]:
    """Under way: its first row has been shown."""
    shown = asyncio.Event()

    async def emit(event: object) -> None:
        if type(event).__name__ == "Rows":
            shown.set()

    async def ask(said: object) -> bool:
        return True

    run = asyncio.create_task(terminal.dispatcher.run(line, emit, ask, run_id="r"))
    while not shown.is_set():
        assert not run.done(), run.result()
        await asyncio.sleep(0.01)
    return run


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("line", ["blocks", "spins"])
async def test_who_blocks_is_named_and_others_are_served(
    terminal: LineTerminal, host: Host, observed: Observed, caplog: pytest.LogCaptureFixture, line: str
) -> None:
    with watching([host], LoopWatch(asyncio.get_running_loop(), DONE.append), seconds=0.02):
        run = await begun(terminal, line)
        assert (await terminal("names-its-thread")).finished.status == "ok"
        assert len((await terminal("list 3")).rows) == 3
        while not observed.seconds:
            await asyncio.sleep(0.01)
        assert not run.done()
        run.cancel()
        assert (await run).status == "cancelled"
    assert {"blocked", "abandoned"} <= set(observed.kinds)
    named = [one for one in caplog.records if "blocks its thread" in one.message]
    (record,) = [one for one in named if one.__dict__["command"] == line]
    assert record.__dict__["plugin"] == "sample"
    assert f"{__file__}:" in record.message
    assert f" {line}" in record.message


@pytest.mark.usefixtures("impatient")
async def test_what_spins_for_nobody_is_interrupted(terminal: LineTerminal, host: Host) -> None:
    with watching([host], LoopWatch(asyncio.get_running_loop(), DONE.append), seconds=0.02):
        run = await begun(terminal, "spins")
        (thread,) = host._threads
        run.cancel()
        await run
        while thread.alive:
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("impatient")
async def test_there_is_an_end_to_threads(terminal: LineTerminal, host: Host, observed: Observed) -> None:
    runs = [await begun(terminal, "blocks") for _ in range(MOST_THREADS)]
    while any(thread.pulse.blocked_seconds < visit.MOVING_SECONDS for thread in host._threads):
        for thread in host._threads:
            thread.pulse.knock()
        await asyncio.sleep(0.01)
    shown = await terminal("names-its-thread")
    assert (shown.notice.code, shown.finished.status) == ("plugin_stuck", "error")
    assert "stuck" in observed.kinds
    assert len((await terminal("list 3")).rows) == 3
    RELEASED.set()
    await asyncio.gather(*runs)
    assert (await terminal("names-its-thread")).finished.status == "ok"


@pytest.mark.usefixtures("impatient")
async def test_what_ignores_its_end_ends_with_its_thread(
    terminal: LineTerminal, host: Host, observed: Observed, caplog: pytest.LogCaptureFixture
) -> None:
    run = await begun(terminal, "swallows")
    (thread,) = host._threads
    run.cancel()
    assert (await run).status == "cancelled"
    assert observed.kinds == ["abandoned"]
    assert [one.__dict__["command"] for one in caplog.records if "goes on" in one.message] == ["swallows"]
    await asyncio.to_thread(thread.join, 10)
    assert not thread.alive
    assert (await terminal("names-its-thread")).finished.status == "ok"


async def test_cancelled_it_may_clean_up_with_the_gateway(terminal: LineTerminal) -> None:
    DONE.clear()
    run = await begun(terminal, "tidies")
    run.cancel()
    assert (await run).status == "cancelled"
    assert DONE == [200]


async def test_tasks_that_are_left_are_stopped_and_named(
    terminal: LineTerminal, observed: Observed, caplog: pytest.LogCaptureFixture
) -> None:
    DONE.clear()
    assert (await terminal("leaves-a-task")).rows == [("left",)]
    assert DONE[0].cancelled()
    assert observed.kinds == ["left_tasks"]
    (record,) = [one for one in caplog.records if "left tasks behind" in one.message]
    assert record.message.endswith("\nlinger")


async def test_one_that_will_not_go_ends_with_its_thread(
    terminal: LineTerminal, host: Host, observed: Observed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugins.work.LEAVING_SECONDS", 0.05)
    await terminal("leaves-a-stubborn-task")
    assert observed.kinds == ["left_tasks", "abandoned"]
    assert (await terminal("names-its-thread")).finished.status == "ok"


async def test_nothing_can_be_asked_after_the_run(terminal: LineTerminal, host: Host) -> None:
    DONE.clear()
    await terminal("keeps-the-gateway")
    before = len(terminal.telegram.calls)

    def ask() -> object:
        try:
            asyncio.run(DONE[0].telegram.chats())
        except Exception as error:
            return error
        return None

    refused = await asyncio.to_thread(ask)
    assert getattr(refused, "code", refused) == "run_over"
    assert len(terminal.telegram.calls) == before


async def test_it_knows_nothing_of_who_asks(terminal: LineTerminal) -> None:
    MARK.set("somebody's request")
    assert (await terminal("names-its-thread")).rows == [("plugin sample nobody",)]


async def test_many_questions_at_once_are_answered(terminal: LineTerminal) -> None:
    assert (await terminal("asks-often")).rows == [("100",)]


def test_work_that_may_be_waited_for(host: Host) -> None:
    assert host.call(lambda: threading.current_thread().name, 10) == "plugin sample"
    with pytest.raises(ZeroDivisionError):
        host.call(lambda: 1 // 0, 10)
    with pytest.raises(PluginError, match=r"took longer than 0\.05 s"):
        host.call(lambda: RELEASED.wait(30), 0.05)
    assert host.call(lambda: 7, 10) == 7


def test_an_observer_that_is_too_slow_misses_something(host: Host, observed: Observed) -> None:
    seen: list[int] = []
    host.observe(lambda: RELEASED.wait(30))
    for number in range(hosts.MOST_OBSERVATIONS + 20):
        host.observe(lambda number=number: seen.append(number))  # type: ignore[misc]
    assert observed.kinds == ["observer"] * 21
    RELEASED.set()
    host.call(time.monotonic, 10)
    assert len(seen) == hosts.MOST_OBSERVATIONS - 1


def test_an_observer_that_only_fails_is_let_be(
    host: Host, observed: Observed, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(hosts.MOST_FAILURES * 2):
        host.observe(lambda: 1 // 0)
        host.call(time.monotonic, 10)
    assert observed.kinds == ["observer"] * hosts.MOST_FAILURES
    assert "told nothing any more" in caplog.records[-1].message


async def test_a_process_that_stood_still_is_noticed_afterwards(
    terminal: LineTerminal, host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    blocked: list[float] = []
    watch = LoopWatch(asyncio.get_running_loop(), blocked.append)
    watch.overslept(0.5, [host])
    assert blocked == []
    run = await begun(terminal, "tidies")
    watch.overslept(7.0, [host])
    assert blocked == [7.0]
    assert "sample: tidies" in caplog.text
    run.cancel()
    await run


async def test_in_a_storm_nobody_sees_what_is_anothers(host: Host) -> None:
    """One plugin, many people at once; what it keeps between two calls of the gateway is mixed up on purpose."""

    async def shuffles(context: Context, given: Given) -> AsyncIterator[Event]:
        DONE.append(context.run_id)
        for _ in range(5):
            states = await context.telegram.chats()
            await asyncio.sleep(0)
            yield row(states[0].chat.title)

    people = []
    for number in range(20):
        telegram = MemoryTelegram()
        telegram.add(f"only of {number}")
        people.append(LineTerminal(telegram, host=host))
        people[-1].add(command(shuffles))
    answers = await asyncio.gather(*(each("shuffles") for each in people for _ in range(3)))
    for index, answer in enumerate(answers):
        assert answer.rows == [(f"only of {index // 3}",)] * 5


async def test_a_shape_that_blocks_is_given_up(
    host: Host, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("plugins.bridge.SHAPE_SECONDS", 0.2)
    monkeypatch.setattr(visit, "GRACE_SECONDS", visit.MOVING_SECONDS)
    terminal = LineTerminal(MemoryTelegram.world(), host=host)

    def shape(columns: Columns, given: Given) -> Columns:
        RELEASED.wait(30)
        return columns

    async def run(context: Context, given: Given, rows: Stream) -> AsyncIterator[Event]:
        async for each in rows:
            yield Rows((each,))

    terminal.add(Command(trigger=Word("shaped"), summary=say("x."), does=Stage(run=run, shape=shape)))
    shown = await terminal("list | shaped")
    assert (shown.notice.code, shown.finished.status) == ("internal", "error")
    record = caplog.records[-1]
    assert record.__dict__["plugin"] == "sample"
    assert "shaped: its shape takes longer" in record.message
    RELEASED.set()
    monkeypatch.setattr("plugins.bridge.SHAPE_SECONDS", 30.0)
    assert len((await terminal("list | shaped | head 2")).rows) == 2
