"""Copies of the stores as a thief or a backup would have them, and of what passed through Redis meanwhile."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
from redis.asyncio import Redis

from quart_app.telegram.vault import RecordId
from tests.product.thief import Loot

TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


async def redis_dump(redis: Redis) -> bytes:
    """The file that SAVE writes; uncompressed, so that what is in it can be found."""
    await redis.config_set("rdbcompression", "no")
    await redis.save()
    settings: Any = await redis.config_get("dir", "dbfilename")
    path: Path = Path(settings["dir"]) / settings["dbfilename"]
    dump = path.read_bytes()
    path.unlink()
    return dump


async def redis_values(redis: Redis) -> dict[str, list[bytes]]:
    """Key by key, all that is in it."""
    return {_text(key): await _values(redis, key) async for key in redis.scan_iter(count=1000)}


async def _values(redis: Redis, key: Any) -> list[bytes]:
    found: Any
    match _text(await redis.type(key)):
        case "hash":
            found = [part for pair in (await redis.hgetall(key)).items() for part in pair]
        case "set":
            found = await redis.smembers(key)
        case "zset":
            found = await redis.zrange(key, 0, -1)
        case "list":
            found = await redis.lrange(key, 0, -1)
        case "string":
            found = [await redis.get(key)]
        case other:
            raise AssertionError(f"{key!r} is a {other}: say how it is read")
    return list(found)


async def loot(redis: Redis, key: str) -> Loot:
    """The sealed session under this key, with every slot that belongs to it."""
    found: Any = await redis.hgetall(key)
    user, record = UUID(key.partition(":")[2]), UUID(_text(found[b"record"]))
    identity = RecordId(user, record, int(found[b"expires"]))
    slots: Any = [await redis.hgetall(name) async for name in redis.scan_iter("tg_slot:*", count=1000)]
    own = tuple(slot[b"slot"] for slot in slots if _text(slot[b"record"]) == str(record))
    terms = f"{found[b'scope'].decode()} {found[b'keep'].decode()}"
    return Loot(identity, int(found[b"generation"]), found[b"blob"], own, terms)


async def database_copy(url: str) -> dict[str, bytes]:
    """Each table as COPY gives it, in text and in binary."""
    connection = await asyncpg.connect(url)
    copies: dict[str, bytes] = {}
    try:
        for row in await connection.fetch(TABLES):
            for form in ("text", "binary"):
                into = io.BytesIO()
                await connection.copy_from_table(row[0], output=into, format=form)
                copies[f"table {row[0]}, {form}"] = into.getvalue()
    finally:
        await connection.close()
    return copies


async def database_values(url: str) -> list[bytes]:
    """Every value of every row."""
    connection = await asyncpg.connect(url)
    try:
        tables = [row[0] for row in await connection.fetch(TABLES)]
        rows = [row for table in tables for row in await connection.fetch(f'SELECT * FROM "{table}"')]
    finally:
        await connection.close()
    return [_bytes(value) for row in rows for value in row.values() if value is not None]


@asynccontextmanager
async def everything_said_to(redis: Redis) -> AsyncIterator[list[bytes]]:
    """While it lasts, each command that anybody sends to this Redis, with all its arguments."""
    host, port = (
        redis.connection_pool.connection_kwargs["host"],
        redis.connection_pool.connection_kwargs["port"],
    )
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"MONITOR\r\n")
    assert await reader.readline() == b"+OK\r\n"
    heard: list[bytes] = []

    async def listen() -> None:
        while line := await reader.readline():
            heard.append(line)

    listening = asyncio.create_task(listen())
    try:
        yield heard
    finally:
        listening.cancel()
        await asyncio.wait({listening})
        writer.close()
        await writer.wait_closed()


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _bytes(value: Any) -> bytes:
    if isinstance(value, UUID):
        return value.bytes
    return value if isinstance(value, bytes) else str(value).encode()
