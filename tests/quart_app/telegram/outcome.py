"""What came of it: the word said to programs, and what Telegram and Redis still know."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import pytest
from redis.asyncio import Redis

from commands import CommandError
from quart_app.demo import DemoDataCentre
from quart_app.storage import keys
from tests.quart_app.telegram.worker import Person


async def code_of(step: Awaitable[object]) -> str:
    """The word that a failing step says to programs."""
    with pytest.raises(CommandError) as caught:
        await step
    return caught.value.code


def keys_of(demo: DemoDataCentre, person: Person) -> list[int]:
    """Of the devices that Telegram knows."""
    return [device.key_id for device in demo.instrument.devices(person.account_id)]


def connected(demo: DemoDataCentre) -> int:
    return sum(record.closed_at is None for record in demo.instrument.connections)


async def left_in_redis(redis: Redis, person: Person) -> list[Any]:
    """What could still open the session, or go on with its login."""
    user = keys.UserKeys(person.user_id)
    slots: list[Any] = await redis.keys(keys.telegram_slot("*"))
    single = (user.telegram_session, user.telegram_slots, user.telegram_login)
    return [*slots, *[name for name in single if await redis.exists(name)]]
