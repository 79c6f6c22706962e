"""Opens Redis: a real server, or one inside this process when no URL is given."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import fakeredis
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from quart_app.storage.errors import storage_errors

__all__ = ["open_redis", "redis_errors"]

TIMEOUT_SECONDS: Final = 1.0
MAX_CONNECTIONS: Final = 128
IN_PROCESS_CONNECTIONS: Final = 10_000

redis_errors = storage_errors


@asynccontextmanager
async def open_redis(url: str | None) -> AsyncIterator[Redis]:
    """A client that answers bytes. It connects when first used, so a server that is away fails no start.

    Every call gives up after a second; a connection that a restart has cut is replaced once, at once.
    None: a Redis in this process, for one worker, gone with it.
    """
    client = _in_process() if url is None else _client(url)
    try:
        yield client
    finally:
        await client.aclose()


def _in_process() -> Redis:
    # A server of its own: without one, fakeredis shares its data between clients of the same address.
    # And its pool would refuse the 101st call under way.
    return fakeredis.FakeAsyncRedis(server=fakeredis.FakeServer(), max_connections=IN_PROCESS_CONNECTIONS)


def _client(url: str) -> Redis:
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MAX_CONNECTIONS,
        timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        socket_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
    )
    return Redis.from_pool(pool)
