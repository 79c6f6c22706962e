"""The embedded PostgreSQL for as long as an ``async with`` block lasts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from quart_app.configuration.kept_secrets import prepare_private_directory
from quart_app.embedded.cluster import Cluster
from quart_app.embedded.errors import EmbeddedError
from quart_app.embedded.lock import held_lock
from quart_app.embedded.place import place_for

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
        place = await asyncio.to_thread(place_for, data_directory)
        if place.notice:
            logger.info(place.notice)
        cluster = Cluster(place)
        try:
            await _uninterrupted(cluster.start)
            logger.info("embedded PostgreSQL started")
            yield cluster.url
        finally:
            await _uninterrupted(cluster.stop)


async def _uninterrupted(work: Callable[[], None]) -> None:
    """A thread can't be cancelled: a cancelled caller waits for its end and is cancelled then."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
