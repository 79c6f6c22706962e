"""The running product, and people to use it. Each server is started once, when the first test asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import PROXY, SECRETS, Product
from tests.product.telegram import Telegram, telegram_in_thread
from tests.servers.postgres import Databases
from tests.servers.redis import RedisServer, own_redis


@pytest.fixture(scope="session")
def crowd() -> Crowd:
    return Crowd()


@pytest.fixture
async def devices() -> AsyncIterator[Devices]:
    """Makes devices of people, and puts them away after the test."""
    made = Devices()
    yield made
    await made.close()


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the servers have their folders."""
    return tmp_path_factory.mktemp("product")


@pytest.fixture(scope="session")
def redis_of_product() -> Iterator[RedisServer]:
    """Real, and apart from the one that other tests empty; no file is ever written unless a test asks for it."""
    with own_redis() as server:
        yield server


@pytest.fixture(scope="session")
def product(
    place: Path, databases: Databases, migrated_template: str, redis_of_product: RedisServer
) -> Iterator[Product]:
    """In demo mode, over real PostgreSQL and Redis."""
    stores = {
        "DATABASE_URL": databases.make(template=migrated_template),
        "REDIS_URL": redis_of_product.url,
    }
    yield from serving(Product(place / "demo", {**stores, **SECRETS, **PROXY}))


@pytest.fixture(scope="session")
def telegram(place: Path) -> Iterator[Telegram]:
    with telegram_in_thread(place) as telegram:
        yield telegram


@pytest.fixture(scope="session")
def redis_of_watched() -> Iterator[RedisServer]:
    with own_redis() as server:
        yield server


@pytest.fixture(scope="session")
def watched(
    place: Path,
    databases: Databases,
    migrated_template: str,
    redis_of_watched: RedisServer,
    telegram: Telegram,
) -> Iterator[Product]:
    """Pointed at a data centre that the test holds in its hands: nothing of it says that it is ours."""
    stores = {
        "DATABASE_URL": databases.make(template=migrated_template),
        "REDIS_URL": redis_of_watched.url,
    }
    rest = {**telegram.environment, **SECRETS, **PROXY, "REGISTRATION": "open"}
    yield from serving(Product(place / "watched", {**stores, **rest}))


def serving(product: Product) -> Iterator[Product]:
    """Started before, stopped after: with exit code 0, and nothing of it left."""
    product.start()
    try:
        yield product
        assert product.stop() == 0
    finally:
        product.clear_up()
