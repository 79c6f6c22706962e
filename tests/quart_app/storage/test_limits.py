"""Limits hold exactly, however many ask at once, in a real Redis and in the in-process one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from quart_app.storage import keys
from quart_app.storage.errors import StorageUnavailable
from quart_app.storage.limits import Limits, Take, Taken
from quart_app.storage.redis import open_redis


@pytest.fixture(params=["server", "in-process"])
async def store(request: pytest.FixtureRequest, redis: Redis) -> AsyncIterator[Redis]:
    if request.param == "server":
        yield redis
        return
    async with open_redis(None) as client:
        yield client


async def _age(store: Redis, name: str, seconds: float) -> None:
    """As if everything in the log had happened so much earlier."""
    moments = [int(moment) - int(seconds * 1_000_000) for moment in await store.lrange(name, 0, -1)]
    left = await store.pttl(name)
    async with store.pipeline(transaction=True) as pipe:
        pipe.delete(name)
        pipe.rpush(name, *moments)
        pipe.pexpire(name, left)
        await pipe.execute()


@pytest.mark.parametrize("at_once", [20, 100])
async def test_of_many_at_once_exactly_the_limit_pass(store: Redis, at_once: int) -> None:
    limits = Limits(store)
    waits = await asyncio.gather(*(limits.take("login", "k", limit=5, seconds=60) for _ in range(at_once)))
    assert waits.count(None) == 5
    assert all(0 < wait <= 60 for wait in waits if wait is not None)


async def test_several_workers_share_one_limit(redis: Redis, redis_url: str) -> None:
    async with open_redis(redis_url) as other:
        takes = [Limits(client).take("login", "k", limit=5, seconds=60) for client in (redis, other) * 100]
        waits = await asyncio.gather(*takes)
    assert waits.count(None) == 5


async def test_the_window_slides(store: Redis) -> None:
    limits = Limits(store)
    for _ in range(3):
        assert await limits.take("s", "k", limit=3, seconds=10) is None
        await _age(store, "limit:s:k", 3)
    # The three happened 9, 6 and 3 seconds ago.
    wait = await limits.take("s", "k", limit=3, seconds=10)
    assert wait is not None
    assert 0 < wait <= 1
    await _age(store, "limit:s:k", wait)
    assert await limits.take("s", "k", limit=3, seconds=10) is None
    assert await limits.take("s", "k", limit=3, seconds=10) is not None


async def test_what_is_refused_does_not_count(store: Redis) -> None:
    limits = Limits(store)
    await limits.take("s", "k", limit=1, seconds=10)
    for _ in range(20):
        assert await limits.take("s", "k", limit=1, seconds=10) is not None
    assert await store.llen("limit:s:k") == 1


async def test_keys_and_scopes_are_apart(store: Redis) -> None:
    limits = Limits(store)
    for scope, key in (("a", "1"), ("a", "2"), ("b", "1")):
        assert await limits.take(scope, key, limit=1, seconds=10) is None
    assert await limits.take("a", "1", limit=1, seconds=10) is not None


async def test_a_cost_takes_several_or_nothing(store: Redis) -> None:
    limits = Limits(store)
    assert await limits.take("s", "k", limit=5, seconds=10, cost=3) is None
    assert await limits.take("s", "k", limit=5, seconds=10, cost=3) is not None
    assert await limits.take("s", "k", limit=5, seconds=10, cost=2) is None
    assert await limits.take("s", "k", limit=5, seconds=10, cost=6) is not None


async def test_all_or_nothing(store: Redis) -> None:
    limits = Limits(store)
    narrow = Take(scope="narrow", key="k", limit=1, seconds=10)
    wide = Take(scope="wide", key="k", limit=5, seconds=100)
    assert await limits.take_all([narrow, wide]) is None
    wait = await limits.take_all([wide, narrow])
    assert wait is not None
    assert wait <= 10
    assert await store.llen("limit:wide:k") == 1


async def test_the_longest_wait_is_told(store: Redis) -> None:
    limits = Limits(store)
    takes = [Take(scope="s", key=str(seconds), limit=1, seconds=seconds) for seconds in (10, 100, 50)]
    assert await limits.take_all(takes) is None
    wait = await limits.take_all(takes)
    assert wait is not None
    assert 90 < wait <= 100


async def test_every_key_expires(store: Redis) -> None:
    await Limits(store).take("s", "k", limit=5, seconds=1_000_000)
    assert 999_900_000 < await store.pttl("limit:s:k") <= 1_000_000_000


async def test_a_window_needs_not_be_whole_milliseconds(store: Redis) -> None:
    assert await Limits(store).take("s", "k", limit=5, seconds=100.0005) is None


async def test_a_wait_is_exact_and_never_longer_than_the_window(store: Redis) -> None:
    """A window so long that one part in a million of it is a thousand seconds."""
    limits, seconds = Limits(store), 1e9
    assert await limits.take("s", "k", limit=1, seconds=seconds) is None
    wait = await limits.take("s", "k", limit=1, seconds=seconds)
    assert wait is not None
    assert seconds - 100 < wait <= seconds


async def test_a_clock_that_was_set_back_makes_nobody_wait_longer_than_the_window(store: Redis) -> None:
    limits = Limits(store)
    assert await limits.take("s", "k", limit=1, seconds=60) is None
    await _age(store, "limit:s:k", -1000)
    assert await limits.take("s", "k", limit=1, seconds=60) == 60


async def test_what_has_run_out_is_forgotten_and_nothing_else(store: Redis) -> None:
    limits = Limits(store)
    for cost in (3, 1):
        assert await limits.take("s", "k", limit=5, seconds=1000, cost=cost) is None
        await _age(store, "limit:s:k", 600)
    # Three happened 1200 seconds ago, one 600.
    assert await limits.take("s", "k", limit=5, seconds=1000) is None
    assert await store.llen("limit:s:k") == 2


async def test_moments_are_kept_to_the_microsecond(store: Redis) -> None:
    await Limits(store).take("s", "k", limit=5, seconds=60)
    (moment,) = await store.lrange("limit:s:k", 0, -1)
    assert len(moment) == 16
    assert moment.isdigit()


async def test_without_redis_there_is_no_answer() -> None:
    async with open_redis("redis://127.0.0.1:1/0") as nowhere:
        with pytest.raises(StorageUnavailable):
            await Limits(nowhere).take("s", "k", limit=5, seconds=60)
        with pytest.raises(StorageUnavailable):
            await Limits(nowhere).ping()
        with pytest.raises(StorageUnavailable):
            await Limits(nowhere).give_back(Taken((Take(scope="s", key="k", limit=5, seconds=60),), b"1"))


async def test_what_came_to_nothing_is_given_back_exactly(store: Redis) -> None:
    """In a storm of those that go on and those that give back, each that goes on counts, and no other."""
    limits = Limits(store)
    takes = [Take(scope=scope, key="k", limit=40, seconds=60, cost=2) for scope in ("a", "b")]

    async def try_for_now(number: int) -> bool:
        taken = await limits.take_for_now(takes)
        if isinstance(taken, float):
            return False
        await asyncio.sleep(0)
        if number % 3:
            await limits.give_back(taken)
        return not number % 3

    kept = (await asyncio.gather(*(try_for_now(number) for number in range(100)))).count(True)
    assert kept
    for scope in ("a", "b"):
        assert await store.llen(f"limit:{scope}:k") == 2 * kept
        assert await store.pttl(f"limit:{scope}:k") > 0


async def test_what_others_took_at_the_same_moment_stays(store: Redis) -> None:
    limits = Limits(store)
    costs = {"a": 1, "b": 3}
    taken = await limits.take_for_now(
        [Take(scope=scope, key="k", limit=40, seconds=60, cost=cost) for scope, cost in costs.items()]
    )
    assert isinstance(taken, Taken)
    for scope in costs:
        await store.rpush(f"limit:{scope}:k", taken.moment)
    await limits.give_back(taken)
    assert [await store.lrange(f"limit:{scope}:k", 0, -1) for scope in costs] == [[taken.moment]] * 2


async def test_of_what_was_refused_nothing_can_be_given_back(store: Redis) -> None:
    limits, one = Limits(store), [Take(scope="s", key="k", limit=1, seconds=60)]
    taken = await limits.take_for_now(one)
    assert isinstance(taken, Taken)
    wait = await limits.take_for_now(one)
    assert isinstance(wait, float)
    assert 59 < wait <= 60
    await limits.give_back(taken)
    await limits.give_back(taken)
    assert await limits.take_all(one) is None
    assert await store.llen("limit:s:k") == 1


async def test_who_wants_two_waits_for_both(redis: Redis) -> None:
    """Until the newer of the two before has run out, not only the older."""
    seconds, microseconds = await redis.time()
    now = seconds * 1_000_000 + microseconds
    await redis.rpush(keys.limit("both", "x"), now - 40_000_000, now - 1_000_000)
    wait = await Limits(redis).take("both", "x", limit=2, seconds=60, cost=2)
    assert wait is not None
    assert 30 < wait <= 59
