"""A stranger's package, installed by pip: listed, its command works like one of ours; unlisted, it isn't imported."""

from __future__ import annotations

from collections.abc import Iterator
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
def with_plugin(
    place: Path,
    package: Package,
    databases: Databases,
    migrated_template: str,
    redis_of_product: RedisServer,
) -> Iterator[Product]:
    environment = {
        "DATABASE_URL": databases.make(template=migrated_template),
        "REDIS_URL": redis_of_product.url,
        "PYTHONPATH": f"{package.path}:{ROOT}",
        "PLUGINS": package.permit,
    }
    product = Product(place / "with-plugin", {**SECRETS, **PROXY, **environment})
    product.start()
    yield product
    product.clear_up()


async def test_listed_it_works_like_one_of_ours(
    with_plugin: Product, package: Package, crowd: Crowd, devices: Devices
) -> None:
    assert package.was_imported
    program = devices.program(with_plugin, crowd.person())
    await program.register()
    await program.log_in()
    async with program.terminal() as terminal:
        hello = await terminal.hello()
        (described,) = [command for command in hello["commands"] if command["name"] == "hello"]
        assert described["plugin"] == "hello-chats 1.0.0"
        assert described["builtin"] is False
        answer = await terminal.run("hello Ada --loud")
        assert answer.columns == [("greeting", "text"), ("at", "time")]
        assert [row["greeting"] for row in answer.rows] == ["HELLO, ADA!"]
        assert (await terminal.run("hello | where greeting ~ world | count")).rows == [{"count": 1}]
        assert {row["text"] for row in (await terminal.run("help hello")).rows} >= {"hello-chats 1.0.0"}
        assert (await terminal.run("hallo")).error["hint"] == "Did you mean hello?"
        offered = await terminal.ask("complete", "completions", line="hel", cursor=3)
        assert {item["text"] for item in offered["items"]} == {"hello", "help"}
    assert (await program.run("hello Ada")).rows[0]["greeting"] == "Hello, Ada!"
    assert with_plugin.stop() == 0


async def test_unlisted_it_is_not_imported(terminal: Terminal, strangers_package: Package) -> None:
    """The server that most of these tests use has it installed all along."""
    error = (await terminal.run("hello Ada")).error
    assert error["code"] == "unknown_command"
    assert "hello" not in [command["name"] for command in (await terminal.hello())["commands"]]
    assert not strangers_package.was_imported
