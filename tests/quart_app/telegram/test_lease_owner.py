"""Whose lease it is as Redis has it, and letting go of one that nobody has."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from quart_app.storage import keys
from quart_app.telegram.lease import Lease, Leases


async def worker(redis: Redis) -> Leases:
    """One that has just had its first heartbeat and waits for nobody."""
    made = Leases(redis, quarantine_seconds=0)
    await made.beat()
    return made


async def leave_behind(redis: Redis, holder: Leases, user_id: UUID) -> Lease:
    """As if Redis had taken note of a lease whose taker never learnt of it."""
    lease = await holder.acquire(user_id)
    noted: Any = await redis.hgetall(keys.UserKeys(user_id).lease)
    await holder.release(lease)
    await redis.hset(keys.UserKeys(user_id).lease, mapping=noted)
    return lease


async def test_the_owner_is_another_worker_that_lives(redis: Redis) -> None:
    user_id, holder, other = uuid4(), await worker(redis), await worker(redis)
    assert await other.owner(user_id) is None, "nobody yet"
    lease = await holder.acquire(user_id)
    assert await other.owner(user_id) == holder.worker_id
    assert await holder.owner(user_id) is None, "it asks for others"
    await holder.release(lease)
    assert await other.owner(user_id) is None, "let go"


async def test_a_dead_worker_owns_nothing(redis: Redis) -> None:
    user_id, holder, other = uuid4(), await worker(redis), await worker(redis)
    await holder.acquire(user_id)
    await redis.delete(keys.worker(holder.worker_id))
    assert await other.owner(user_id) is None


async def test_what_nobody_here_has_is_let_go(redis: Redis) -> None:
    user_id, holder, other = uuid4(), await worker(redis), await worker(redis)
    lease = await leave_behind(redis, holder, user_id)
    assert await other.owner(user_id) == holder.worker_id
    assert not holder.has(user_id)
    await holder.disown(user_id)
    assert await other.owner(user_id) is None
    assert (await other.acquire(user_id)).token > lease.token


async def test_what_somebody_here_has_is_kept(redis: Redis) -> None:
    user_id, holder = uuid4(), await worker(redis)
    lease = await holder.acquire(user_id)
    await holder.disown(user_id)
    assert await holder.holds(lease)


async def test_what_another_worker_has_is_left_to_it(redis: Redis) -> None:
    user_id, holder, other = uuid4(), await worker(redis), await worker(redis)
    lease = await holder.acquire(user_id)
    await other.disown(user_id)
    assert await holder.holds(lease)
    await other.disown(uuid4())  # of which Redis knows nothing


@pytest.mark.parametrize("gone", [False, True])
async def test_a_worker_has_what_it_holds_until_it_lets_it_go(redis: Redis, gone: bool) -> None:
    user_id, holder = uuid4(), await worker(redis)
    lease = await holder.acquire(user_id)
    if gone:
        await holder.release(lease)
    assert (holder.has(user_id), holder.keeps(lease)) == (not gone, not gone)
