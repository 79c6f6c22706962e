"""What a page may not do to us: strange, big, many or unread messages."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from commands import Text
from quart_app.terminal.budget import TokenBucket
from quart_app.terminal.question import Question
from quart_app.terminal.session import Limits
from quart_app.terminal.surroundings import Ask, Emit

if TYPE_CHECKING:
    from tests.quart_app.terminal.session.conftest import Clock, Open, Terminal


async def quick(emit: Emit, ask: Ask) -> None:
    await emit(Text("hello"))


async def slow(emit: Emit, ask: Ask) -> None:
    await asyncio.Event().wait()


def ping_of(size: int, filler: str = "x") -> str:
    """A good frame of exactly ``size`` bytes."""
    frame = json.dumps({"type": "ping", "id": "p", "more": ""}, ensure_ascii=False)
    room = size - len(frame.encode())
    return frame[:-2] + filler * (room // len(filler.encode())) + " " * (room % len(filler.encode())) + '"}'


async def test_a_binary_frame_ends_the_session(terminal: Terminal) -> None:
    terminal.browser.inbound.put_nowait(b'{"type": "ping", "id": "p1"}')

    assert (await terminal.end()).code == 1003
    assert terminal.browser.all("goodbye", code=1003)


@pytest.mark.parametrize("filler", ["x", "€"])
async def test_a_frame_may_be_64_kib_and_no_byte_more(open_terminal: Open, filler: str) -> None:
    fits, bursts = open_terminal(), open_terminal()
    fits.browser.inbound.put_nowait(ping_of(64 << 10, filler))
    bursts.browser.inbound.put_nowait(ping_of((64 << 10) + 1, filler))

    await fits.browser.until("pong")
    assert (await bursts.end()).code == 1009
    assert bursts.browser.all("goodbye", code=1009)


@pytest.mark.parametrize("data", ["", "{", "[" * 60_000, '{"type": NaN}', '{"type": "nonsense"}', "null"])
async def test_a_bad_frame_is_told_and_the_session_goes_on(terminal: Terminal, data: str) -> None:
    terminal.browser.inbound.put_nowait(data)
    notice = await terminal.browser.until("notice", level="error", code="bad_frame")
    assert notice["reason"]

    terminal.browser.say("ping", "p1")
    await terminal.browser.until("pong", id="p1")


async def test_a_run_that_cannot_be_read_ends_too(terminal: Terminal) -> None:
    terminal.browser.run("r1", "x" * 5000)
    notice = await terminal.browser.until("notice", id="r1", code="bad_frame")
    await terminal.browser.until("finished", id="r1", status="error")
    assert notice["reason"] == "line_too_long"

    terminal.dispatcher.scripts["slow"] = slow
    terminal.browser.run("r2", "slow")
    terminal.browser.run("r2", "x" * 5000)
    assert "id" not in await terminal.browser.until("notice", code="bad_frame")
    assert len(terminal.browser.all("finished")) == 1


async def test_twenty_bad_frames_in_a_minute_end_the_session(terminal: Terminal) -> None:
    for _ in range(20):
        terminal.browser.inbound.put_nowait("{")

    assert (await terminal.end()).code == 1008
    assert len(terminal.browser.all("notice", code="bad_frame")) == 20


async def test_fewer_or_slower_bad_frames_do_not(terminal: Terminal, clock: Clock) -> None:
    for round_ in range(3):
        for _ in range(19):
            terminal.browser.inbound.put_nowait("{")
        terminal.browser.say("ping", f"p{round_}")
        await terminal.browser.until("pong", id=f"p{round_}")
        clock.now += 60

    assert not terminal.ending.done()


async def test_too_many_runs_are_refused_each_with_its_end(open_terminal: Open, clock: Clock) -> None:
    terminal = open_terminal(budget=TokenBucket(10, 3, clock=clock))
    terminal.dispatcher.scripts["quick"] = quick
    for number in range(5):
        terminal.browser.run(f"r{number}", "quick")
    for number in (3, 4):
        notice = await terminal.browser.until("notice", id=f"r{number}", code="too_many")
        assert notice["retry_after"] == 0.1
        await terminal.browser.until("finished", id=f"r{number}", status="error")
    await terminal.browser.until("finished", id="r2", status="ok")

    clock.now += 0.1
    terminal.browser.run("r5", "quick")
    await terminal.browser.until("finished", id="r5", status="ok")
    assert terminal.dispatcher.begun == ["r0", "r1", "r2", "r5"]


async def test_an_id_in_use_gets_no_second_end_though_over_the_budget(
    open_terminal: Open, clock: Clock
) -> None:
    terminal = open_terminal(budget=TokenBucket(10, 1, clock=clock))
    terminal.dispatcher.scripts["quick"] = quick
    for _ in range(3):
        terminal.browser.run("r0", "quick")
    await terminal.browser.until("notice", reason="id_in_use")
    await terminal.browser.until("notice", reason="id_in_use")
    terminal.session.close(1012, "Restart.")
    await terminal.end()

    assert len(terminal.browser.all("finished", id="r0")) == 1


async def test_who_is_over_the_budget_can_still_stop_and_answer(open_terminal: Open, clock: Clock) -> None:
    terminal = open_terminal(budget=TokenBucket(10, 2, clock=clock))

    async def asking(emit: Emit, ask: Ask) -> None:
        await emit(Text("yes" if await ask(Question("Sure?")) else "no"))

    terminal.dispatcher.scripts["asking"] = asking
    terminal.browser.run("r1", "asking")
    terminal.browser.run("r2", "asking")
    asked = await terminal.browser.until("ask", id="r1")
    terminal.browser.say("ping", "p1")
    await terminal.browser.until("notice", code="too_many")
    terminal.browser.say("answer", "r1", ask=asked["ask"], value="yes")
    await terminal.browser.until("text", id="r1", text="yes")
    await terminal.browser.until("ask", id="r2")
    terminal.browser.say("cancel", "r2")

    await terminal.browser.until("finished", id="r2", status="cancelled")
    assert not terminal.browser.all("pong")


async def test_who_never_slows_down_is_sent_away(open_terminal: Open, clock: Clock) -> None:
    terminal = open_terminal(limits=Limits(refusals=50), budget=TokenBucket(10, 20, clock=clock))
    for number in range(100):
        terminal.browser.say("ping", f"p{number}")

    assert (await terminal.end()).code == 4429
    assert len(terminal.browser.all("pong")) == 20
    assert len(terminal.browser.all("notice", code="too_many")) == 50


async def test_a_user_shares_one_budget_over_all_sockets(open_terminal: Open, clock: Clock) -> None:
    budget = TokenBucket(10, 4, clock=clock)
    first, second = open_terminal(budget=budget), open_terminal(budget=budget)
    for number in range(3):
        first.browser.say("ping", f"p{number}")
        await first.browser.until("pong", id=f"p{number}")
    second.browser.say("ping", "p0")
    await second.browser.until("pong")
    second.browser.say("ping", "p1")

    await second.browser.until("notice", code="too_many")


async def test_a_command_waits_for_a_reader_that_is_behind(terminal: Terminal) -> None:
    emitted = 0

    async def chatty(emit: Emit, ask: Ask) -> None:
        nonlocal emitted
        for number in range(2000):
            await emit(Text(str(number)))
            emitted = number + 1

    terminal.dispatcher.scripts["chatty"] = chatty
    await terminal.browser.until("hello")
    terminal.browser.reading.clear()
    terminal.browser.run("r1", "chatty")
    for _ in range(1000):
        await asyncio.sleep(0)
    assert 200 < emitted < 300

    terminal.browser.reading.set()
    await terminal.browser.until("finished", status="ok")
    assert [frame["text"] for frame in terminal.browser.all("text")] == [str(n) for n in range(2000)]


async def test_a_cancel_is_heard_while_the_reader_is_behind(terminal: Terminal) -> None:
    async def endless(emit: Emit, ask: Ask) -> None:
        while True:
            await emit(Text("x" * 1000))

    terminal.dispatcher.scripts["endless"] = endless
    await terminal.browser.until("hello")
    terminal.browser.reading.clear()
    terminal.browser.run("r1", "endless")
    terminal.browser.say("cancel", "r1")
    for _ in range(1000):
        await asyncio.sleep(0)
    terminal.browser.reading.set()

    await terminal.browser.until("finished", id="r1", status="cancelled")
    assert len(terminal.browser.all("text")) < 300


async def test_a_reader_who_reads_nothing_is_dropped_and_the_run_cancelled(open_terminal: Open) -> None:
    terminal = open_terminal(limits=Limits(send_seconds=0.01))
    closed = asyncio.Event()

    async def endless(emit: Emit, ask: Ask) -> None:
        try:
            while True:
                await emit(Text("x" * 1000))
        finally:
            closed.set()

    terminal.dispatcher.scripts["endless"] = endless
    await terminal.browser.until("hello")
    terminal.browser.reading.clear()
    terminal.browser.run("r1", "endless")

    assert (await terminal.end()).code == 4408
    assert closed.is_set()
    assert [frame["type"] for frame in terminal.browser.received] == ["hello"]


async def test_answers_pile_up_so_far_and_no_further(terminal: Terminal) -> None:
    await terminal.browser.until("hello")
    terminal.browser.reading.clear()
    for number in range(600):
        terminal.browser.say("ping", f"p{number}")

    assert (await terminal.end()).code == 4408
