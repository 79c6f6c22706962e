"""Which peppers the open Telegram sessions still need: each slot says it in clear."""

from __future__ import annotations

from collections import Counter
from typing import Any

from redis.asyncio import Redis

from quart_app.storage import keys
from quart_app.storage.errors import storage_errors
from quart_app.telegram.vault import pepper_of


async def count_slot_peppers(redis: Redis) -> Counter[int]:
    """How many slots each pepper opens, by its id. Raises `StorageUnavailable`."""
    counted: Counter[int] = Counter()
    with storage_errors():
        async for name in redis.scan_iter(keys.telegram_slot("*"), count=1000):
            slot: Any = await redis.hget(name, "slot")
            if slot is not None:
                counted[pepper_of(slot)] += 1
    return counted
