"""A device that has logged out: its slot is gone, and no loss of Redis brings it back."""

from __future__ import annotations

from redis.asyncio import Redis

from tests.quart_app.telegram.worker import Person, Worker


async def test_a_slot_that_was_taken_away_is_not_published_again(
    worker: Worker, person: Person, redis: Redis
) -> None:
    await worker.log_in(person)
    left, stays = person.other_device(), person.other_device()
    for device in (left, stays):
        await worker.sessions.unlock(device.user_id, device.secret)
    await worker.sessions.leave(left.user_id, left.secret)
    await redis.flushall()
    await worker.pool.restored(person.user_id)
    assert [await worker.state(device) for device in (person, left, stays)] == ["active", "locked", "active"]
