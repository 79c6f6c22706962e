"""Sign-ins over a real Redis and the in-process one: opaque, revocable, and over in time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from quart_app.accounts.credentials import decode, encode
from quart_app.accounts.routing import Routing
from quart_app.accounts.sign_in import BROWSER_SECONDS, SignIns
from quart_app.storage.errors import StorageUnavailable
from quart_app.storage.redis import open_redis

ROUTING = Routing(b"k" * 32)


@pytest.fixture(params=["server", "in-process"])
async def store(request: pytest.FixtureRequest, redis: Redis) -> AsyncIterator[Redis]:
    if request.param == "server":
        yield redis
        return
    async with open_redis(None) as client:
        yield client


@pytest.fixture
def sign_ins(store: Redis) -> SignIns:
    return SignIns(store, ROUTING)


@pytest.fixture
def user() -> UUID:
    return uuid4()


async def _everything(redis: Redis) -> str:
    """All that stands in Redis, as one text."""
    found: list[str] = []
    for name in await redis.keys("*"):
        kind = await redis.type(name)
        value = await (redis.hgetall(name) if kind == b"hash" else redis.zrange(name, 0, -1))
        found.append(f"{name!r} {value!r}")
    return "\n".join(found)


async def test_a_browser_is_known_by_its_cookie(sign_ins: SignIns, user: UUID) -> None:
    cookie = await sign_ins.open_browser(user, phone_tail="01")
    found = await sign_ins.browser(cookie)
    assert found is not None
    assert (found.user_id, found.kind, found.phone_tail) == (user, "browser", "01")
    assert found.csrf
    assert found.vault_secret is None
    assert str(user) not in cookie


async def test_a_token_is_known_and_brings_its_vault_secret(sign_ins: SignIns, user: UUID) -> None:
    issued = await sign_ins.issue_token(user, "laptop")
    found = await sign_ins.token(issued.text)
    assert found is not None
    assert (found.user_id, found.kind, found.csrf) == (user, "token", "")
    assert found.vault_secret == issued.vault_secret
    assert found.expires_at == issued.expires_at
    assert issued.text.split("_")[1] == ROUTING.tag(user)


async def test_redis_holds_nothing_that_signs_in(sign_ins: SignIns, store: Redis, user: UUID) -> None:
    cookie = await sign_ins.open_browser(user)
    issued = await sign_ins.issue_token(user)
    secret = decode(issued.text.split("_", 2)[2], 64)
    raw = decode(cookie, 32)
    assert secret
    assert raw
    dump = await _everything(store)
    for value in (raw, secret[:32], secret[32:]):
        for form in (repr(value)[2:-1], value.hex(), encode(value)):
            assert form not in dump
    assert str(user) in dump  # the control: the dump shows what is there


async def test_the_stored_hash_does_not_sign_in(sign_ins: SignIns, user: UUID) -> None:
    cookie = await sign_ins.open_browser(user)
    found = await sign_ins.browser(cookie)
    assert found is not None
    assert await sign_ins.browser(found.digest) is None
    assert await sign_ins.browser(encode(bytes.fromhex(found.digest))) is None


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "../../session", "é" * 43, "A" * 5000])
async def test_an_unknown_id_is_not_adopted(sign_ins: SignIns, store: Redis, cookie: str) -> None:
    assert await sign_ins.browser(cookie) is None
    assert await sign_ins.token(cookie) is None
    assert await store.keys("session:*") == await store.keys("token:*") == []


async def test_closing_ends_this_one_and_no_other(sign_ins: SignIns, user: UUID) -> None:
    first, second = await sign_ins.open_browser(user), await sign_ins.open_browser(user)
    found = await sign_ins.browser(first)
    assert found is not None
    await sign_ins.close(found)
    assert await sign_ins.browser(first) is None
    assert await sign_ins.browser(second) is not None


async def test_closing_all_ends_browsers_and_tokens_of_this_user_only(sign_ins: SignIns, user: UUID) -> None:
    cookie, token = await sign_ins.open_browser(user), (await sign_ins.issue_token(user)).text
    other = await sign_ins.open_browser(uuid4())
    assert await sign_ins.close_all(user) == 2
    assert await sign_ins.browser(cookie) is None
    assert await sign_ins.token(token) is None
    assert await sign_ins.browser(other) is not None


async def test_other_workers_hear_of_each_end(sign_ins: SignIns, store: Redis, user: UUID) -> None:
    found = await sign_ins.browser(await sign_ins.open_browser(user))
    assert found is not None
    async with store.pubsub() as heard:
        await heard.subscribe(f"events:{user}")
        await sign_ins.close(found)
        await sign_ins.close_all(user)
        events = [json.loads((await _next_message(heard))["data"]) for _ in range(2)]
    assert events == [{"kind": "signed_out", "digest": found.digest}, {"kind": "signed_out_everywhere"}]


async def _next_message(heard: Any) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while True:
            message: dict[str, Any] | None = await heard.get_message(
                ignore_subscribe_messages=True, timeout=1
            )
            if message is not None:
                return message


async def test_the_end_is_absolute_whatever_is_used(store: Redis, user: UUID) -> None:
    sign_ins = SignIns(store, ROUTING, browser_seconds=100, idle_seconds=50)
    cookie = await sign_ins.open_browser(user)
    (name,) = await store.keys("session:*")
    opened = await sign_ins.browser(cookie)
    assert opened is not None
    for left in (80, 40, 10):
        # Age the record instead of waiting.
        await store.hincrby(name, "expires", left - 100)
        used = await sign_ins.browser(cookie)
        assert used is not None
        assert await store.ttl(name) <= min(50, left)
        await store.hincrby(name, "expires", 100 - left)
    await store.hset(name, "expires", 1)
    assert await sign_ins.browser(cookie) is None
    assert await store.exists(name) == 0


async def test_an_unused_session_ends_sooner_and_use_puts_that_off(store: Redis, user: UUID) -> None:
    sign_ins = SignIns(store, ROUTING, browser_seconds=1000, idle_seconds=50)
    cookie = await sign_ins.open_browser(user)
    (name,) = await store.keys("session:*")
    assert 0 < await store.ttl(name) <= 50
    await store.expire(name, 5)
    await sign_ins.browser(cookie)
    assert await store.ttl(name) > 40
    assert BROWSER_SECONDS == 86_400


async def test_every_key_expires(sign_ins: SignIns, store: Redis, user: UUID) -> None:
    await sign_ins.issue_token(user)
    await sign_ins.open_browser(user)
    names = await store.keys("*")
    assert len(names) == 3
    for name in names:
        assert await store.ttl(name) > 0
    longest = await store.ttl(f"sign_ins:{user}")
    assert longest > 29 * 86_400


async def test_one_user_has_only_so_many(store: Redis, user: UUID) -> None:
    sign_ins = SignIns(store, ROUTING, most=3)
    cookies = [await sign_ins.open_browser(user) for _ in range(5)]
    alive = [await sign_ins.browser(cookie) is not None for cookie in cookies]
    assert sum(alive) == 3
    assert alive[-1]
    assert len(await store.keys("session:*")) == 3


async def test_without_redis_nobody_gets_in() -> None:
    async with open_redis("redis://127.0.0.1:1/0") as nowhere:
        sign_ins = SignIns(nowhere, ROUTING)
        with pytest.raises(StorageUnavailable):
            await sign_ins.browser("A" * 43)
        with pytest.raises(StorageUnavailable):
            await sign_ins.open_browser(uuid4())


async def test_neither_a_sign_in_nor_a_token_shows_its_secrets(sign_ins: SignIns, user: UUID) -> None:
    issued = await sign_ins.issue_token(user)
    found = await sign_ins.token(issued.text)
    browser = await sign_ins.browser(await sign_ins.open_browser(user))
    assert found
    assert browser
    shown = f"{issued!r}{found!r}{browser!r}"
    assert issued.text not in shown
    assert repr(issued.vault_secret) not in shown
    assert browser.csrf not in shown
