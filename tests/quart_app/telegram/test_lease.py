"""One worker at a time may hold a user's client, whatever becomes of workers and of Redis."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from quart_app.storage import keys
from quart_app.storage.errors import StorageUnavailable
from quart_app.storage.redis import open_redis
from quart_app.telegram.lease import (
    BEAT_SECONDS,
    DEADLINE_SECONDS,
    QUARANTINE_SECONDS,
    WORKER_SECONDS,
    Hold,
    Lease,
    LeaseHeld,
    LeaseLost,
    Leases,
)
from tests.servers.redis import own_redis

FOREVER = 3600.0
"""A quarantine that no test could sit out."""
SHORT = 0.2


class StoppedClock:
    """A monotonic clock that moves only when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def worker(redis: Redis, quarantine: float = FOREVER, clock: StoppedClock | None = None) -> Leases:
    """One that has just had its first heartbeat."""
    made = Leases(redis, quarantine_seconds=quarantine, clock=clock or time.monotonic)
    await made.beat()
    return made


async def dies(redis: Redis, leases: Leases) -> None:
    """Its heartbeat runs out; it has resigned nothing and released nothing."""
    await redis.delete(keys.worker(leases.worker_id))


async def take(leases: Leases, user_id: UUID) -> Lease | None:
    try:
        return await leases.acquire(user_id)
    except LeaseHeld:
        return None


async def took(leases: Leases, user_id: UUID) -> float:
    """How long a take lasts, in seconds."""
    started = time.monotonic()
    await leases.acquire(user_id)
    return time.monotonic() - started


async def test_of_twenty_takers_one_gets_it(redis: Redis) -> None:
    user_id = uuid4()
    takers = [await worker(redis) for _ in range(20)]
    answers = await asyncio.gather(*(take(one, user_id) for one in takers))
    holders = [(one, lease) for one, lease in zip(takers, answers, strict=True) if lease]
    assert len(holders) == 1
    holds = [await one.holds(holders[0][1]) for one in takers]
    assert holds == [one is holders[0][0] for one in takers]


async def test_each_user_has_a_lease_of_their_own(redis: Redis) -> None:
    one, other = await worker(redis), await worker(redis)
    assert await take(one, uuid4())
    assert await take(other, uuid4())


async def test_fencing_tokens_grow_from_the_clock(redis: Redis) -> None:
    user_id, tokens = uuid4(), [int(time.time() * 1000) - 1]
    for _ in range(10):
        holder = await worker(redis)
        lease = await holder.acquire(user_id, fresh_key=True)
        tokens.append(lease.token)
        await holder.release(lease)
    assert tokens == sorted(set(tokens))


async def test_a_redis_that_lost_its_data_repeats_no_token(redis: Redis) -> None:
    user_id, tokens = uuid4(), []
    for _ in range(3):
        holder = await worker(redis)
        tokens.append((await holder.acquire(user_id, fresh_key=True)).token)
        await asyncio.sleep(0.002)  # the clock counts milliseconds
        await redis.flushall()
    assert tokens == sorted(set(tokens))


async def test_a_token_keeps_every_digit(redis: Redis) -> None:
    user_id, high = uuid4(), 9_007_199_254_740_001
    await redis.set(keys.UserKeys(user_id).fence, high)
    assert (await (await worker(redis)).acquire(user_id)).token == high + 1


async def test_a_living_holder_is_not_robbed_and_a_dead_one_is(redis: Redis) -> None:
    user_id = uuid4()
    holder, taker = await worker(redis), await worker(redis, SHORT)
    lease = await holder.acquire(user_id)
    with pytest.raises(LeaseHeld):
        await taker.acquire(user_id)
    await dies(redis, holder)
    later = await taker.acquire(user_id)
    assert later.token > lease.token
    assert await taker.holds(later)
    assert not await holder.holds(lease)


async def test_who_takes_over_from_a_dead_worker_waits(redis: Redis) -> None:
    user_id = uuid4()
    holder, taker = await worker(redis), await worker(redis, SHORT)
    await holder.acquire(user_id)
    await dies(redis, holder)
    assert await took(taker, user_id) >= SHORT


async def test_who_takes_over_after_a_release_waits_for_what_is_left(redis: Redis) -> None:
    user_id = uuid4()
    holder, taker = await worker(redis), await worker(redis, SHORT)
    lease = await holder.acquire(user_id)
    released = time.monotonic()
    await holder.release(lease)
    await taker.acquire(user_id)
    assert time.monotonic() - released >= SHORT - 0.002


async def test_who_comes_long_after_a_release_does_not_wait(redis: Redis) -> None:
    user_id = uuid4()
    holder, taker = await worker(redis), await worker(redis, FOREVER)
    await holder.release(await holder.acquire(user_id))
    await redis.hset(keys.UserKeys(user_id).lease, "released", int((time.time() - FOREVER - 1) * 1000))
    async with asyncio.timeout(10):
        assert await taker.acquire(user_id)


async def test_who_has_released_it_may_have_it_back_at_once(redis: Redis) -> None:
    user_id, holder = uuid4(), await worker(redis)
    async with asyncio.timeout(10):
        first = await holder.acquire(user_id)
        await holder.release(first)
        again = await holder.acquire(user_id)
    assert again.token > first.token


async def test_a_key_that_nobody_has_used_needs_no_wait(redis: Redis) -> None:
    user_id = uuid4()
    holder, taker = await worker(redis), await worker(redis)
    await holder.acquire(user_id)
    await dies(redis, holder)
    async with asyncio.timeout(10):
        assert await taker.acquire(user_id, fresh_key=True)


async def test_two_parts_of_one_worker_never_share_a_lease(redis: Redis) -> None:
    user_id, holder = uuid4(), await worker(redis)
    lease = await holder.acquire(user_id)
    with pytest.raises(LeaseHeld) as refused:
        await holder.acquire(user_id)
    assert refused.value.owner is None
    assert await holder.holds(lease), "who was refused has let nothing go"


async def test_of_two_parts_that_ask_at_once_one_gets_it(redis: Redis) -> None:
    user_id, holder = uuid4(), await worker(redis)
    answers = await asyncio.gather(*(take(holder, user_id) for _ in range(5)))
    assert len([lease for lease in answers if lease]) == 1


async def test_a_lease_that_could_not_be_let_go_comes_back_with_another_token(redis: Redis) -> None:
    """Or the client that had it would be taken for the one that has it now."""
    user_id, holder = uuid4(), await worker(redis)
    first = await holder.acquire(user_id)
    held: Any = await redis.hgetall(keys.UserKeys(user_id).lease)
    await holder.release(first)
    await redis.hset(keys.UserKeys(user_id).lease, mapping=held)
    again = await holder.acquire(user_id)
    assert again.token > first.token
    assert not holder.keeps(first)
    await holder.release(first)
    assert await holder.holds(again), "a late release of the first one frees nothing"
    assert holder.keeps(again), "here neither"


async def test_who_is_refused_learns_which_worker_has_it(redis: Redis) -> None:
    user_id, holder, other = uuid4(), await worker(redis), await worker(redis)
    await holder.acquire(user_id)
    with pytest.raises(LeaseHeld) as refused:
        await other.acquire(user_id)
    assert refused.value.owner == holder.worker_id


async def test_a_former_holder_can_release_nothing(redis: Redis) -> None:
    user_id = uuid4()
    holder, taker = await worker(redis), await worker(redis, SHORT)
    old = await holder.acquire(user_id)
    await dies(redis, holder)
    new = await taker.acquire(user_id)
    await holder.release(old)
    assert await taker.holds(new)


async def test_a_lease_that_is_taken_during_the_wait_is_lost(redis: Redis) -> None:
    user_id = uuid4()
    first, second, third = await worker(redis), await worker(redis, 0.5), await worker(redis, SHORT)
    await first.acquire(user_id)
    await dies(redis, first)
    waiting = asyncio.create_task(second.acquire(user_id))
    async with asyncio.timeout(10):
        while await redis.hget(keys.UserKeys(user_id).lease, "owner") != second.worker_id.encode():
            await asyncio.sleep(0.005)
    await dies(redis, second)
    assert await third.acquire(user_id)
    with pytest.raises(LeaseLost):
        await waiting


async def test_the_deadline_passes_before_the_heartbeat_runs_out(redis: Redis) -> None:
    clock = StoppedClock()
    holder = await worker(redis, clock=clock)
    lease = await holder.acquire(uuid4())
    clock.now += DEADLINE_SECONDS - 0.001
    assert (holder.alive, await holder.holds(lease)) == (True, True)
    clock.now += 0.002
    assert (holder.alive, await holder.holds(lease)) == (False, False)
    assert holder.keeps(lease)
    assert not Hold(holder, lease).alive
    left = await redis.pttl(keys.worker(holder.worker_id))
    assert 11_000 < left <= 15_000


async def test_without_a_heartbeat_there_is_no_lease(redis: Redis) -> None:
    clock = StoppedClock()
    with pytest.raises(StorageUnavailable):
        await Leases(redis, clock=clock).acquire(uuid4())
    late = await worker(redis, clock=clock)
    clock.now += DEADLINE_SECONDS
    with pytest.raises(StorageUnavailable):
        await late.acquire(uuid4())


async def test_on_a_machine_that_has_only_just_started_nobody_is_alive_unasked(redis: Redis) -> None:
    clock = StoppedClock()
    clock.now = 0.0
    one = Leases(redis, clock=clock)
    lives = [one.alive]
    for step in (one.beat, one.resign):
        await step()
        lives.append(one.alive)
    assert lives == [False, True, False]


async def test_the_deadline_counts_from_before_the_question(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = StoppedClock()
    slow = Leases(redis, clock=clock)
    answer = redis.set

    async def late(*given: object, **named: object) -> object:
        clock.now += 5
        return await answer(*given, **named)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(redis, "set", late)
    await slow.beat()
    assert slow.deadline == 100 + DEADLINE_SECONDS


async def test_who_resigns_keeps_nobody_waiting_for_the_heartbeat(redis: Redis) -> None:
    user_id = uuid4()
    holder, taker = await worker(redis), await worker(redis, SHORT)
    await holder.acquire(user_id)
    await holder.resign()
    assert not holder.alive
    assert await taker.acquire(user_id)


async def test_everything_in_redis_expires(redis: Redis) -> None:
    holder = await worker(redis)
    lease = await holder.acquire(uuid4())
    names = await redis.keys("*")
    assert len(names) == 3
    assert all([0 < await redis.ttl(name) <= keys.FENCE_SECONDS for name in names])
    await holder.release(lease)
    assert 0 < await redis.ttl(keys.UserKeys(lease.user_id).lease) <= 60


async def test_a_redis_that_is_away_is_said_and_a_release_goes_on() -> None:
    with own_redis() as server:
        async with open_redis(server.url) as redis:
            holder = await worker(redis)
            lease = await holder.acquire(uuid4())
            server.stop()
            questions: list[Coroutine[Any, Any, object]] = [
                *(holder.acquire(uuid4()), holder.holds(lease), holder.beat()),
                *(holder.owner(uuid4()), holder.disown(uuid4())),
            ]
            for question in questions:
                with pytest.raises(StorageUnavailable):
                    await question
            await holder.release(lease)
            await holder.resign()


def test_the_times_leave_room_between_them() -> None:
    """Whoever is late by one heartbeat has stopped before it may be robbed, and is waited for longer than one."""
    assert DEADLINE_SECONDS + BEAT_SECONDS < WORKER_SECONDS
    assert QUARANTINE_SECONDS > BEAT_SECONDS
