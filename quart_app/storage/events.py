"""What one worker tells the others, over Redis pub/sub: heard again by itself after any interruption."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

from redis.asyncio import Redis

from quart_app.storage import keys
from quart_app.storage.errors import StorageUnavailable, storage_errors

PING_SECONDS: Final = 5.0
"""A subscription that has silently died is noticed after so long."""
_PAUSE_SECONDS: Final = 1.0

logger = logging.getLogger(__name__)


async def hear_user_events(
    redis: Redis,
    heard: Callable[[UUID, dict[str, Any]], None],
    resumed: Callable[[], Awaitable[None]],
) -> None:
    """Until cancelled. ``resumed`` runs whenever listening begins (again): events may have been missed until then."""
    while True:
        try:
            with storage_errors():
                await _listen(redis, heard, resumed)
        except StorageUnavailable as error:
            logger.warning("not hearing other workers", extra={"error": str(error)})
        except Exception as error:  # noqa: BLE001 (who stops listening hears of no log-out any more)
            logger.error("an event could not be understood", extra={"error": type(error).__name__})
        await asyncio.sleep(_PAUSE_SECONDS)


async def _listen(
    redis: Redis,
    heard: Callable[[UUID, dict[str, Any]], None],
    resumed: Callable[[], Awaitable[None]],
) -> None:
    prefix = keys.USER_EVENTS
    async with redis.pubsub() as subscription:
        await subscription.psubscribe(f"{prefix}*")
        await resumed()
        while True:
            message = await subscription.get_message(ignore_subscribe_messages=True, timeout=PING_SECONDS)
            if message is None:
                await redis.ping()
                continue
            user_id = UUID(message["channel"].decode().removeprefix(prefix))
            heard(user_id, json.loads(message["data"]))
