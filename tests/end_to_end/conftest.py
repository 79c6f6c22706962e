"""The running product, and people to use it. Each server is started once, when the first test asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.product.caller import Program
from tests.product.devices import Devices
from tests.product.package import Package
from tests.product.person import Crowd, Person
from tests.product.process import PROXY, ROOT, SECRETS, Product
from tests.product.telegram import Telegram, telegram_in_thread
from tests.product.terminal import Terminal
from tests.product.written_files import WrittenFiles
from tests.servers.postgres import Databases, in_own_loop
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
def strangers_package(place: Path) -> Package:
    """Installed where ``product`` finds it, and not on its allow-list."""
    folder = place / "package"
    folder.mkdir()
    return Package.install(folder)


@pytest.fixture(scope="session")
def product(
    place: Path,
    databases: Databases,
    migrated_template: str,
    redis_of_product: RedisServer,
    strangers_package: Package,
) -> Iterator[Product]:
    """In demo mode, over real PostgreSQL and Redis."""
    environment = {
        "DATABASE_URL": databases.make(template=migrated_template),
        "REDIS_URL": redis_of_product.url,
        "PYTHONPATH": f"{strangers_package.path}:{ROOT}",
    }
    yield from serving(Product(place / "demo", {**SECRETS, **PROXY, **environment}))


@pytest.fixture(scope="session")
def resident_token(product: Product, crowd: Crowd) -> tuple[Person, str]:
    """Somebody with an open session, for tests that only look; registering each time would cost a second."""

    async def settle() -> tuple[Person, str]:
        program = Program(product.url, crowd.person())
        try:
            await program.register()
            await program.log_in()
            await program.open_session()
        finally:
            await program.close()
        return program.person, program.token

    return in_own_loop(settle)


@pytest.fixture
def resident(product: Product, resident_token: tuple[Person, str], devices: Devices) -> Program:
    person, token = resident_token
    return devices.program(product, person, token=token)


@pytest.fixture
async def terminal(resident: Program) -> AsyncIterator[Terminal]:
    """The resident's; others of them may be open as well."""
    async with resident.terminal() as terminal:
        await terminal.hello()
        yield terminal


@pytest.fixture(scope="session")
def telegram(place: Path) -> Iterator[Telegram]:
    with telegram_in_thread(place) as telegram:
        yield telegram


@pytest.fixture(scope="session")
def redis_of_watched() -> Iterator[RedisServer]:
    with own_redis() as server:
        yield server


@pytest.fixture(scope="session")
def written_files(place: Path) -> WrittenFiles:
    return WrittenFiles(place / "site", ROOT)


@pytest.fixture(scope="session")
def database_of_watched(databases: Databases, migrated_template: str) -> str:
    return databases.make(template=migrated_template)


@pytest.fixture(scope="session")
def watched(
    place: Path,
    database_of_watched: str,
    redis_of_watched: RedisServer,
    telegram: Telegram,
    written_files: WrittenFiles,
) -> Iterator[Product]:
    """Pointed at a data centre that the test holds in its hands: nothing of it says that it is ours."""
    stores = {"DATABASE_URL": database_of_watched, "REDIS_URL": redis_of_watched.url}
    rest = {**SECRETS, **PROXY, **telegram.environment, **written_files.environment, "REGISTRATION": "open"}
    yield from serving(Product(place / "watched", stores | rest))


def serving(product: Product) -> Iterator[Product]:
    """Started before, stopped after: with exit code 0, and nothing of it left."""
    product.start()
    try:
        yield product
        assert product.stop() == 0
    finally:
        product.clear_up()


@pytest.fixture
async def member(watched: Product, crowd: Crowd, devices: Devices) -> Program:
    """Somebody new where the data centre is in the test's hands: logged in, without a session."""
    program = devices.program(watched, crowd.person())
    await program.register()
    await program.log_in()
    return program
