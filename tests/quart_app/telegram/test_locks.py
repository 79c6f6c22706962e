"""One at a time for each user, nobody waits for another user, and whoever came once is not remembered."""

from __future__ import annotations

import asyncio
import gc
from uuid import UUID, uuid4

import pytest

from quart_app.telegram.locks import Locks


async def test_one_at_a_time_and_in_turn() -> None:
    locks, user_id, inside, order = Locks(), uuid4(), 0, list[int]()

    async def enter(number: int) -> None:
        nonlocal inside
        async with locks.locked(user_id):
            inside += 1
            await asyncio.sleep(0)
            assert inside == 1
            order.append(number)
            inside -= 1

    await asyncio.gather(*map(enter, range(20)))
    assert order == list(range(20))


async def test_nobody_waits_for_another_user() -> None:
    locks = Locks()
    async with asyncio.timeout(10), locks.locked(uuid4()), locks.locked(uuid4()):
        assert len(locks) == 2


async def test_whoever_came_once_is_not_remembered() -> None:
    locks, user_id = Locks(), uuid4()

    async def enter(someone: UUID) -> None:
        async with locks.locked(someone):
            await asyncio.sleep(0)

    await asyncio.gather(*(enter(uuid4()) for _ in range(100)))
    async with locks.locked(user_id):
        waiting = asyncio.create_task(enter(user_id))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    del waiting
    await asyncio.sleep(0)  # the loop itself still holds the task that has just woken this one
    gc.collect()
    assert len(locks) == 0
