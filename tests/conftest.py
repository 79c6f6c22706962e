"""What every test may ask for: real servers, a clean database and Redis each, and settings."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from redis.asyncio import Redis

from quart_app.settings import Secret, Settings
from quart_app.storage import redis as storage_redis
from quart_app.storage.database import Database, open_database
from quart_app.storage.migrate import migrate
from quart_app.storage.redis import open_redis
from tests.servers.postgres import Databases, in_own_loop, postgres_server
from tests.servers.redis import redis_server

# How long an example takes says how busy the machine is, and nothing of what is tested.
hypothesis.settings.register_profile(
    "tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tests")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL server; use ``database_url`` unless the test is about the server."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Iterator[Databases]:
    made = Databases(postgres_url)
    yield made
    made.drop_all()


@pytest.fixture(scope="session")
def migrated_template(databases: Databases) -> str:
    url = databases.make()
    in_own_loop(lambda: migrate(url))
    return url


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """A database without any table."""
    url = databases.make()
    yield url
    databases.drop(url)


@pytest.fixture
def database_url(databases: Databases, migrated_template: str) -> Iterator[str]:
    """A database with every table, empty, for this test alone."""
    url = databases.make(template=migrated_template)
    yield url
    databases.drop(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def redis_server_url() -> Iterator[str]:
    """Waited for longer than users would: that a second is over says how busy the machine is."""
    with redis_server() as url, pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage_redis, "TIMEOUT_SECONDS", 20.0)
        yield url


@pytest.fixture
async def redis_url(redis_server_url: str) -> str:
    """A real Redis, emptied for this test."""
    async with open_redis(redis_server_url) as client:
        await client.flushdb()
    return redis_server_url


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with open_redis(redis_url) as client:
        yield client


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    """Makes settings: usable ones, with whatever a test gives by name instead."""

    def make(**changes: Any) -> Settings:
        given: dict[str, Any] = {
            "secret_key": Secret(b"tests".ljust(32, b"-")),
            "pepper": Secret(b"pepper of the tests".ljust(32, b"-")),
            "registration": "open",
            "data_directory": tmp_path / "var",
        }
        return Settings(**given | changes)

    return make


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The processes that share the tests compare their names: one with an address in it is new in each."""
    unstable = [item.nodeid for item in items if re.search(r" at 0x[0-9a-f]{6,}", item.nodeid)]
    if unstable:
        raise pytest.UsageError(f"give these parameters ids: {unstable}")
