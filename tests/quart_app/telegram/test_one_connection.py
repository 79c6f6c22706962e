"""The promise under all others: a key is never used over two connections at once, or Telegram kills it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from redis.asyncio import Redis
from telethon import errors
from telethon import functions as fn

from commands import CommandError
from quart_app.demo import DemoDataCentre
from quart_app.storage import keys
from quart_app.telegram import lease
from quart_app.telegram.client import connect, disconnect
from quart_app.telegram.sealed_session import SealedSession
from tests.quart_app.telegram.worker import Person, Worker

NewWorker = Callable[..., Awaitable[Worker]]
EXPECTED = {"moved", "telegram_unreachable", "storage_unavailable"}
"""What a command may be answered with while connections break and workers die."""


class Storm:
    """Two people with two terminals each, at two workers that come and go."""

    def __init__(
        self, demo: DemoDataCentre, redis: Redis, workers: list[Worker], dice: random.Random
    ) -> None:
        self._demo, self._redis, self._workers, self._dice = demo, redis, workers, dice
        self.people = [Person("20001"), Person("20003")]
        self.said: Counter[str] = Counter()

    async def begin(self) -> None:
        for person, worker in zip(self.people, self._workers, strict=True):
            await worker.log_in(person)

    async def blow(self, steps: int) -> None:
        deeds = [self.use] * 10 + [self.both] * 4 + [self.drop] * 2 + [self.put_away] * 3 + [self.die]
        pending = []
        for _ in range(steps):
            pending.append(asyncio.create_task(self._dice.choice(deeds)()))
            await asyncio.sleep(self._dice.choice((0, 0, 0.002, 0.01)))
        await asyncio.gather(*pending)

    async def use(self) -> None:
        """One terminal asks."""
        await self._ask(self._dice.choice(self._workers), self._dice.choice(self.people))

    async def both(self) -> None:
        """Two terminals of one person ask at the same time, at the same worker or not."""
        person = self._dice.choice(self.people)
        await asyncio.gather(*(self._ask(self._dice.choice(self._workers), person) for _ in range(2)))

    async def _ask(self, worker: Worker, person: Person) -> None:
        try:
            await (await worker.caller(person)).telegram.chats(fresh=True)
        except CommandError as error:
            self.said[error.code] += 1
        else:
            self.said["ok"] += 1

    async def drop(self) -> None:
        self._demo.instrument.drop_connections()

    async def put_away(self) -> None:
        """As after a quarter of an hour without anybody."""
        await self._dice.choice(self._workers).pool.close(log_out_all=False)

    async def die(self) -> None:
        """The heartbeat is overdue, and the network is gone; a little later the worker wakes up again."""
        worker = self._dice.choice(self._workers)
        worker.leases.deadline = 0.0
        self._demo.instrument.drop_connections()
        await self._redis.delete(keys.worker(worker.leases.worker_id))


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_in_a_storm_no_key_is_used_twice(
    demo: DemoDataCentre, redis: Redis, new_worker: NewWorker, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(lease, "BEAT_SECONDS", 0.01)
    storm = Storm(demo, redis, [await new_worker(), await new_worker()], random.Random(seed))
    await storm.begin()
    before = {person.tail: demo.instrument.devices(person.account_id)[0].key_id for person in storm.people}
    await storm.blow(60)
    assert demo.instrument.overlaps == []
    assert storm.said["ok"] > 0
    assert set(storm.said) - {"ok"} <= EXPECTED
    for person in storm.people:
        (device,) = demo.instrument.devices(person.account_id)
        assert device.key_id == before[person.tail]


def on_the_same_key(worker: Worker, person: Person) -> Any:
    """Another client, made on purpose from what the session knows. Not connected yet."""
    dump = worker.live(person).session.dump()
    return worker.factory.create(SealedSession.load(dump), expires_at=0)


async def asks(client: Any) -> str:
    """What comes of one call, connecting first where needed."""
    try:
        if not client.is_connected():
            await connect(client)
        return type(await client(fn.updates.GetStateRequest())).__name__
    except (errors.RPCError, errors.AuthKeyNotFound, OSError) as error:
        return type(error).__name__


async def test_two_clients_on_one_key_are_seen_and_the_key_dies(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    """The control: what the tests look at does see it, and it costs the session."""
    await worker.log_in(person)
    one, other = on_the_same_key(worker, person), on_the_same_key(worker, person)
    await worker.pool.close(log_out_all=False)
    said = [await asks(client) for _ in range(3) for client in (one, other)]
    assert said[0] == "State"
    assert "AuthKeyDuplicatedError" in said
    assert demo.instrument.overlaps
    assert demo.instrument.devices(person.account_id) == []
    demo.instrument.overlaps.clear()
    for client in (one, other):
        await disconnect(client)


async def test_a_worker_whose_key_was_used_elsewhere_says_that_the_session_is_over(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    caller, codes = await worker.log_in(person), set()
    await caller.telegram.chats()
    stranger = on_the_same_key(worker, person)
    for _ in range(3):
        await asks(stranger)
        try:
            await caller.telegram.chats(fresh=True)
        except CommandError as error:
            codes.add(error.code)
    assert "session_ended" in codes
    assert await worker.state(person) == "none"
    assert await redis.exists(keys.UserKeys(person.user_id).telegram_session) == 0
    assert demo.instrument.overlaps
    demo.instrument.overlaps.clear()
    await disconnect(stranger)
