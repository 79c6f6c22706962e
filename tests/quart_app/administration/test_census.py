"""Workers and the sessions they hold, by leases in a real Redis."""

from __future__ import annotations

import time
from uuid import uuid4

from redis.asyncio import Redis

from quart_app.administration.census import Census, Presence
from quart_app.storage import keys
from quart_app.storage.keys import UserKeys


async def test_live_workers_and_what_they_hold(redis: Redis) -> None:
    one, two, left = uuid4(), uuid4(), uuid4()
    for worker in ("aa", "bb"):
        await redis.set(keys.worker(worker), b"", ex=15)
    expires = int(time.time()) + 3600
    for user_id, owner in ((one, "aa"), (two, "aa"), (left, "dead")):
        await redis.hset(UserKeys(user_id).lease, mapping={"owner": owner, "token": "1"})
        await redis.set(UserKeys(user_id).telegram_session, b"sealed", exat=expires)
    released = uuid4()
    await redis.hset(UserKeys(released).lease, mapping={"owner": "", "last": "aa"})
    census = Census(redis)
    assert await census.workers() == {"aa": 2, "bb": 0}
    nobody = uuid4()
    assert await census.of([one, left, released, nobody]) == {
        one: Presence("aa", expires),
        left: Presence(None, expires),
        released: Presence(None, None),
        nobody: Presence(None, None),
    }
