"""Whatever a page sends, in whatever order: each run has exactly one end, and no task is left."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands import Column, CommandError, Kind, Rows, Text
from commands.events import Table
from quart_app.terminal.budget import TokenBucket
from quart_app.terminal.frames import DOWN_KINDS
from quart_app.terminal.question import Question
from quart_app.terminal.session import Limits
from quart_app.terminal.surroundings import Ask, Emit

if TYPE_CHECKING:
    from tests.quart_app.terminal.session.conftest import Clock, Terminal

IDS = st.sampled_from([f"r{number}" for number in range(14)])
LINES = st.sampled_from(["quick", "rows", "ask", "forever", "flood", "refuse", "broken", "x" * 5000])
UP = st.one_of(
    st.fixed_dictionaries({"type": st.just("run"), "id": IDS, "line": LINES}),
    st.fixed_dictionaries({"type": st.just("run"), "id": IDS, "line": LINES}),
    st.fixed_dictionaries({"type": st.just("cancel"), "id": IDS}),
    st.fixed_dictionaries(
        {
            "type": st.just("answer"),
            "id": IDS,
            "ask": st.sampled_from(["a1", "a2"]),
            "value": st.sampled_from(["yes", "no", "maybe"]),
        }
    ),
    st.fixed_dictionaries({"type": st.just("complete"), "id": IDS, "line": LINES, "cursor": st.just(1)}),
    st.fixed_dictionaries({"type": st.just("ping"), "id": IDS}),
    st.just({"type": "nonsense"}),
)
STEPS = st.lists(
    UP | st.sampled_from(["pause", "stall", "read"]) | st.integers(1, 20),
    max_size=50,
)
ENDS = st.sampled_from(["close", "leave", "cancel", "binary"])


async def quick(emit: Emit, ask: Ask) -> None:
    await emit(Text("hello"))


async def rows(emit: Emit, ask: Ask) -> None:
    await emit(Table("t1", (Column("n", Kind.INTEGER),)))
    for number in range(70):
        await emit(Rows(((number,),)))
        await asyncio.sleep(0)


async def asking(emit: Emit, ask: Ask) -> None:
    await emit(Text(repr([await ask(Question("Sure?")), await ask(Question("Really?"))])))


async def forever(emit: Emit, ask: Ask) -> None:
    await asyncio.Event().wait()


async def flood(emit: Emit, ask: Ask) -> None:
    while True:
        await emit(Text("x" * 5000))


async def refuse(emit: Emit, ask: Ask) -> None:
    raise CommandError("flood_wait", "no")


async def broken(emit: Emit, ask: Ask) -> None:
    raise RuntimeError("broken")


SCRIPTS = {
    "quick": quick,
    "rows": rows,
    "ask": asking,
    "forever": forever,
    "flood": flood,
    "refuse": refuse,
    "broken": broken,
}


async def play(terminal: Terminal, clock: Clock, steps: list[Any]) -> None:
    browser = terminal.browser
    for step in steps:
        match step:
            case "pause":
                clock.now += 1
            case "stall":
                browser.reading.clear()
            case "read":
                browser.reading.set()
            case int():
                await turns(step)
            case _:
                browser.inbound.put_nowait(json.dumps(step))
    while not browser.inbound.empty() and not terminal.ending.done():
        await turns(1)


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def finish(terminal: Terminal, end: str) -> None:
    match end:
        case "close":
            terminal.session.close(1012, "Restart.")
        case "leave":
            terminal.browser.leave()
        case "cancel":
            terminal.ending.cancel()
        case "binary":
            terminal.browser.inbound.put_nowait(b"")
    terminal.browser.reading.set()


@given(steps=STEPS, end=ENDS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=150)
def test_each_run_has_exactly_one_end_and_no_task_is_left(
    steps: list[Any], end: str, new_terminal: Callable[..., Terminal], clock: Clock
) -> None:
    async def scenario() -> None:
        limits = Limits(batch_seconds=0, bad_frames=10, refusals=10)
        terminal = new_terminal(limits, TokenBucket(10, 20, clock=clock), clock)
        terminal.dispatcher.scripts |= SCRIPTS
        await play(terminal, clock, steps)
        finish(terminal, end)
        (outcome,) = await asyncio.gather(terminal.ending, return_exceptions=True)
        check(terminal, steps, outcome)
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    def check(terminal: Terminal, steps: list[Any], outcome: Any) -> None:
        received = terminal.browser.received
        assert {frame["type"] for frame in received} <= set(DOWN_KINDS)
        ends = Counter(frame["id"] for frame in received if frame["type"] == "finished")
        asked = Counter(step["id"] for step in steps if isinstance(step, dict) and step["type"] == "run")
        assert ends <= asked
        if not isinstance(outcome, BaseException) and outcome.code in {1003, 1012}:
            assert set(ends) == set(asked)
            assert received[-1]["type"] == "goodbye"

    asyncio.run(scenario())
