"""Ends tasks for certain: a cancellation can be swallowed on its way."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any, Final

_AGAIN_SECONDS: Final = 0.1


async def stop(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel them until they are done, whatever they end with.

    On Python 3.11 redis-py goes through asyncio.wait_for, which drops a cancellation that comes in the same turn as the
    answer: a task that loops over Redis calls would run on, and whoever waits for its end would wait for ever.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
