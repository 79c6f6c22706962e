"""Each protection with a control that lacks it: the short form of tests/chaos, in one process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from redis.asyncio import Redis
from telethon import functions as fn

from commands import CommandError
from quart_app.demo import DemoDataCentre
from quart_app.demo.parallel_use import NEARLY_AT_ONCE
from quart_app.storage import keys
from tests.chaos.without import PROTECTIONS, take_out
from tests.quart_app.telegram.worker import Person, Worker

NewWorker = Callable[..., Awaitable[Worker]]
METHOD = "messages.GetPinnedDialogs"
PINNED = fn.messages.GetPinnedDialogsRequest(folder_id=0)


def with_and(protection: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("without", ["nothing", protection], indirect=True)


@pytest.fixture
def without(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, rsa_key: object) -> str:
    """Which protection is taken out."""
    name: str = request.param
    if name in PROTECTIONS:
        take_out(name, monkeypatch.setattr)
    return name


async def ask(worker: Worker, person: Person) -> str:
    try:
        await (await worker.caller(person)).telegram.chats(fresh=True)
    except CommandError as error:
        return error.code
    return "ok"


async def sends(client: Any) -> None:
    try:
        async with asyncio.timeout(2):
            await client(PINNED)
    except Exception:  # whatever comes of it: what the data centre saw is what counts
        pass


def judge(violations: int, without: str) -> None:
    assert (violations > 0) == (without in PROTECTIONS), f"{violations} violations without {without}"


@with_and("ownership")
async def test_one_owner(demo: DemoDataCentre, new_worker: NewWorker, person: Person, without: str) -> None:
    one, other = await new_worker(), await new_worker()
    await one.log_in(person)
    for _ in range(2):
        for worker in (one, other):
            await ask(worker, person)
    judge(len(demo.instrument.overlaps), without)
    demo.instrument.overlaps.clear()


@with_and("fence")
async def test_a_worker_whose_time_is_over(
    demo: DemoDataCentre, redis: Redis, new_worker: NewWorker, person: Person, without: str
) -> None:
    """As after a long pause: its client has something to send, and another worker has taken over."""
    one, other = await new_worker(heartbeat=False), await new_worker()
    await one.log_in(person)
    client = one.client(person)
    await redis.delete(keys.worker(one.leases.worker_id))
    one.leases.deadline = 0.0
    await asyncio.sleep(NEARLY_AT_ONCE + 0.1)  # between a deadline and a take-over there are four seconds
    assert await ask(other, person) == "ok"
    await sends(client)
    judge(len(demo.instrument.overlaps), without)
    demo.instrument.overlaps.clear()


@with_and("quarantine")
async def test_telegram_hears_late_that_a_connection_is_closed(
    demo: DemoDataCentre, new_worker: NewWorker, person: Person, without: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = await new_worker(), await new_worker(quarantine_seconds=0.6)
    await one.log_in(person)
    assert await ask(one, person) == "ok"
    client, late, answered = one.client(person), set[asyncio.Task[None]](), asyncio.Event()
    disconnect = client.disconnect

    async def slow_road() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(answered.wait(), 60 if without in PROTECTIONS else 0.3)
        await disconnect()

    async def disconnected() -> None:
        late.add(asyncio.create_task(slow_road()))

    monkeypatch.setattr(client, "disconnect", disconnected)
    await one.pool.close(log_out_all=False)
    await ask(other, person)
    answered.set()
    await asyncio.gather(*late)
    judge(len(demo.instrument.overlaps) + len(demo.instrument.held_together()), without)
    demo.instrument.overlaps.clear()


@with_and("flood memory")
async def test_a_flood_wait_is_remembered(
    demo: DemoDataCentre, worker: Worker, person: Person, without: str
) -> None:
    await worker.log_in(person)
    demo.instrument.flood(METHOD, 60)
    for _ in range(3):
        await sends(worker.client(person))
    judge(demo.instrument.counts[METHOD] - 1, without)


@with_and("no retry")
async def test_what_may_have_been_executed_is_not_sent_again(
    demo: DemoDataCentre, worker: Worker, person: Person, without: str
) -> None:
    await worker.log_in(person)
    demo.instrument.drop(METHOD, "after", times=3)
    await sends(worker.client(person))
    judge(demo.instrument.counts[METHOD] - 1, without)
    demo.instrument.overlaps.clear()
