"""PostgreSQL through ``databases``: opened even while the server is away, closed without leftovers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, TypeVar

import databases
from databases.interfaces import Record
from sqlalchemy import Select
from sqlalchemy.sql import ClauseElement

from quart_app.storage.address import CONNECT_SECONDS, data_source_name
from quart_app.storage.errors import StorageUnavailable, storage_errors

__all__ = ["Database", "Record", "open_database"]

Query = ClauseElement | str
Answer = TypeVar("Answer")
Prepare = Callable[[str], Awaitable[object]]
MIN_CONNECTIONS: Final = 1
MAX_CONNECTIONS: Final = 10
COMMAND_SECONDS: Final = 5.0
WAIT_SECONDS: Final = 7.0
"""Beyond a command: waiting for one of the pool's connections and making it."""
RETRY_SECONDS: Final = 1.0
REPEAT_LOG_SECONDS: Final = 60.0
logger = logging.getLogger(__name__)


class Database:
    """Every method raises StorageUnavailable while the server is away, at once where that is known already.

    UPDATE and DELETE answer nothing: say RETURNING to learn what they did.
    """

    def __init__(self, url: str) -> None:
        # The address is read by asyncpg alone: ``databases`` would overlook sslmode and the port of a socket.
        self._database = databases.Database(
            "postgresql://",
            dsn=data_source_name(url),
            host=None,
            port=None,
            user=None,
            password=None,
            database=None,
            min_size=MIN_CONNECTIONS,
            max_size=MAX_CONNECTIONS,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
        )

    async def fetch_one(self, query: Query, values: Mapping[str, Any] | None = None) -> Record | None:
        return await self._answer(query, lambda: self._database.fetch_one(query, _plain(values)))

    async def fetch_all(self, query: Query, values: Mapping[str, Any] | None = None) -> list[Record]:
        return await self._answer(query, lambda: self._database.fetch_all(query, _plain(values)))

    async def fetch_val(self, query: Query, values: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, None without rows."""
        return await self._answer(query, lambda: self._database.fetch_val(query, _plain(values)))

    async def execute(self, query: Query, values: Mapping[str, Any] | None = None) -> None:
        await self._answer(query, lambda: self._database.execute(query, _plain(values)))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """What this task does inside is done together or not at all. Other tasks stand outside."""
        self._require_connection()
        connection = self._database.connection()
        with storage_errors():
            async with asyncio.timeout(WAIT_SECONDS):
                await connection.__aenter__()
            try:
                # Not the transaction of ``databases``: one whose connection is lost would never give it back.
                async with connection.raw_connection.transaction():
                    yield
            finally:
                await connection.__aexit__()

    async def ping(self) -> None:
        """Asks the server for an answer."""
        await self.fetch_val("SELECT 1")

    async def connect(self) -> None:
        """Raises StorageUnavailable; may be tried again."""
        with storage_errors():
            await self._database.connect()

    async def disconnect(self) -> None:
        with suppress(StorageUnavailable), storage_errors():
            async with asyncio.timeout(WAIT_SECONDS):
                await self._database.disconnect()

    def _require_connection(self) -> None:
        if not self._database.is_connected:
            raise StorageUnavailable("not connected yet")

    async def _answer(self, query: Query, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        self._require_connection()
        try:
            return await _once(ask)
        except StorageUnavailable as error:
            # A restart cuts the pool's connections, each noticed when it is used next. Only what can't have
            # changed anything is asked again, and not of a server that has just let us wait.
            if not isinstance(query, Select) or isinstance(error.__cause__, TimeoutError):
                raise
            return await _once(ask)


async def _once(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    with storage_errors():
        async with asyncio.timeout(WAIT_SECONDS):
            return await ask()


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else dict(values)


@asynccontextmanager
async def open_database(url: str, *, prepare: Prepare | None = None) -> AsyncIterator[Database]:
    """A database that serves as soon as its server does, and not before ``prepare(url)`` has succeeded.

    The first attempt is waited for. While the server is away others follow in the background, and every
    method raises StorageUnavailable. Whatever else ``prepare`` raises fails the start.
    """
    database = Database(url)
    background: asyncio.Task[None] | None = None
    try:
        await _open(database, url, prepare)
    except StorageUnavailable:
        logger.warning("the database is away; it is tried again until it answers")
        background = asyncio.create_task(_keep_opening(database, url, prepare), name="open the database")
    try:
        yield database
    finally:
        if background is not None:
            background.cancel()
            await asyncio.gather(background, return_exceptions=True)
        await database.disconnect()


async def _open(database: Database, url: str, prepare: Prepare | None) -> None:
    if prepare is not None:
        await prepare(url)
    await database.connect()


async def _keep_opening(database: Database, url: str, prepare: Prepare | None) -> None:
    loop = asyncio.get_running_loop()
    said = loop.time()
    while True:
        await asyncio.sleep(RETRY_SECONDS)
        try:
            await _open(database, url, prepare)
        except Exception as error:  # noqa: BLE001 (nobody waits for this task: say it and go on)
            if loop.time() - said >= REPEAT_LOG_SECONDS:
                said = loop.time()
                logger.warning("the database is still away", extra={"error": type(error).__name__})
        else:
            logger.info("the database answers")
            return
