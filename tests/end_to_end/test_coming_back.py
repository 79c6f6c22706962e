"""The product is stopped, or lost: whoever comes back finds their session, and Telegram sees one client."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise

import pytest

from quart_app.storage.redis import open_redis
from tests.product.caller import Browser, Program
from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import Product
from tests.product.telegram import Telegram
from tests.servers.redis import RedisServer

PATIENCE = 40.0
"""Seconds. A lease that nobody has let go lasts 15, and the next holder waits 3 more."""


@pytest.fixture
def restarted(watched: Product) -> Iterator[Product]:
    """May be stopped by a test; whatever comes of that, others find it running."""
    yield watched
    if not watched.runs:
        watched.start()


@pytest.fixture
async def owner(restarted: Product, crowd: Crowd, devices: Devices) -> AsyncIterator[Browser]:
    browser = devices.browser(restarted, crowd.person())
    await browser.register()
    await browser.log_in()
    await browser.open_session()
    yield browser
    await browser.end()


@pytest.fixture
async def script(restarted: Product, owner: Browser, devices: Devices) -> Program:
    """A token of theirs that opens the session as well."""
    token = (await owner.asked("POST", "/tokens", owner.person.credentials))["token"]
    return devices.program(restarted, owner.person, token=token)


def check_one_client(telegram: Telegram, phone: str, *, connections: int) -> None:
    """It is one authorization, and never had two connections at a time."""
    assert len(telegram.devices(phone)) == 1
    assert telegram.overlaps() == []
    spans = telegram.connections(phone)
    assert len(spans) >= connections, "the control: it did connect anew"
    assert all(before[1] <= after[0] for before, after in pairwise(spans)), spans


async def ends(server: RedisServer) -> dict[bytes, int]:
    """When each sealed session will be gone, in Unix seconds."""
    async with open_redis(server.url) as redis:
        return {key: await redis.expiretime(key) async for key in redis.scan_iter("tg_session:*", count=1000)}


async def test_a_stop_tells_the_terminals_and_loses_nothing(
    restarted: Product,
    owner: Browser,
    script: Program,
    telegram: Telegram,
    redis_of_watched: RedisServer,
) -> None:
    before, until = await owner.state(), await ends(redis_of_watched)
    assert before["state"] == "active"
    assert until
    async with owner.terminal() as terminal, script.terminal() as other:
        assert (await terminal.run("list 3")).status == "ok"
        await other.hello()
        telegram.silence(True)
        try:
            running = await terminal.begin("list --fresh")
            await terminal.next("started", id=running)
            code = await asyncio.to_thread(restarted.stop, signal.SIGTERM)
        finally:
            telegram.silence(False)
        assert code == 0
        assert (await terminal.end_of(running)).status == "cancelled"
        for each in (terminal, other):
            assert await each.close_code() == 1012
            assert each.frames[-1]["type"] == "goodbye"
            assert each.frames[-1]["code"] == 1012

    await asyncio.to_thread(restarted.start)
    assert await owner.state() == before
    assert await ends(redis_of_watched) == until, "sealing it anew has not prolonged it"
    async with owner.terminal() as terminal:
        assert telegram.marker(owner.person.phone) in (await terminal.run("search diario")).titles
    assert (await script.run("list 1")).status == "ok"
    check_one_client(telegram, owner.person.phone, connections=2)


async def test_a_login_under_way_is_gone_on_with(
    restarted: Product, crowd: Crowd, devices: Devices, telegram: Telegram
) -> None:
    browser = devices.browser(restarted, crowd.person())
    telegram.protect(browser.person.phone, "correct horse", "battery")
    await browser.register()
    await browser.log_in()
    await browser.start()
    assert (await browser.submit("code", code="00000")).json()["attempts_left"] == 2
    await browser.submit("code", code=browser.person.code)
    assert await asyncio.to_thread(restarted.stop) == 0
    await asyncio.to_thread(restarted.start)
    state = await browser.state()
    assert (state["state"], state["hint"]) == ("password_needed", "battery")
    assert (await browser.submit("password", password="correct horse")).json()["state"] == "active"
    assert (await browser.run("list 1")).status == "ok"
    assert telegram.overlaps() == []
    assert (await browser.end())["logged_out_at_telegram"] is True


async def test_after_a_loss_the_session_is_taken_over_once_its_lease_has_run_out(
    restarted: Product, owner: Browser, telegram: Telegram
) -> None:
    assert (await owner.run("list 1")).status == "ok"
    restarted.kill()
    await asyncio.to_thread(restarted.start)
    assert (await owner.state())["state"] == "active", "nobody is logged out"
    async with asyncio.timeout(PATIENCE):
        while (answer := await owner.call("POST", "/commands", {"line": "list 1"})).status_code == 503:
            # As far as anyone can tell, the lost one may still be there.
            assert answer.json()["code"] == "moved"
            await asyncio.sleep(int(answer.headers["Retry-After"]))
    assert (await owner.run("list 1")).status == "ok"
    check_one_client(telegram, owner.person.phone, connections=2)
