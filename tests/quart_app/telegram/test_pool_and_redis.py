"""Live clients while Redis fails, forgets, or says that another worker has them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis

from quart_app.demo import DemoDataCentre
from quart_app.storage import keys
from quart_app.storage.errors import StorageUnavailable
from quart_app.storage.redis import open_redis
from quart_app.telegram.vault import VaultError, lookup, open_record
from tests.quart_app.telegram.outcome import code_of, connected
from tests.quart_app.telegram.worker import Person, Worker, open_worker, until
from tests.servers.redis import own_redis

NewWorker = Callable[..., Awaitable[Worker]]


async def test_a_redis_that_fails_half_way_leaves_no_client_behind(
    demo: DemoDataCentre, worker: Worker, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that nobody holds would be one too many as soon as the next one comes."""
    caller = await worker.log_in(person)
    await worker.pool.close(log_out_all=False)
    for method in ("read", "slots"):
        with monkeypatch.context() as patch:

            async def fail(*_given: object) -> None:
                raise StorageUnavailable

            patch.setattr(worker.records, method, fail)
            assert await code_of(caller.telegram.chats()) == "storage_unavailable"
        await until(lambda: connected(demo) == 0)
    assert len(await caller.telegram.chats()) == 20
    assert connected(demo) == 1


async def test_who_is_cancelled_while_connecting_leaves_no_client_behind(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    caller = await worker.log_in(person)
    for turns in range(1, 40, 4):
        await worker.pool.close(log_out_all=False)
        step = asyncio.create_task(caller.telegram.chats())
        for _ in range(turns):
            await asyncio.sleep(0)
        step.cancel()
        await asyncio.gather(step, return_exceptions=True)
        assert len(await caller.telegram.chats()) == 20
        await until(lambda: connected(demo) == 1)


async def test_a_key_that_is_wiped_while_connecting_was_copied_before(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    """A terminal that closes wipes what it lent; the session must not be sealed with what is left then."""
    caller = await worker.log_in(person)
    await worker.pool.close(log_out_all=False)
    demo.instrument.silence(True)
    warming = asyncio.create_task(caller.warm())
    await until(lambda: connected(demo) == 1)
    caller.close()
    demo.instrument.silence(False)
    await warming
    await worker.pool.close(log_out_all=False)
    record = await worker.records.read(person.user_id)
    assert record is not None
    with pytest.raises(VaultError):
        open_record(bytes(32), record.identity, record.generation, record.blob, now=0, terms=record.terms)
    assert len(await (await worker.caller(person)).telegram.chats()) == 20


async def test_a_redis_that_starts_empty_gets_record_and_slots_again(
    redis: Redis, worker: Worker, person: Person
) -> None:
    caller, other = await worker.log_in(person), person.other_device()
    await worker.sessions.unlock(person.user_id, other.secret)
    before = await worker.records.read(person.user_id)
    await redis.flushall()
    assert await worker.state(person) == "none"
    user = keys.UserKeys(person.user_id)
    async with asyncio.timeout(10):
        while not await redis.exists(user.telegram_session):
            await asyncio.sleep(0.01)
    after = await worker.records.read(person.user_id)
    assert before is not None
    assert after is not None
    assert after.identity == before.identity
    assert await redis.expiretime(user.telegram_session) == before.identity.expires_at
    assert set(await worker.records.slots(after.identity)) == {lookup(person.secret), lookup(other.secret)}
    await worker.pool.close(log_out_all=False)
    assert len(await (await worker.caller(other)).telegram.chats()) == 20
    caller.close()


async def test_what_is_put_away_while_redis_is_gone_opens_from_what_it_knew(
    demo: DemoDataCentre, person: Person
) -> None:
    """With a Redis that comes back as it was, such as after a network that was cut."""
    with own_redis() as server:
        async with open_redis(server.url) as redis, open_worker(demo, redis) as worker:
            caller = await worker.log_in(person)
            before = await worker.records.read(person.user_id)

            async def away(*_given: object) -> None:
                raise StorageUnavailable

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(worker.records, "save", away)
                await worker.pool.close(log_out_all=False)
            assert await worker.records.read(person.user_id) == before
            assert len(await caller.telegram.chats()) == 20


async def test_who_has_lost_the_lease_drops_the_client_and_saves_nothing(
    demo: DemoDataCentre, redis: Redis, new_worker: NewWorker, person: Person
) -> None:
    """The first worker was paused for half a minute; its user went on at the second."""
    first, second = await new_worker(heartbeat=False), await new_worker()
    await first.log_in(person)
    live, told = first.live(person), []
    await redis.delete(keys.worker(first.leases.worker_id))
    first.leases.deadline = 0.0
    demo.instrument.drop_connections()  # Telegram has given it up as well
    assert len(await (await second.caller(person)).telegram.chats()) == 20
    record = await second.records.read(person.user_id)
    with first.sessions.listening(person.user_id, lambda: told.append(1)):
        async with first.beating():
            await until(lambda: first.pool.get(person.user_id) is None)
            await until(lambda: bool(first.leases.alive))
    assert (told, first.metrics.lost) == ([1], 1)
    assert live.unlocked.data_key == bytes(32)
    assert await second.records.read(person.user_id) == record
    assert await code_of((await first.caller(person)).telegram.chats()) == "moved"
    assert len(await (await second.caller(person)).telegram.chats()) == 20


async def test_without_a_heartbeat_nothing_reaches_telegram(
    demo: DemoDataCentre, new_worker: NewWorker, person: Person
) -> None:
    worker = await new_worker(heartbeat=False)
    caller = await worker.log_in(person)
    worker.leases.deadline = 0.0
    calls = len(demo.instrument.calls())
    assert await code_of(caller.telegram.chats(fresh=True)) == "storage_unavailable"
    await asyncio.sleep(0.05)
    assert len(demo.instrument.calls()) == calls


async def test_two_workers_take_turns_and_never_share(
    demo: DemoDataCentre, new_worker: NewWorker, person: Person
) -> None:
    one, other = await new_worker(), await new_worker()
    await one.log_in(person)
    for current, next_one in ((one, other), (other, one), (one, other)):
        caller = await next_one.caller(person)
        assert await code_of(caller.telegram.chats()) == "moved"
        await current.pool.close(log_out_all=False)
        assert len(await caller.telegram.chats()) == 20
    assert connected(demo) == 1


async def test_a_session_that_is_open_elsewhere_is_not_ended_from_here(
    demo: DemoDataCentre, redis: Redis, new_worker: NewWorker, person: Person
) -> None:
    one, other = await new_worker(), await new_worker()
    await one.log_in(person)
    for secret in (person.secret, person.other_device().secret):
        assert await code_of(other.sessions.end(person.user_id, secret)) == "moved"
    assert await one.state(person) == "active"
    assert await one.sessions.end(person.user_id, person.secret)
    assert demo.instrument.devices(person.account_id) == []


async def test_an_end_without_redis_logs_out_at_telegram_all_the_same(
    demo: DemoDataCentre, person: Person
) -> None:
    with own_redis() as server:
        async with open_redis(server.url) as redis, open_worker(demo, redis) as worker:
            await worker.log_in(person)
            server.stop()
            async with worker.pool.locked(person.user_id):
                with pytest.raises(StorageUnavailable):
                    await worker.pool.end(person.user_id)
            assert demo.instrument.devices(person.account_id) == []
            assert worker.pool.get(person.user_id) is None
            server.start()
