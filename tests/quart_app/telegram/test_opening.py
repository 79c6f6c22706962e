"""The package as the app opens it: its heartbeats, and what a stop leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

import pytest
from redis.asyncio import Redis

from commands import CommandError
from quart_app.demo import DemoDataCentre
from quart_app.storage import keys
from quart_app.storage.redis import open_redis
from quart_app.telegram.client import Api
from quart_app.telegram.live import Terms
from quart_app.telegram.opening import open_telegram
from quart_app.telegram.sessions import TelegramSessions
from quart_app.telegram.vault import Vault
from tests.quart_app.telegram.worker import PEPPER, Person, Recorded, until
from tests.servers.redis import own_redis

Opens = Callable[..., AbstractAsyncContextManager[TelegramSessions]]


@pytest.fixture
def opened(demo: DemoDataCentre, redis: Redis) -> Opens:
    @asynccontextmanager
    async def run(at: Redis = redis, *, log_out_at_stop: bool = False) -> AsyncIterator[TelegramSessions]:
        vault = Vault({1: PEPPER}, 1)
        async with open_telegram(
            Api(*demo.api),
            demo.data_centre,
            at,
            vault,
            Recorded(),
            log_out_at_stop=log_out_at_stop,
            quarantine_seconds=0.05,
        ) as sessions:
            yield sessions

    return run


async def start(sessions: TelegramSessions, person: Person) -> None:
    await sessions.start(person.user_id, person.phone, person.secret, Terms(), old_secret=None, replace=False)


async def finish(sessions: TelegramSessions, person: Person) -> int:
    """How many chats the session that opens has."""
    await sessions.submit_code(person.user_id, person.phone, person.secret, person.code)
    return await chats(sessions, person.user_id, person.secret)


async def chats(sessions: TelegramSessions, user_id: UUID, secret: bytes) -> int:
    return len(await (await sessions.open(user_id, secret)).telegram.chats())


async def test_a_login_and_its_session_outlive_their_workers(
    demo: DemoDataCentre, opened: Opens, person: Person
) -> None:
    async with opened() as first:
        await start(first, person)
    async with opened() as second:
        assert (await second.state(person.user_id, person.secret)).state == "code_sent"
        assert await finish(second, person) == 20
    async with opened() as third:
        assert await chats(third, person.user_id, person.secret) == 20
    assert len(demo.instrument.devices(person.account_id)) == 1


async def test_where_nothing_outlives_the_worker_its_stop_logs_out(
    demo: DemoDataCentre, redis: Redis, opened: Opens, person: Person
) -> None:
    async with opened(log_out_at_stop=True) as sessions:
        await start(sessions, person)
        await finish(sessions, person)
        assert len(demo.instrument.devices(person.account_id)) == 1
    assert demo.instrument.devices(person.account_id) == []
    assert await redis.exists(keys.UserKeys(person.user_id).telegram_session) == 0


async def test_a_stop_leaves_no_task_no_connection_and_no_heartbeat(
    demo: DemoDataCentre, redis: Redis, opened: Opens, person: Person
) -> None:
    before = asyncio.all_tasks()
    async with opened() as sessions:
        await start(sessions, person)
        await finish(sessions, person)
        assert await redis.keys("worker:*")
    assert await redis.keys("worker:*") == []
    await until(lambda: all(record.closed_at for record in demo.instrument.connections))
    await until(lambda: asyncio.all_tasks() <= before)


async def test_it_opens_without_redis_and_works_once_that_comes(opened: Opens, person: Person) -> None:
    with own_redis() as server:
        server.stop()
        async with open_redis(server.url) as away, opened(away) as sessions:
            assert sessions.health()["status"] == "paused"
            with pytest.raises(CommandError) as caught:
                await start(sessions, person)
            assert caught.value.code == "storage_unavailable"
            server.start()
            async with asyncio.timeout(10):
                while sessions.health()["status"] != "ok":
                    await asyncio.sleep(0.01)
            await start(sessions, person)
            assert await finish(sessions, person) == 20
