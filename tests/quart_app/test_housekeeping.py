"""Housekeeping goes round again and again, and one job's trouble keeps no other from being done."""

from __future__ import annotations

import asyncio

from quart_app.housekeeping import housekeeping
from quart_app.storage.errors import StorageUnavailable


async def test_each_job_is_done_though_another_fails() -> None:
    rounds = 0
    enough = asyncio.Event()

    async def fails() -> int:
        raise StorageUnavailable("away")

    async def works() -> int:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            enough.set()
        return rounds

    async with housekeeping([fails, works], seconds=0.01):
        await asyncio.wait_for(enough.wait(), 10)
    seen = rounds
    await asyncio.sleep(0.05)
    assert rounds == seen, "it ends with the block"
