"""The migrations build exactly the tables that the code knows, once, however many start together."""

from __future__ import annotations

import asyncio
import socket

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, Integer, MetaData, Table
from sqlalchemy.ext.asyncio import create_async_engine

from quart_app.storage.address import connect
from quart_app.storage.errors import StorageUnavailable
from quart_app.storage.migrate import SCRIPTS, migrate
from quart_app.storage.tables import metadata

NEWEST = max(path.name for path in (SCRIPTS / "versions").glob("0*.py")).partition("_")[0]


async def differences(url: str, known: MetaData) -> list[object]:
    def compare(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, known))

    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: connect(url))
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(compare)
    finally:
        await engine.dispose()


async def test_the_migrated_schema_is_the_one_of_the_tables(database_url: str) -> None:
    assert await differences(database_url, metadata) == []


async def test_a_table_without_a_migration_would_be_noticed(database_url: str) -> None:
    known = MetaData()
    for table in metadata.sorted_tables:
        table.to_metadata(known)
    Table("forgotten", known, Column("id", Integer, primary_key=True))
    assert [change[0] for change in await differences(database_url, known)] == ["add_table"]  # type: ignore[index] # alembic's tuples


async def test_migrating_twice_changes_nothing(empty_database_url: str) -> None:
    assert await migrate(empty_database_url) == await migrate(empty_database_url) == NEWEST


async def test_workers_that_start_together_migrate_once(empty_database_url: str) -> None:
    revisions = await asyncio.gather(*(migrate(empty_database_url) for _ in range(4)))
    assert revisions == [NEWEST] * 4
    connection = await asyncpg.connect(empty_database_url)
    assert await connection.fetchval("SELECT count(*) FROM alembic_version") == 1
    await connection.close()


async def test_a_newer_database_is_left_as_it_is(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await connection.close()
    assert await migrate(database_url) == "9999"


async def test_a_server_that_is_away_is_unavailable() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(StorageUnavailable):
            await migrate(f"postgresql://nobody@127.0.0.1:{closed.getsockname()[1]}/none")
