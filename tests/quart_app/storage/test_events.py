"""Hearing other workers: for as long as the app runs, whatever is said."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from quart_app.storage import events, keys
from quart_app.storage.events import hear_user_events


@pytest.mark.parametrize(
    ("channel", "data"),
    [(f"events:{uuid4()}", b"{"), ("events:nobody", b"{}"), (f"events:{uuid4()}", b"\xff")],
    ids=["not JSON", "nobody's", "not text"],
)
async def test_what_makes_no_sense_does_not_end_the_hearing(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, channel: str, data: bytes
) -> None:
    monkeypatch.setattr(events, "_PAUSE_SECONDS", 0.0)
    user_id = uuid4()
    told: asyncio.Queue[tuple[UUID, dict[str, Any]]] = asyncio.Queue()
    listens: asyncio.Queue[None] = asyncio.Queue()

    async def resumed() -> None:
        listens.put_nowait(None)

    hearing = asyncio.create_task(
        hear_user_events(redis, lambda who, event: told.put_nowait((who, event)), resumed)
    )
    try:
        async with asyncio.timeout(10):
            await listens.get()
            await redis.publish(channel, data)
            await listens.get()
            await redis.publish(keys.UserKeys(user_id).events, b'{"kind": "signed_out_everywhere"}')
            assert await told.get() == (user_id, {"kind": "signed_out_everywhere"})
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
