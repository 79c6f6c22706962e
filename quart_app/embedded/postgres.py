"""The embedded PostgreSQL for as long as an ``async with`` block lasts."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final, TypeVar

from quart_app.configuration.kept_secrets import prepare_private_directory
from quart_app.embedded.cluster import Cluster, running_url
from quart_app.embedded.errors import AlreadyRunning, EmbeddedError
from quart_app.embedded.lock import held_lock
from quart_app.embedded.place import folder_for, place_for

ATTACH_SECONDS: Final = 10.0
Result = TypeVar("Result")
logger = logging.getLogger(__name__)


@asynccontextmanager
async def embedded_postgres(data_directory: Path) -> AsyncIterator[str]:
    """Gives the URL of a running server, which listens on a socket in a private directory only.

    Nothing of it runs afterwards, even if this process is killed. Raises EmbeddedError (AlreadyRunning for a
    second process on the same directory).
    """
    try:
        prepare_private_directory(data_directory)
    except OSError as error:
        raise EmbeddedError(
            f"{data_directory} can't be made or closed to others ({error.strerror})."
        ) from error
    with held_lock(data_directory / "postgres.lock"):
        place = await _uninterrupted(lambda: place_for(data_directory))
        if place.notice:
            logger.info(place.notice)
        cluster = Cluster(place)
        try:
            await _uninterrupted(cluster.start)
            logger.info("embedded PostgreSQL started")
            yield cluster.url
        finally:
            await _uninterrupted(cluster.stop)


@asynccontextmanager
async def shared_postgres(data_directory: Path) -> AsyncIterator[str]:
    """As ``embedded_postgres``, or the URL of the one that the running app has. For a task beside the app."""
    async with AsyncExitStack() as stack:
        try:
            url = await stack.enter_async_context(embedded_postgres(data_directory))
        except AlreadyRunning:
            url = await _running(folder_for(data_directory))
        yield url


async def _running(folder: Path) -> str:
    """Waits for it if it is just starting."""
    deadline = time.monotonic() + ATTACH_SECONDS
    while (url := running_url(folder)) is None:
        if time.monotonic() > deadline:
            raise AlreadyRunning
        await asyncio.sleep(0.1)
    return url


async def _uninterrupted(work: Callable[[], Result]) -> Result:
    """A thread can't be cancelled: a cancelled caller waits for its end and is cancelled then."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
