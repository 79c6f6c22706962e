"""Sessions that end by their owner's will: at Telegram first, then here, with nothing left that opens them."""

from __future__ import annotations

import asyncio

from redis.asyncio import Redis

from quart_app.demo import DemoDataCentre
from quart_app.telegram.vault import new_secret
from tests.quart_app.telegram.outcome import code_of, keys_of, left_in_redis
from tests.quart_app.telegram.worker import Person, Worker, until


async def ended(worker: Worker, person: Person) -> bool:
    return await worker.sessions.end(person.user_id, person.secret)


async def test_ending_it_logs_out_and_leaves_nothing(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    caller, told = await worker.log_in(person), []
    with worker.sessions.listening(person.user_id, lambda: told.append(1)):
        assert await ended(worker, person)
    assert told
    assert keys_of(demo, person) == []
    assert await left_in_redis(redis, person) == []
    assert await code_of(caller.telegram.chats()) == "session_needed"
    assert not await ended(worker, person)


async def test_ending_it_while_it_is_put_away_logs_out_as_well(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    await worker.log_in(person)
    await worker.pool.close(log_out_all=False)
    assert await ended(worker, person)
    assert keys_of(demo, person) == []
    assert await left_in_redis(redis, person) == []


async def test_telegram_says_no_at_first_and_is_asked_again(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    await worker.log_in(person)
    demo.instrument.fault("auth.LogOut", 400, "SOMETHING", times=2)
    assert await ended(worker, person)
    assert demo.instrument.counts["auth.LogOut"] == 3


async def test_a_log_out_that_telegram_did_not_confirm_is_not_claimed(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    await worker.log_in(person)
    await demo.instrument.refuse_connections(True)
    demo.instrument.drop_connections()
    await until(lambda: not worker.client(person).is_connected())
    assert not await ended(worker, person)
    assert len(keys_of(demo, person)) == 1
    assert await left_in_redis(redis, person) == []
    assert worker.metrics.ended == {"unconfirmed": 1}
    await demo.instrument.refuse_connections(False)


async def test_a_session_that_the_phone_has_ended_is_confirmed(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    await worker.log_in(person)
    demo.instrument.revoke(person.account_id)
    assert await ended(worker, person)


async def test_a_locked_device_can_end_it_all_the_same(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    other = person.other_device()
    await worker.log_in(person)
    assert await ended(worker, other)
    assert keys_of(demo, person) == []
    assert await left_in_redis(redis, person) == []


async def test_put_away_it_can_only_be_erased_by_a_locked_device(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    """Nobody can log it out at Telegram then: the answer does not claim it."""
    await worker.log_in(person)
    await worker.pool.close(log_out_all=False)
    assert not await ended(worker, person.other_device())
    assert await left_in_redis(redis, person) == []
    assert len(keys_of(demo, person)) == 1
    assert worker.metrics.ended == {"erased": 1}


async def test_the_last_device_that_leaves_ends_it(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    other = person.other_device()
    await worker.log_in(person)
    await worker.sessions.unlock(other.user_id, other.secret)
    await worker.sessions.leave(person.user_id, new_secret())
    await worker.sessions.leave(person.user_id, None)
    await worker.sessions.leave(person.user_id, person.secret)
    assert await worker.state(person) == "locked"
    assert await worker.state(other) == "active"
    assert len(keys_of(demo, person)) == 1
    await worker.sessions.leave(other.user_id, other.secret)
    assert keys_of(demo, person) == []
    assert await left_in_redis(redis, person) == []


async def test_a_device_that_has_left_is_not_brought_back_by_a_lost_redis(
    redis: Redis, worker: Worker, person: Person
) -> None:
    other = person.other_device()
    await worker.log_in(person)
    await worker.sessions.unlock(other.user_id, other.secret)
    await worker.sessions.leave(other.user_id, other.secret)
    await redis.flushall()
    async with asyncio.timeout(10):
        while await worker.state(person) != "active":
            await asyncio.sleep(0.01)
    assert await worker.state(other) == "locked"


async def test_who_leaves_in_the_middle_of_a_login_cancels_it(worker: Worker, person: Person) -> None:
    await worker.start(person)
    await worker.sessions.leave(person.user_id, person.other_device().secret)
    assert await worker.state(person) == "code_sent"
    await worker.sessions.leave(person.user_id, person.secret)
    assert await worker.state(person) == "none"
