"""Redis or PostgreSQL is away, at the start or in flight: it is said, what can go on goes on, and all comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from quart_app.embedded.cluster import Cluster
from quart_app.storage.redis import open_redis
from tests.product.caller import SESSION, Browser
from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import PROXY, SECRETS, Product
from tests.product.telegram import Telegram
from tests.servers.postgres import own_cluster
from tests.servers.redis import RedisServer, own_redis

PATIENCE = 40.0
"""Seconds."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with own_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def stores(cluster: Cluster, place: Path) -> Iterator[tuple[Product, Cluster, RedisServer]]:
    """In demo mode over stores of its own, which a test stops and starts; not started itself."""
    with own_redis() as redis:
        addresses = {"DATABASE_URL": cluster.url, "REDIS_URL": redis.url}
        product = Product(place / "stores", {**addresses, **SECRETS, **PROXY})
        try:
            yield product, cluster, redis
            assert product.stop() == 0
        finally:
            product.clear_up()


async def all_well(browser: Browser) -> None:
    """The worker's heartbeat included, which it needs to speak to Telegram."""
    async with asyncio.timeout(PATIENCE):
        while (await browser.http.get("/health")).json()["status"] != "ok":
            await asyncio.sleep(0.1)


def checks(answer: httpx.Response) -> dict[str, str]:
    return {name: check["status"] for name, check in answer.json()["checks"].items()}


async def test_both_are_away_at_the_start_and_come_later(
    stores: tuple[Product, Cluster, RedisServer], crowd: Crowd, devices: Devices
) -> None:
    product, cluster, redis = stores
    await asyncio.to_thread(cluster.stop)
    redis.stop()
    product.start(wait=False)
    await asyncio.to_thread(product.wait_for, "/health/live", 200)
    health = await asyncio.to_thread(product.wait_for, "/health", 503)
    assert health.json()["status"] == "down"
    assert checks(health) == {"database": "down", "redis": "down", "telegram": "paused"}
    browser = devices.browser(product, crowd.person())
    assert (await browser.http.get("/health/ready")).status_code == 503
    assert (await browser.http.get("/login")).status_code == 200, (
        "who has no cookie needs no store to see a page"
    )
    answer = await browser.call("POST", "/tokens", browser.person.credentials)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")

    redis.start()
    health = await asyncio.to_thread(product.wait_for, "/health", 200)
    assert health.json()["status"] == "degraded", "open terminals could be served"
    assert (await browser.http.get("/health/ready")).status_code == 503

    await asyncio.to_thread(cluster.start)
    await asyncio.to_thread(product.wait_for, "/health/ready", 200)
    await all_well(browser)
    await browser.register()
    await browser.log_in()
    await browser.open_session()
    assert (await browser.run("list 1")).status == "ok"
    assert product.log.count("Traceback") == 0


async def test_without_postgresql_open_terminals_go_on(
    stores: tuple[Product, Cluster, RedisServer], crowd: Crowd, devices: Devices
) -> None:
    product, cluster, _ = stores
    if not product.runs:
        await asyncio.to_thread(product.start)
    browser = devices.browser(product, crowd.person())
    await browser.register()
    await browser.log_in()
    await browser.open_session()
    async with browser.terminal() as terminal:
        assert (await terminal.run("list 1")).status == "ok"
        await asyncio.to_thread(cluster.stop)
        try:
            health = await asyncio.to_thread(product.wait_for, "/health", 200)
            assert (health.json()["status"], checks(health)["database"]) == ("degraded", "down")
            await asyncio.to_thread(product.wait_for, "/health/ready", 503)
            assert (await terminal.run("list --fresh")).status == "ok"
            assert (await browser.run("@scontierrati")).status == "ok"
            assert (await browser.state())["state"] == "active"
            other = devices.browser(product, crowd.person())
            answer = await other.call("POST", "/tokens", other.person.credentials)
            assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
            page = await other.fill_in("/login", **other.person.credentials)
            assert page.status_code == 503
            assert "storage" in page.text
        finally:
            await asyncio.to_thread(cluster.start)
        await asyncio.to_thread(product.wait_for, "/health/ready", 200)
        assert (await terminal.run("list 1")).status == "ok"
    await other.register()
    await other.log_in()
    assert (await browser.end())["logged_out_at_telegram"] is True


@pytest.fixture
async def owner(watched: Product, crowd: Crowd, devices: Devices) -> Browser:
    browser = devices.browser(watched, crowd.person())
    await browser.register()
    await browser.log_in()
    await browser.open_session()
    return browser


async def test_a_redis_that_comes_back_empty_loses_no_session(
    watched: Product, redis_of_watched: RedisServer, owner: Browser, telegram: Telegram
) -> None:
    until = (await owner.state())["expires_at"]
    async with owner.terminal() as terminal:
        assert (await terminal.run("list 1")).status == "ok"
        redis_of_watched.stop()
        try:
            health = await asyncio.to_thread(watched.wait_for, "/health", 503)
            assert checks(health)["redis"] == "down"
            refused = await owner.call("GET", SESSION)
            assert (refused.status_code, refused.json()["code"]) == (503, "storage_unavailable")
            refused = await owner.call("POST", "/tokens", owner.person.credentials)
            assert (refused.status_code, refused.json()["code"]) == (503, "storage_unavailable")
            assert (await terminal.run("help")).status == "ok"
        finally:
            redis_of_watched.start()
        await asyncio.to_thread(watched.wait_for, "/health/ready", 200)
        await _published_again(redis_of_watched)
        await all_well(owner)

        assert (await terminal.run("list 1")).status == "ok", "nobody was signed out"

    state = await owner.state()
    assert (state["state"], state["expires_at"]) == ("active", until)
    assert telegram.marker(owner.person.phone) in (await owner.run("search diario")).titles
    assert len(telegram.devices(owner.person.phone)) == 1
    assert telegram.overlaps() == []
    assert (await owner.end())["logged_out_at_telegram"] is True


async def _published_again(server: RedisServer) -> None:
    async with open_redis(server.url) as redis, asyncio.timeout(PATIENCE):
        while not [key async for key in redis.scan_iter("tg_session:*")]:
            await asyncio.sleep(0.1)
        names = [key.decode().partition(":")[0] async for key in redis.scan_iter("*")]
        assert {"tg_session", "tg_slots", "tg_slot", "tg_lease", "tg_fence", "worker"} <= set(names)
        endless = [key async for key in redis.scan_iter("*") if await redis.pttl(key) == -1]
        assert endless == []
