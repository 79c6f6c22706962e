"""Queries, transactions, and what happens when the server goes away and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, insert, select, update

from quart_app.settings import SettingsError
from quart_app.storage.database import Database, open_database
from quart_app.storage.errors import StorageUnavailable
from quart_app.storage.migrate import migrate
from quart_app.storage.tables import invites
from tests.servers.postgres import own_cluster


def invite(digest: bytes) -> dict[str, object]:
    return {"id": uuid4(), "digest": digest, "expires_at": datetime.now(UTC)}


async def count(database: Database) -> int:
    return int(await database.fetch_val(select(func.count()).select_from(invites)))


async def test_rows_come_back_by_column(database: Database) -> None:
    row = invite(b"a")
    await database.execute(insert(invites).values(row))
    found = await database.fetch_one(select(invites).where(invites.c.digest == b"a"))
    assert found is not None
    assert (found["id"], found["used_at"]) == (row["id"], None)
    assert found["created_at"] is not None
    assert await database.fetch_one(select(invites).where(invites.c.digest == b"b")) is None
    assert len(await database.fetch_all(select(invites))) == 1


async def test_returning_tells_what_an_update_did(database: Database) -> None:
    await database.execute(insert(invites).values(invite(b"a")))
    change = update(invites).values(used_at=func.now()).where(invites.c.digest == b"a")
    assert await database.fetch_val(change.returning(invites.c.id)) is not None
    assert (
        await database.fetch_val(delete(invites).where(invites.c.digest == b"b").returning(invites.c.id))
        is None
    )


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    async def fail_midway() -> None:
        async with database.transaction():
            await database.execute(insert(invites).values(invite(b"a")))
            raise LookupError

    with pytest.raises(LookupError):
        await fail_midway()
    assert await count(database) == 0
    async with database.transaction():
        await database.execute(insert(invites).values(invite(b"a")))
    assert await count(database) == 1


async def test_another_task_sees_nothing_of_an_open_transaction(database: Database) -> None:
    async with database.transaction():
        await database.execute(insert(invites).values(invite(b"a")))
        assert await asyncio.create_task(count(database)) == 0
        assert await count(database) == 1


async def test_connections_are_given_back_by_cancelled_and_failed_work(database: Database) -> None:
    async def hold() -> None:
        async with database.transaction():
            await database.fetch_val("SELECT pg_sleep(30)")

    async def blunder() -> None:
        with pytest.raises(Exception, match="nowhere"):
            await database.fetch_all("SELECT * FROM nowhere")

    held = [asyncio.create_task(hold()) for _ in range(10)]
    await asyncio.sleep(0.2)
    for task in held:
        task.cancel()
    await asyncio.gather(*held, return_exceptions=True)
    await asyncio.gather(*(blunder() for _ in range(30)))
    assert await asyncio.gather(*(count(database) for _ in range(30))) == [0] * 30


async def test_a_slow_query_is_given_up(database: Database) -> None:
    with pytest.raises(StorageUnavailable):
        await database.fetch_val("SELECT pg_sleep(60)")
    assert await count(database) == 0


async def test_an_address_that_is_none_fails_the_start() -> None:
    with pytest.raises(SettingsError) as caught:
        await migrate("postgresql://localhost/x?sslmode=perhaps-hunter2")
    assert caught.value.names == {"DATABASE_URL"}
    assert "hunter2" not in str(caught.value)


@asynccontextmanager
async def answering_within(seconds: float, database: Database) -> AsyncIterator[None]:
    yield
    async with asyncio.timeout(seconds):
        while True:
            try:
                await database.ping()
            except StorageUnavailable:
                await asyncio.sleep(0.05)
            else:
                return


async def test_the_server_may_be_away_at_first() -> None:
    with own_cluster() as cluster:
        await asyncio.to_thread(cluster.stop)
        async with open_database(cluster.url, prepare=migrate) as database:
            with pytest.raises(StorageUnavailable):
                await database.ping()
            with pytest.raises(StorageUnavailable):
                async with database.transaction():
                    pass
            async with answering_within(20, database):
                await asyncio.to_thread(cluster.start)
            assert await count(database) == 0


async def test_the_server_may_go_away_in_flight() -> None:
    with own_cluster() as cluster:
        async with open_database(cluster.url, prepare=migrate) as database:
            await asyncio.gather(*(database.ping() for _ in range(10)))
            asleep = asyncio.create_task(database.fetch_val("SELECT pg_sleep(30)"))
            await asyncio.sleep(0.1)
            await asyncio.to_thread(cluster.stop)
            with pytest.raises(StorageUnavailable):
                await asleep
            with pytest.raises(StorageUnavailable):
                await database.ping()
            await asyncio.to_thread(cluster.start)
            # Reading goes on as if nothing had been, on every connection of the pool.
            assert await asyncio.gather(*(count(database) for _ in range(20))) == [0] * 20
