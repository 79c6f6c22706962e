"""The heartbeat under all leases of a worker: what it keeps, what it gives up, and when a worker may speak again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from quart_app.storage import keys
from quart_app.storage.errors import StorageUnavailable
from quart_app.storage.redis import open_redis
from quart_app.telegram import lease as lease_module
from quart_app.telegram.lease import DEADLINE_SECONDS, Hold, LeaseLost, Leases
from tests.quart_app.telegram.worker import stopped, until
from tests.servers.redis import own_redis


class Beating:
    """One worker, and what its heartbeat has said."""

    def __init__(self, redis: Redis) -> None:
        self.now = 100.0
        self.lost: list[UUID] = []
        self.restored: list[UUID] = []
        self.alive_when_told: list[bool] = []
        self.refuse_to_restore = False
        self.refuse_to_drop = False
        self.leases = Leases(redis, quarantine_seconds=0, clock=lambda: self.now)

    async def on_lost(self, user_ids: tuple[UUID, ...]) -> None:
        self.alive_when_told.append(self.leases.alive)
        self.lost += user_ids
        if self.refuse_to_drop:
            raise RuntimeError("the client does not go")

    async def on_restored(self, user_id: UUID) -> None:
        if self.refuse_to_restore:
            raise LeaseLost("a later holder has written")
        self.restored.append(user_id)

    @asynccontextmanager
    async def going(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.leases.keep(self.on_lost, self.on_restored))
        try:
            yield
            assert not task.done(), "the heartbeat has stopped"
        finally:
            await stopped(task)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_module, "BEAT_SECONDS", 0.01)


@pytest.fixture
async def beating(redis: Redis) -> Beating:
    made = Beating(redis)
    await made.leases.beat()
    return made


async def rob(redis: Redis, beating: Beating, *user_ids: UUID) -> None:
    """Its heartbeat runs out and another takes over."""
    await redis.delete(keys.worker(beating.leases.worker_id))
    robber = Leases(redis, quarantine_seconds=0)
    await robber.beat()
    for user_id in user_ids:
        await robber.acquire(user_id)


async def test_a_heartbeat_keeps_the_deadline_ahead_and_leaves_the_clients_alone(beating: Beating) -> None:
    await beating.leases.acquire(uuid4())
    async with beating.going():
        for _ in range(3):
            beating.now += DEADLINE_SECONDS / 2
            await until(lambda: beating.leases.deadline == beating.now + DEADLINE_SECONDS)
    assert (beating.lost, beating.restored) == ([], [])


async def test_between_two_beats_there_is_a_pause(beating: Beating, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_module, "BEAT_SECONDS", 3600)
    before = beating.leases.deadline
    beating.now += 1
    async with beating.going():
        await asyncio.sleep(0.05)
    assert beating.leases.deadline == before


async def test_what_others_have_taken_is_told_and_the_rest_is_kept(redis: Redis, beating: Beating) -> None:
    taken, kept = uuid4(), uuid4()
    await beating.leases.acquire(taken)
    lease = await beating.leases.acquire(kept)
    await rob(redis, beating, taken)
    async with beating.going():
        await until(lambda: bool(beating.lost) and bool(beating.restored))
        assert await beating.leases.holds(lease)
    assert (beating.lost, beating.restored) == ([taken], [kept])


async def test_after_a_loss_the_leases_are_looked_at_once(redis: Redis, beating: Beating) -> None:
    kept = uuid4()
    await beating.leases.acquire(kept)
    await rob(redis, beating)
    async with beating.going():
        await until(lambda: beating.restored == [kept])
        for _ in range(3):
            beating.now += 1
            await until(lambda: beating.leases.deadline == beating.now + DEADLINE_SECONDS)
    assert beating.restored == [kept]


async def test_what_is_said_again_to_a_redis_that_lost_its_data_expires_again(
    redis: Redis, beating: Beating
) -> None:
    lease = await beating.leases.acquire(uuid4())
    await redis.flushdb()
    async with beating.going():
        await until(lambda: beating.restored == [lease.user_id])
    of_user = keys.UserKeys(lease.user_id)
    assert 0 < await redis.ttl(of_user.lease) <= keys.FENCE_SECONDS
    assert 0 < await redis.ttl(of_user.fence) <= keys.FENCE_SECONDS
    assert int(await redis.get(of_user.fence) or 0) == lease.token


async def test_a_client_of_a_lost_lease_stays_silent_though_its_worker_lives_on(
    redis: Redis, beating: Beating
) -> None:
    taken, kept = uuid4(), uuid4()
    holds = [Hold(beating.leases, await beating.leases.acquire(user_id)) for user_id in (taken, kept)]
    assert [hold.alive for hold in holds] == [True, True]
    await rob(redis, beating, taken)
    async with beating.going():
        await until(lambda: bool(beating.lost) and bool(beating.restored))
        await until(lambda: beating.leases.alive)
        assert [hold.alive for hold in holds] == [False, True]
        await beating.leases.release(holds[1].lease)
        assert [hold.alive for hold in holds] == [False, False]
    again = Hold(beating.leases, await beating.leases.acquire(kept))
    assert (again.alive, holds[1].alive) == (True, False)


async def test_a_redis_that_lost_everything_gets_the_leases_again(redis: Redis, beating: Beating) -> None:
    user_id = uuid4()
    lease = await beating.leases.acquire(user_id)
    await redis.flushall()
    async with beating.going():
        await until(lambda: beating.restored == [user_id])
        assert await beating.leases.holds(lease)
    assert beating.lost == []
    later = Leases(redis, quarantine_seconds=0)
    await later.beat()
    await redis.delete(keys.worker(beating.leases.worker_id))
    assert (await later.acquire(user_id)).token > lease.token


async def test_all_is_lost_once_redis_is_away_for_too_long() -> None:
    with own_redis() as server:
        async with open_redis(server.url) as redis:
            beating, user_id = Beating(redis), uuid4()
            await beating.leases.beat()
            await beating.leases.acquire(user_id)
            server.stop()
            async with beating.going():
                await asyncio.sleep(0.05)
                assert beating.lost == []
                beating.now += DEADLINE_SECONDS
                await until(lambda: beating.lost == [user_id])
                assert not beating.leases.alive
                server.start()
                await until(lambda: beating.leases.alive)
    assert beating.lost == [user_id]


async def test_after_a_pause_nobody_speaks_before_the_leases_are_looked_at(
    redis: Redis, beating: Beating
) -> None:
    """A worker that was stopped for half a minute wakes up with a client whose user lives elsewhere by now."""
    user_id = uuid4()
    await beating.leases.acquire(user_id)
    await rob(redis, beating, user_id)
    beating.now += 30
    async with beating.going():
        await until(lambda: beating.lost == [user_id])
        await until(lambda: beating.leases.alive)
    assert beating.alive_when_told == [False]


async def test_a_look_at_the_leases_that_failed_is_taken_again(
    redis: Redis, beating: Beating, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The heartbeat was written, and Redis went away before the leases could be asked after."""
    user_id = uuid4()
    await beating.leases.acquire(user_id)
    await rob(redis, beating, user_id)
    answer, failures = redis.evalsha, [OSError()]

    async def failing(*given: object) -> object:
        if failures:
            raise failures.pop()
        return await answer(*given)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(redis, "evalsha", failing)
    async with beating.going():
        await until(lambda: beating.lost == [user_id])
    assert failures == []


async def test_a_heartbeat_whose_answer_got_lost_still_shows_what_redis_forgot(
    redis: Redis, beating: Beating, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = uuid4()
    await beating.leases.acquire(user_id)
    await redis.flushall()
    answer = redis.set

    async def lost(*given: object, **named: object) -> object:
        await answer(*given, **named)  # type: ignore[arg-type]  # handed through
        raise TimeoutError

    with monkeypatch.context() as patch:
        patch.setattr(redis, "set", lost)
        with pytest.raises(StorageUnavailable):
            await beating.leases.beat()
    async with beating.going():
        await until(lambda: beating.restored == [user_id])


async def test_an_old_lease_does_not_come_back_from_under_a_later_one(redis: Redis, beating: Beating) -> None:
    """Another has had it and let it go so long ago that only its fencing token is left."""
    user_id = uuid4()
    await beating.leases.acquire(user_id)
    await rob(redis, beating, user_id)
    await redis.delete(keys.UserKeys(user_id).lease)
    async with beating.going():
        await until(lambda: beating.lost == [user_id])
    assert beating.restored == []


async def test_one_user_who_cannot_be_restored_does_not_stop_the_heart(
    redis: Redis, beating: Beating
) -> None:
    user_id = uuid4()
    await beating.leases.acquire(user_id)
    beating.refuse_to_restore = True
    await redis.flushall()
    async with beating.going():
        await until(lambda: beating.lost == [user_id])


async def test_a_client_that_cannot_be_dropped_does_not_stop_the_heart(
    redis: Redis, beating: Beating, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*given: object, **named: object) -> None:
        raise OSError

    user_id = uuid4()
    await beating.leases.acquire(user_id)
    beating.refuse_to_drop = True
    beating.now += DEADLINE_SECONDS
    with monkeypatch.context() as patch:
        patch.setattr(redis, "set", away)
        async with beating.going():
            await until(lambda: beating.lost == [user_id])
            patch.undo()
            await until(lambda: beating.leases.alive)


async def test_a_wait_that_was_cancelled_is_waited_for_again(redis: Redis) -> None:
    user_id, long = uuid4(), 0.6
    holder = Leases(redis)
    await holder.beat()
    await holder.acquire(user_id)
    await redis.delete(keys.worker(holder.worker_id))
    taker = Leases(redis, quarantine_seconds=long)
    await taker.beat()
    began = asyncio.get_running_loop().time()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await taker.acquire(user_id)
    await taker.acquire(user_id)
    assert asyncio.get_running_loop().time() - began >= long


async def test_a_wait_that_was_cancelled_leaves_nothing_held(redis: Redis) -> None:
    user_id = uuid4()
    holder, taker, third = (Leases(redis, quarantine_seconds=seconds) for seconds in (0, 0.2, 0))
    for leases in (holder, taker, third):
        await leases.beat()
    await holder.acquire(user_id)
    await redis.delete(keys.worker(holder.worker_id))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await taker.acquire(user_id)
    assert await third.acquire(user_id)
