"""The real client and the one inside the process, and what a Redis that fails looks like."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from quart_app.storage import redis as storage_redis
from quart_app.storage.errors import StorageUnavailable, storage_errors
from quart_app.storage.redis import open_redis
from tests.servers.redis import own_redis


async def test_bytes_come_back(redis: Redis) -> None:
    await redis.set("k", b"\xff\x00", ex=60)
    assert await redis.get("k") == b"\xff\x00"


async def test_the_redis_in_the_process_runs_scripts_and_is_nobody_elses() -> None:
    async with open_redis(None) as one, open_redis(None) as other:
        double = one.register_script("return redis.call('INCRBY', KEYS[1], ARGV[1])")
        assert await double(keys=["n"], args=[2]) == 2
        assert await other.get("n") is None


async def test_a_restart_is_bridged_and_an_absence_is_said() -> None:
    with own_redis() as server:
        async with open_redis(server.url) as client:
            await asyncio.gather(*(client.ping() for _ in range(5)))
            server.stop()
            with pytest.raises(StorageUnavailable), storage_errors():
                await client.get("k")
            server.start()
            assert await asyncio.gather(*(client.get("k") for _ in range(5))) == [None] * 5


async def test_a_server_that_is_away_fails_no_start() -> None:
    with own_redis() as server:
        server.stop()
        async with open_redis(server.url) as client:
            with pytest.raises(StorageUnavailable), storage_errors():
                await client.ping()
            server.start()
            assert await client.ping()


async def test_one_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_redis, "TIMEOUT_SECONDS", 0.1)
    asked = asyncio.Event()

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        asked.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(hear, "127.0.0.1", 0) as silent:
        port = silent.sockets[0].getsockname()[1]
        async with asyncio.timeout(20), open_redis(f"redis://127.0.0.1:{port}/0") as client:
            with pytest.raises(StorageUnavailable), storage_errors():
                await client.get("k")
    assert asked.is_set()


async def test_a_full_redis_is_unavailable_for_writes() -> None:
    with own_redis("--maxmemory", "1") as server:
        async with open_redis(server.url) as client:
            write = client.register_script("return redis.call('SET', KEYS[1], ARGV[1])")
            with pytest.raises(StorageUnavailable), storage_errors():
                await client.set("k", b"x")
            with pytest.raises(StorageUnavailable), storage_errors():
                await write(keys=["k"], args=["x"])


async def test_a_mistake_of_ours_is_no_absence(redis: Redis) -> None:
    await redis.set("text", "x")
    with pytest.raises(ResponseError), storage_errors():
        await redis.incr("text")
