"""What tests of the login ask in many places: which refusal came, what is left behind."""

from __future__ import annotations

from collections.abc import Awaitable

import pytest
from redis.asyncio import Redis

from quart_app.demo import DemoDataCentre
from quart_app.storage import keys
from quart_app.telegram.errors import LoginRefused
from tests.quart_app.telegram.worker import Person, Worker

SECOND_FACTOR = "20002"
"""The demo account with a password, which is "demo"."""


async def refused(step: Awaitable[object]) -> LoginRefused:
    with pytest.raises(LoginRefused) as caught:
        await step
    return caught.value


def devices(demo: DemoDataCentre, person: Person) -> list[str]:
    return [device.device_model for device in demo.instrument.devices(person.account_id)]


async def everything_is_free(redis: Redis, worker: Worker, person: Person) -> None:
    """No login is left in Redis, and nobody holds the lease."""
    assert await worker.records.read_login(person.user_id) is None
    owner = await redis.hget(keys.UserKeys(person.user_id).lease, "owner")
    assert owner in (None, b"")
