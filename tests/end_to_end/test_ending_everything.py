"""A password change and "log out everywhere" end sign-ins, tokens, slots and open sockets, on every worker, in 2 s."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis.asyncio import Redis

from quart_app.storage.redis import open_redis
from tests.product.caller import Browser, Program
from tests.product.devices import Devices
from tests.product.patience import patience
from tests.product.person import Crowd
from tests.product.process import Product
from tests.product.telegram import Telegram
from tests.product.terminal import Terminal
from tests.servers.redis import RedisServer

SECONDS = 2.0
SIGNED_OUT = 4401
NEW = "another honest phrase"


@pytest.fixture(scope="module")
def twin(place: Path, watched: Product) -> Iterator[Product]:
    """A second worker of the same installation."""
    product = Product(place / "twin", watched.environment)
    product.start()
    try:
        yield product
        assert product.stop() == 0
    finally:
        product.clear_up()


@pytest.fixture
async def redis(redis_of_watched: RedisServer) -> AsyncIterator[Redis]:
    async with open_redis(redis_of_watched.url) as client:
        yield client


@dataclass
class Household:
    """One person's devices, each with an open terminal, on two workers.

    ``browser`` and ``program`` open the Telegram session; ``other``, at the second worker, is locked out of it.
    """

    browser: Browser
    other: Browser
    program: Program
    terminals: list[Terminal]
    user: str

    async def slots(self, redis: Redis) -> int:
        return len(
            [
                key
                async for key in redis.scan_iter("tg_slot:*")
                if await redis.hget(key, "user") == self.user.encode()
            ]
        )


@pytest.fixture
async def household(
    watched: Product, twin: Product, crowd: Crowd, devices: Devices, redis: Redis
) -> AsyncIterator[Household]:
    person = crowd.person()
    before = {key async for key in redis.scan_iter("tg_session:*")}
    browser, other = devices.browser(watched, person), devices.browser(twin, person)
    await browser.register()
    await browser.log_in()
    await browser.open_session()
    await other.log_in()
    token = (await browser.asked("POST", "/tokens", person.credentials))["token"]
    program = devices.program(watched, person, token=token)
    (session,) = {key async for key in redis.scan_iter("tg_session:*")} - before
    async with AsyncExitStack() as stack:
        terminals = [await stack.enter_async_context(each.terminal()) for each in (browser, other, program)]
        for terminal in terminals:
            await terminal.hello()
        yield Household(browser, other, program, terminals, session.decode().partition(":")[2])


async def ended(household: Household, began: float) -> None:
    codes = await asyncio.gather(*(terminal.close_code() for terminal in household.terminals))
    assert time.monotonic() - began < patience(SECONDS)
    assert codes == [SIGNED_OUT] * 3
    assert (await household.program.call("GET", "/account")).status_code == 401
    assert (await household.other.call("GET", "/account")).status_code == 401


async def ended_at_telegram(telegram: Telegram, phone: str) -> None:
    """Wherever the session was live: soon, for the answer waits a second and a half for it at most."""
    async with asyncio.timeout(patience(SECONDS)):
        while telegram.devices(phone):
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("act", ["password", "log-out-everywhere"])
async def test_everything_ends_within_two_seconds(
    act: str, household: Household, redis: Redis, telegram: Telegram
) -> None:
    browser, phone = household.browser, household.browser.person.phone
    body = {"password": browser.person.password}
    wrong = {"password": "not the right one"} | ({"new_password": NEW} if act == "password" else {})
    assert (await browser.call("POST", f"/account/{act}", wrong)).status_code == 401
    for terminal in household.terminals:
        await terminal.ask("ping", "pong")
    assert await household.slots(redis) == 2, "the control: so far nothing has ended"
    assert len(telegram.devices(phone)) == 1

    before, began = browser.http.cookies["tcm"], time.monotonic()
    await browser.asked(
        "POST", f"/account/{act}", body | ({"new_password": NEW} if act == "password" else {})
    )
    await ended(household, began)
    assert await household.slots(redis) == 0
    await ended_at_telegram(telegram, phone)
    assert telegram.overlaps() == []
    assert browser.http.cookies["tcm"] != before
    assert "tgv" not in browser.http.cookies
    await browser.visit("/terminal")
    assert (await browser.state())["state"] == "none", "this browser is in, with a fresh id"
    tokens = await browser.call("POST", "/tokens", browser.person.credentials)
    assert tokens.status_code == (401 if act == "password" else 201)


async def test_a_program_that_asks_gets_a_new_token(household: Household) -> None:
    program, old = household.program, household.program.token
    answer = await program.asked("POST", "/account/log-out-everywhere", {"password": program.person.password})
    assert (await program.call("GET", "/account")).status_code == 401
    assert answer["token"] != old
    program.token = answer["token"]
    assert (await program.call("GET", "/account")).status_code == 200


async def test_one_device_is_shown_out_and_no_other(
    household: Household, redis: Redis, telegram: Telegram
) -> None:
    listed = (await household.browser.asked("GET", "/account/devices"))["devices"]
    assert sorted((device["kind"], device["current"]) for device in listed) == [
        ("browser", False),
        ("browser", True),
        ("token", False),
    ]
    (token,) = [device["id"] for device in listed if device["kind"] == "token"]
    assert (await household.browser.call("DELETE", f"/account/devices/{token}")).status_code == 204
    assert await household.terminals[2].close_code() == SIGNED_OUT
    assert await household.slots(redis) == 1, "its way to the session is gone as well"
    await household.terminals[0].ask("ping", "pong")
    await household.terminals[1].ask("ping", "pong")
    assert len(telegram.devices(household.browser.person.phone)) == 1


async def test_a_deleted_account_leaves_nothing(
    household: Household, redis: Redis, telegram: Telegram
) -> None:
    browser, began = household.browser, time.monotonic()
    body = {"password": browser.person.password, "confirm": "delete"}
    assert (await browser.call("POST", "/account/deletion", body | {"confirm": "yes"})).status_code == 400
    told = await browser.asked("POST", "/account/deletion", body)
    assert told["logged_out_at_telegram"] or patience(1) > 1, "the answer doesn't wait for long"
    await ended(household, began)
    await ended_at_telegram(telegram, browser.person.phone)
    named = [key.decode() async for key in redis.scan_iter("*") if household.user.encode() in key]
    left = {key.partition(":")[0] for key in named}
    assert left <= {"tg_fence", "tg_lease", "limit", "places"}, "counters and fences, which expire"
    assert (await browser.call("POST", "/tokens", browser.person.credentials)).status_code == 401
