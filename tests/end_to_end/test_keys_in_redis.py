"""What the product keeps in Redis: known names only, each with an end, and the end of a session never moves."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

import pyotp
import pytest
from redis.asyncio import Redis

from quart_app.storage.redis import open_redis
from tests.product.caller import Browser, Program
from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import Product
from tests.product.telegram import Telegram
from tests.servers.redis import RedisServer

DAY: Final = 86_400
USER: Final = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
HASH: Final = "[0-9a-f]{64}"
LONGEST: Final = {
    f"tg_session:{USER}": DAY,
    f"tg_slots:{USER}": DAY,
    f"tg_slot:{HASH}": DAY,
    f"tg_login:{USER}": 600,
    f"tg_lease:{USER}": 2 * DAY,
    f"tg_fence:{USER}": 2 * DAY,
    f"tg_left:{USER}": 2 * DAY,
    "tg_open": 2 * DAY,
    "worker:[0-9a-f]{16}": 15,
    "figures:[0-9a-f]{16}": 60,
    f"session:{HASH}": DAY,
    f"pending:{HASH}": 300,
    f"recovery:{HASH}": 1200,
    f"token:{HASH}": 30 * DAY,
    f"sign_ins:{USER}": 30 * DAY,
    "sign_ins_mark:[0-9a-f]{16}": 2 * DAY,
    "limit:[a-z-]+:[0-9a-f:-]+": DAY,
    "limit:send-code-all:all": 3600,
    "limit:send-email-all:all": 3600,
}
"""Every name that there may be, and how many seconds it may stay at most."""
LATER: Final = {"tg_left"}
"""Of sessions that have left something at Telegram, as this journey's does not."""


@pytest.fixture
async def redis(redis_of_watched: RedisServer) -> AsyncIterator[Redis]:
    async with open_redis(redis_of_watched.url) as client:
        yield client


async def all_keys(redis: Redis) -> dict[str, int]:
    """Milliseconds left of each; -1 would be for ever."""
    names: list[Any] = [name async for name in redis.scan_iter(count=1000)]
    return {name.decode(): await redis.pttl(name) for name in names}


def check(keys: dict[str, int]) -> None:
    for name, left in keys.items():
        longest = [seconds for form, seconds in LONGEST.items() if re.fullmatch(form, name)]
        assert longest, f"{name} is no key that is known"
        assert left != -1, f"{name} would stay for ever"
        assert left <= max(longest) * 1000, f"{name} stays for {left} ms"


async def test_each_key_is_known_and_expires(
    watched: Product, crowd: Crowd, devices: Devices, redis: Redis
) -> None:
    """After each step of a journey: a key without an end may exist for a moment only."""
    browser = devices.browser(watched, crowd.person())
    await browser.register()
    await browser.log_in()
    program = devices.program(watched, browser.person)
    await program.log_in()
    check(await all_keys(redis))
    await browser.start()
    during = await all_keys(redis)
    check(during)
    assert any(name.startswith("tg_login:") for name in during)
    await browser.submit("code", code="00000")
    check(await all_keys(redis))
    await browser.submit("code", code=browser.person.code)
    await program.submit("unlock", password=program.person.password)
    async with browser.terminal() as terminal:
        await terminal.run("list")
        await half_way_in(browser, devices.browser(watched, browser.person))
        while not any(name.startswith("sign_ins_mark:") for name in await all_keys(redis)):
            await asyncio.sleep(0.1)  # set by the worker when it first looks
        after = await all_keys(redis)
        check(after)
    seen = {re.split(":", name)[0] for name in {*during, *after}}
    expected = {form.partition(":")[0] for form in LONGEST} - LATER
    assert seen - LATER == expected, "the control: each kind did occur"
    await browser.end()
    left = await all_keys(redis)
    check(left)
    gone = {name for name in after if name not in left}
    assert sum(name.startswith("tg_slot:") for name in gone) == 2


async def half_way_in(owner: Browser, elsewhere: Browser) -> None:
    """Elsewhere the second factor is still owed, and a recovery has been begun."""
    secret = (await owner.asked("POST", "/account/second-factor", {"password": owner.person.password}))[
        "secret"
    ]
    await owner.asked("POST", "/account/second-factor/confirm", {"code": pyotp.TOTP(secret).now()})
    owes = await elsewhere.fill_in("/login", **owner.person.credentials)
    assert owes.headers["Location"] == "/login/code"
    await elsewhere.fill_in("/recover", phone=owner.person.phone)


def test_an_unknown_or_endless_key_would_be_noticed() -> None:
    """The control."""
    check({"worker:0123456789abcdef": 14_000})
    for bad in (
        {"worker:0123456789abcdef": -1},
        {"worker:0123456789abcdef": 16_000},
        {"phone:+9996610001": 100},
        {"limit:login:+9996610001": 100},
    ):
        with pytest.raises(AssertionError):
            check(bad)


async def test_the_end_of_a_session_never_moves(member: Program, telegram: Telegram, redis: Redis) -> None:
    before = {key async for key in redis.scan_iter("tg_s*", count=1000)}
    login = (await redis.time())[0]
    shown = (await member.open_session())["expires_at"]
    own = {key async for key in redis.scan_iter("tg_s*", count=1000)} - before
    assert sorted(key.partition(b":")[0] for key in own) == [b"tg_session", b"tg_slot", b"tg_slots"]
    (ends,) = {await redis.expiretime(key) for key in own}
    assert abs(ends - (login + DAY)) <= 2
    assert datetime.fromisoformat(shown).timestamp() == ends

    for _ in range(2):
        telegram.drop_connections()
        await member.run("list --fresh")
        assert (await member.run("list --fresh")).status == "ok"
    other = Program(member.url, member.person)
    await other.log_in()
    await other.submit("unlock", password=other.person.password)
    await other.close()
    now = {key async for key in redis.scan_iter("tg_s*", count=1000)} - before
    assert len(now) == len(own) + 1, "a slot for the other device"
    assert {await redis.expiretime(key) for key in now} == {ends}
    assert (await member.state())["expires_at"] == shown
