"""What is thrown away when its time has come: regularly, in each worker, and never in anybody's way."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from quart_app.stopping import stop

Job = Callable[[], Awaitable[int]]
"""Answers how much it has thrown away."""
SECONDS: Final = 3_600.0
logger = logging.getLogger(__name__)


@asynccontextmanager
async def housekeeping(jobs: Sequence[Job], *, seconds: float = SECONDS) -> AsyncIterator[None]:
    """While it lasts, each job is done soon after the start and then again and again."""
    task = asyncio.create_task(_always(jobs, seconds), name="housekeeping")
    try:
        yield
    finally:
        await stop([task])


async def _always(jobs: Sequence[Job], seconds: float) -> None:
    # Workers that start together need not all do it at once.
    await asyncio.sleep(random.uniform(0, seconds / 60))  # no secret: a pause  # noqa: S311  # nosec B311
    while True:
        for job in jobs:
            await _once(job)
        await asyncio.sleep(seconds)


async def _once(job: Job) -> None:
    try:
        if count := await job():
            logger.info("thrown away what was old", extra={"count": count})
    except Exception as error:  # noqa: BLE001 (the next round tries again)
        logger.warning("what is old could not be thrown away", extra={"error": type(error).__name__})
