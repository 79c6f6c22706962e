"""Saving a plugin's file: in development the next line runs it, with the session that was open; never in production."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.product.devices import Devices
from tests.product.package import Package
from tests.product.person import Crowd
from tests.product.process import PROXY, ROOT, SECRETS, Product
from tests.product.terminal import Terminal
from tests.servers.postgres import Databases
from tests.servers.redis import RedisServer


@pytest.fixture
def package(strangers_package: Package, tmp_path: Path) -> Package:
    return strangers_package.copy_to(tmp_path)


@pytest.fixture
def start(
    tmp_path: Path,
    package: Package,
    databases: Databases,
    migrated_template: str,
    redis_of_product: RedisServer,
) -> Iterator[Callable[..., Product]]:
    made: list[Product] = []

    def start_one(**settings: str) -> Product:
        environment = {
            "DATABASE_URL": databases.make(template=migrated_template),
            "REDIS_URL": redis_of_product.url,
            "PYTHONPATH": f"{package.path}:{ROOT}",
            "PLUGINS": package.permit,
            **settings,
        }
        made.append(Product(tmp_path / "product", {**SECRETS, **PROXY, **environment}))
        made[-1].start()
        return made[-1]

    yield start_one
    for product in made:
        product.stop()
        product.clear_up()


@asynccontextmanager
async def in_session(product: Product, devices: Devices, crowd: Crowd) -> AsyncIterator[Terminal]:
    program = devices.program(product, crowd.person())
    await program.register()
    await program.log_in()
    await program.open_session()
    async with program.terminal() as terminal:
        yield terminal


def save(package: Package, greeting: str) -> None:
    file = package.path / "hello_chats" / "__init__.py"
    file.write_text(file.read_text().replace("Hello, {name}!", greeting))


async def test_in_development_the_session_stays(
    start: Callable[..., Product], package: Package, devices: Devices, crowd: Crowd
) -> None:
    product = start(FLASK_ENV="development", DEBUG="1")
    program = devices.program(product, crowd.person())
    await program.register()
    await program.log_in()
    await program.open_session()
    async with program.terminal() as terminal:
        assert (await terminal.run("hello Ada")).rows[0]["greeting"] == "Hello, Ada!"
        save(package, "Ciao, {name}!")
        goodbye = await terminal.next("goodbye")
        assert (goodbye["code"], goodbye["text"]) == (1012, "The commands were loaded anew.")
    async with program.terminal() as terminal:
        assert (await terminal.run("hello Ada")).rows[0]["greeting"] == "Ciao, Ada!"
        assert (await terminal.run("list")).status == "ok", "the Telegram session is still open"
        (package.path / "hello_chats" / "__init__.py").write_text("syntax error")
        assert "Left out: hello-chats 1.0.0: SyntaxError" in (await terminal.next("goodbye"))["text"]
    async with program.terminal() as terminal:
        assert (await terminal.run("hello Ada")).error["code"] == "unknown_command"
        assert (await terminal.run("list")).status == "ok"


async def test_never_in_production(
    start: Callable[..., Product], package: Package, devices: Devices, crowd: Crowd
) -> None:
    product = start()
    async with in_session(product, devices, crowd) as terminal:
        save(package, "Ciao, {name}!")
        await asyncio.sleep(2)  # four times as long as a change takes to be seen
        assert (await terminal.run("hello Ada")).rows[0]["greeting"] == "Hello, Ada!"
        assert [frame for frame in terminal.frames if frame["type"] == "goodbye"] == []
