"""What Telegram may still list: counted once, whichever worker looks, and told to its owner."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from quart_app.demo import DemoDataCentre
from quart_app.storage import keys
from quart_app.telegram import client as client_module
from quart_app.telegram.orphans import Orphans
from tests.quart_app.telegram.login_answers import devices
from tests.quart_app.telegram.worker import Clock, Person, Recorded, Worker, open_worker, until


@pytest.fixture
def orphans(redis: Redis) -> tuple[Orphans, Recorded, Clock]:
    clock, metrics = Clock(), Recorded()
    return Orphans(redis, metrics, clock=clock), metrics, clock


async def left_behind(worker: Worker, person: Person) -> int | None:
    return (await worker.sessions.state(person.user_id, person.secret)).left_behind


async def test_one_that_expires_while_it_is_idle_is_counted_once(
    redis: Redis, orphans: tuple[Orphans, Recorded, Clock]
) -> None:
    one, metrics, clock = orphans
    people = [Person() for _ in range(3)]
    for person in people:
        await one.started(person.user_id, int(clock()) + 86_400)
    await one.count_expired()
    assert metrics.orphans == 0
    clock.ahead = 86_401
    await asyncio.gather(*(Orphans(redis, metrics, clock=clock).count_expired() for _ in range(5)))
    assert metrics.orphans == 3
    assert await one.of(people[0].user_id) is not None
    assert await redis.ttl(keys.UserKeys(people[0].user_id).left_behind) > 0


async def test_the_list_itself_does_not_stay(redis: Redis, orphans: tuple[Orphans, Recorded, Clock]) -> None:
    one, _, clock = orphans
    await one.started(Person().user_id, int(clock()) + 86_400)
    assert 86_400 < await redis.ttl(keys.OPEN_AT_TELEGRAM) <= 172_800


async def test_one_that_ends_properly_leaves_nothing(worker: Worker, person: Person, redis: Redis) -> None:
    await worker.log_in(person)
    await until(lambda: not worker.metrics.orphans)
    async with asyncio.timeout(10):
        while not await redis.zcard(keys.OPEN_AT_TELEGRAM):
            await asyncio.sleep(0.01)
    assert await worker.sessions.end(person.user_id, person.secret)
    async with asyncio.timeout(10):
        while await redis.zcard(keys.OPEN_AT_TELEGRAM):
            await asyncio.sleep(0.01)
    assert worker.metrics.orphans == 0
    assert await left_behind(worker, person) is None


async def test_one_that_telegram_did_not_hear_of_is_told_of(
    demo: DemoDataCentre, worker: Worker, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "_LOGOUT_SECONDS", 0.1)
    caller = await worker.log_in(person)
    ends = (await caller.state()).expires_at
    await asyncio.sleep(0.05)
    demo.instrument.silence(True)
    assert not await worker.sessions.end(person.user_id, person.secret)
    demo.instrument.silence(False)
    await until(lambda: worker.metrics.orphans == 1)
    async with asyncio.timeout(10):
        while await left_behind(worker, person) != ends:
            await asyncio.sleep(0.01)
    assert await left_behind(worker, Person()) is None, "nobody else is told"


async def test_one_that_another_device_replaces_unopened_is_told_of(
    demo: DemoDataCentre, redis: Redis, person: Person
) -> None:
    async with open_worker(demo, redis) as worker:
        await worker.log_in(person)
    other = person.other_device()
    async with open_worker(demo, redis) as worker:
        await worker.start(other, replace=True)
        await until(lambda: worker.metrics.orphans == 1)
        await worker.code(other)
        assert len(devices(demo, person)) == 2
        assert await worker.sessions.end(other.user_id, other.secret)
        async with asyncio.timeout(10):
            while await left_behind(worker, other) is None:
                await asyncio.sleep(0.01)
    assert len(devices(demo, person)) == 1
