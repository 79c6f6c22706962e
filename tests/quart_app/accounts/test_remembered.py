"""A Redis that has lost its data logs nobody out whom a worker has seen lately, and brings nobody back who has left."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from quart_app.accounts import remembered
from quart_app.accounts.routing import Routing
from quart_app.accounts.sign_in import SignIns
from quart_app.storage import keys
from quart_app.storage.errors import StorageUnavailable

New = Callable[[], SignIns]


@pytest.fixture
def worker(redis: Redis) -> New:
    return lambda: SignIns(redis, Routing(b"k" * 32))


@pytest.fixture
def user() -> UUID:
    return uuid4()


async def digests(sign_ins: SignIns, user: UUID) -> set[str]:
    return {device.digest for device in await sign_ins.devices(user)}


async def test_whoever_was_seen_is_signed_in_as_before(redis: Redis, worker: New, user: UUID) -> None:
    sign_ins = worker()
    cookie = await sign_ins.open_browser(user, phone_tail="01", name="Firefox")
    token = await sign_ins.issue_token(user, "backup")
    before = [await sign_ins.browser(cookie), await sign_ins.token(token.text)]
    await sign_ins.remembered.look()
    devices, ttl = await sign_ins.devices(user), await redis.ttl(keys.UserKeys(user).sign_ins)
    await redis.flushdb()
    assert [await sign_ins.browser(cookie), await sign_ins.token(token.text)] == before
    assert {(each.name, each.made_at, each.expires_at) for each in await sign_ins.devices(user)} == {
        (each.name, each.made_at, each.expires_at) for each in devices
    }
    assert 0 < await redis.ttl(keys.UserKeys(user).sign_ins) <= ttl, "nothing is prolonged"


async def test_it_is_said_again_without_anybody_asking(redis: Redis, worker: New, user: UUID) -> None:
    sign_ins = worker()
    await sign_ins.browser(await sign_ins.open_browser(user))
    assert not await sign_ins.remembered.look()
    assert not await sign_ins.remembered.look()
    await redis.flushdb()
    assert await sign_ins.remembered.look()
    assert len(await digests(sign_ins, user)) == 1
    assert not await sign_ins.remembered.look(), "once is enough"


async def test_whoever_signed_out_stays_out(redis: Redis, worker: New, user: UUID) -> None:
    sign_ins = worker()
    await sign_ins.remembered.look()
    cookies = [await sign_ins.open_browser(user) for _ in range(3)]
    found = [await sign_ins.browser(cookie) for cookie in cookies]
    assert found[0] is not None
    await sign_ins.close(found[0])
    await redis.flushdb()
    await sign_ins.remembered.look()
    assert await digests(sign_ins, user) == {each.digest for each in found[1:] if each}
    await sign_ins.close_all(user)
    await redis.flushdb()
    await sign_ins.remembered.look()
    assert await digests(sign_ins, user) == set()


async def test_a_sign_out_that_was_not_heard_is_said_again(redis: Redis, worker: New, user: UUID) -> None:
    """One worker has seen to it; the other missed the message, and remembers somebody who has left."""
    one, other = worker(), worker()
    for each in (one, other):
        await each.remembered.look()
    cookie = await one.open_browser(user)
    seen = await other.browser(cookie)
    assert seen is not None
    await one.close(seen)
    await redis.flushdb()
    assert await other.remembered.look()
    assert await digests(other, user) == {seen.digest}, "the control: it has come back"
    assert await one.remembered.look()
    assert await digests(other, user) == set()


async def test_what_another_worker_has_ended_is_forgotten(redis: Redis, worker: New, user: UUID) -> None:
    one, other = worker(), worker()
    for each in (one, other):
        await each.remembered.look()
    first, second = await one.open_browser(user), await one.open_browser(user)
    seen = [await other.browser(first), await other.browser(second)]
    assert seen[0] is not None
    other.hear(user, {"kind": "signed_out", "digest": seen[0].digest})
    await redis.flushdb()
    await other.remembered.look()
    assert await digests(other, user) == {seen[1].digest if seen[1] else ""}
    other.hear(user, {"kind": "signed_out_everywhere"})
    await redis.flushdb()
    await other.remembered.look()
    assert await digests(other, user) == set()


async def test_what_has_ended_while_redis_kept_its_data_is_over(
    redis: Redis, worker: New, user: UUID
) -> None:
    sign_ins = worker()
    cookie = await sign_ins.open_browser(user)
    seen = await sign_ins.browser(cookie)
    assert seen is not None
    await sign_ins.remembered.look()
    await redis.delete(keys.browser_session(seen.digest))
    assert await sign_ins.browser(cookie) is None
    await redis.flushdb()
    await sign_ins.remembered.look()
    assert await digests(sign_ins, user) == set()


async def test_a_strangers_cookie_is_no_strangers_until_all_have_said_what_they_know(
    redis: Redis, worker: New, user: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = worker(), worker()
    for each in (one, other):
        await each.remembered.look()
    cookie = await one.open_browser(user)
    await one.browser(cookie)
    await redis.flushdb()
    with pytest.raises(StorageUnavailable):
        await other.browser(cookie)
    await one.remembered.look()
    assert await other.browser(cookie) is not None
    monkeypatch.setattr(remembered, "SETTLING_SECONDS", 0.0)
    await one.close_all(user)
    assert await other.browser(cookie) is None


async def test_nobody_is_remembered_for_long(
    redis: Redis, worker: New, user: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_ins = worker()
    await sign_ins.browser(await sign_ins.open_browser(user))
    await sign_ins.remembered.look()
    monkeypatch.setattr(remembered, "REMEMBER_SECONDS", -1.0)
    await redis.flushdb()
    await sign_ins.remembered.look()
    assert await digests(sign_ins, user) == set()


async def test_nor_too_many(redis: Redis, worker: New, user: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 2)
    sign_ins = worker()
    await sign_ins.remembered.look()
    for _ in range(4):
        await sign_ins.browser(await sign_ins.open_browser(user))
    await redis.flushdb()
    await sign_ins.remembered.look()
    assert len(await digests(sign_ins, user)) == 2
