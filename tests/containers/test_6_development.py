"""The file for trying and developing: a demo Telegram, ports on loopback, a restart when a source changes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.containers.engine import Engine
from tests.containers.stack import Stack
from tests.containers.tools import Tools
from tests.product.caller import Browser
from tests.product.person import Crowd
from tests.servers.redis import free_port


class Development(Stack):
    """The same folder of files, another Compose file."""

    def compose(self, *arguments: str, check: bool = True):  # type: ignore[no-untyped-def]
        return super().compose("--file", "docker-compose.dev.yml", *arguments, check=check)


@pytest.fixture(scope="module")
def development(engine: Engine, programs: Tools, ground: Path) -> Iterator[Development]:
    folder = ground / "development"
    folder.mkdir()
    ports = {name: str(free_port()) for name in ("PORT", "POSTGRES_PORT", "REDIS_PORT")}
    made = Development(engine, programs, folder, ports)
    try:
        made.compose("build", "--quiet")
        made.up()
        yield made
    finally:
        made.down()


def test_it_serves_on_loopback_and_says_so(development: Development) -> None:
    url = f"http://localhost:{development.environment['PORT']}"
    assert httpx.get(f"{url}/health", trust_env=False).json()["status"] == "ok"
    assert url in development.log("backend")
    hosts = {
        host["HostIp"]
        for service in ("backend", "postgres", "redis")
        for hosts in development.inspect(development.ids(service)[0])["NetworkSettings"]["Ports"].values()
        for host in hosts or []
    }
    assert hosts == {"127.0.0.1"}


async def test_a_session_lives_through_a_restart_for_a_changed_source(
    development: Development, crowd: Crowd
) -> None:
    browser = Browser(f"http://localhost:{development.environment['PORT']}", crowd.person())
    try:
        await browser.register()
        await browser.log_in()
        await browser.open_session()
        version = development.folder / "quart_app" / "version.py"
        version.write_text(version.read_text().replace('"0.', '"7.'))
        async with asyncio.timeout(60):
            while await version_served(browser) != "7":
                await asyncio.sleep(0.5)
        assert (await browser.state())["state"] == "active"
        async with browser.terminal() as terminal:
            await terminal.hello()
            assert len((await terminal.run("list 3")).rows) == 3
    finally:
        await browser.close()


async def version_served(browser: Browser) -> str:
    try:
        return str((await browser.http.get("/health")).json()["version"])[0]
    except (httpx.TransportError, ValueError):
        return ""
