"""What pages, API and terminal may do with one user's session, from which device, and what it comes to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis

from commands import CommandError
from quart_app.demo import DemoDataCentre
from quart_app.storage import keys
from quart_app.telegram.live import Terms
from quart_app.telegram.vault import lookup, new_secret
from tests.quart_app.telegram.worker import Person, Worker, until


async def code_of(step: Awaitable[object]) -> str:
    with pytest.raises(CommandError) as caught:
        await step
    return caught.value.code


def devices(demo: DemoDataCentre, person: Person) -> list[int]:
    return [device.key_id for device in demo.instrument.devices(person.account_id)]


async def nothing_left(redis: Redis, person: Person) -> bool:
    user = keys.UserKeys(person.user_id)
    names = await redis.keys(keys.telegram_slot("*"))
    return not names and not await redis.exists(
        user.telegram_session, user.telegram_slots, user.telegram_login
    )


async def ended(worker: Worker, person: Person) -> bool:
    return await worker.sessions.end(person.user_id, person.secret)


async def test_before_anything_there_is_no_session(worker: Worker, person: Person) -> None:
    assert await worker.state(person) == "none"
    assert (await worker.sessions.state(person.user_id, None)).state == "none"
    caller = await worker.caller(person)
    assert await code_of(caller.telegram.chats()) == "session_needed"
    assert (await caller.state()).state == "none"
    assert not await ended(worker, person)


async def test_the_state_says_until_when_and_what_for(worker: Worker, person: Person) -> None:
    caller = await worker.log_in(person, Terms("view", "until_left"))
    for state in (await worker.sessions.state(person.user_id, person.secret), await caller.state()):
        assert (state.state, state.scope, state.keep) == ("active", "view", "until_left")
        assert state.expires_at is not None
        assert 0 < state.expires_at - worker.clock() <= keys.SESSION_SECONDS


async def test_ending_it_logs_out_and_leaves_nothing(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    caller, told = await worker.log_in(person), []
    with worker.sessions.listening(person.user_id, lambda: told.append(1)):
        assert await ended(worker, person)
    assert told
    assert devices(demo, person) == []
    assert await nothing_left(redis, person)
    assert await code_of(caller.telegram.chats()) == "session_needed"
    assert not await ended(worker, person)


async def test_ending_it_while_it_is_put_away_logs_out_as_well(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    await worker.log_in(person)
    await worker.pool.close(log_out_all=False)
    assert await ended(worker, person)
    assert devices(demo, person) == []
    assert await nothing_left(redis, person)


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
    assert len(devices(demo, person)) == 1
    assert await nothing_left(redis, person)
    assert worker.metrics.ended == {"unconfirmed": 1}
    await demo.instrument.refuse_connections(False)


async def test_a_session_that_the_phone_has_ended_is_confirmed(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    await worker.log_in(person)
    demo.instrument.revoke(person.account_id)
    assert await ended(worker, person)


async def test_a_second_device_is_locked_until_it_is_let_in(worker: Worker, person: Person) -> None:
    await worker.log_in(person)
    other = person.other_device()
    assert await worker.state(other) == "locked"
    assert await code_of((await worker.caller(other)).telegram.chats()) == "locked"
    state = await worker.sessions.unlock(other.user_id, other.secret)
    assert state.state == "active"
    assert len(await (await worker.caller(other)).telegram.chats()) == 20
    await worker.pool.close(log_out_all=False)
    assert len(await (await worker.caller(other)).telegram.chats()) == 20


async def test_who_has_no_secret_is_locked(worker: Worker, person: Person) -> None:
    await worker.log_in(person)
    assert (await worker.sessions.state(person.user_id, None)).state == "locked"
    caller = await worker.sessions.open(person.user_id, None)
    assert await code_of(caller.telegram.chats()) == "locked"
    assert (await caller.state()).state == "locked"


async def test_nobody_can_be_let_in_while_it_is_put_away(worker: Worker, person: Person) -> None:
    """The key lies in nobody's memory: only the first device can bring it back."""
    other = person.other_device()
    assert await code_of(worker.sessions.unlock(other.user_id, other.secret)) == "session_needed"
    await worker.log_in(person)
    await worker.pool.close(log_out_all=False)
    assert await code_of(worker.sessions.unlock(other.user_id, other.secret)) == "locked"


async def test_a_token_made_by_an_open_device_opens_too(worker: Worker, person: Person) -> None:
    token = Person(person.tail, person.user_id)
    assert not await worker.sessions.share(person.user_id, person.secret, token.secret)
    await worker.log_in(person)
    assert not await worker.sessions.share(person.user_id, new_secret(), token.secret)
    assert await worker.state(token) == "locked"
    assert await worker.sessions.share(person.user_id, person.secret, token.secret)
    await worker.pool.close(log_out_all=False)
    assert len(await (await worker.caller(token)).telegram.chats()) == 20


async def test_a_locked_device_can_end_it_all_the_same(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    other = person.other_device()
    await worker.log_in(person)
    assert await ended(worker, other)
    assert devices(demo, person) == []
    assert await nothing_left(redis, person)


async def test_put_away_it_can_only_be_erased_by_a_locked_device(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    """Nobody can log it out at Telegram then: the answer does not claim it."""
    await worker.log_in(person)
    await worker.pool.close(log_out_all=False)
    assert not await ended(worker, person.other_device())
    assert await nothing_left(redis, person)
    assert len(devices(demo, person)) == 1
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
    assert len(devices(demo, person)) == 1
    await worker.sessions.leave(other.user_id, other.secret)
    assert devices(demo, person) == []
    assert await nothing_left(redis, person)


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


async def test_another_session_is_started_only_if_it_may_replace_this_one(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    await worker.log_in(person)
    (first,) = devices(demo, person)
    assert await code_of(worker.start(person)) == "session_exists"
    assert devices(demo, person) == [first]
    other = person.other_device()
    await worker.start(other, replace=True)
    assert devices(demo, person) == []
    await worker.code(other)
    (second,) = devices(demo, person)
    assert second != first
    assert await worker.state(person) == "locked"
    assert await worker.state(other) == "active"


async def test_a_terminal_of_the_replaced_session_sees_its_end(worker: Worker, person: Person) -> None:
    old = await worker.log_in(person)
    await ended(worker, person)
    await worker.log_in(person.other_device())
    assert await code_of(old.telegram.chats()) == "session_ended"


async def test_a_terminal_that_came_before_its_session_is_let_in(worker: Worker, person: Person) -> None:
    """As that of a program is, whose token is the same before and after; a browser comes again by itself."""
    early = await worker.caller(person)
    stranger = await worker.caller(person.other_device())
    assert await code_of(early.telegram.chats()) == "session_needed"
    await worker.log_in(person)
    assert len(await early.telegram.chats()) == 20
    assert await code_of(stranger.telegram.chats()) == "locked"


async def test_a_terminal_that_came_locked_is_let_in_once_it_is_unlocked(
    worker: Worker, person: Person
) -> None:
    await worker.log_in(person)
    other = person.other_device()
    caller, heard = await worker.caller(other), []
    assert await code_of(caller.telegram.chats()) == "locked"
    with worker.sessions.listening(person.user_id, lambda: heard.append("changed")):
        await worker.sessions.unlock(other.user_id, other.secret)
    assert heard == ["changed"]
    assert len(await caller.telegram.chats()) == 20
    await worker.sessions.leave(other.user_id, other.secret)
    assert await code_of((await worker.caller(other)).telegram.chats()) == "locked"


async def test_a_slot_that_somebody_has_put_into_redis_lets_no_open_terminal_in(
    worker: Worker, redis: Redis, person: Person
) -> None:
    """Who comes anew has to open it; who is there already can't be asked to any more."""
    await worker.log_in(person)
    thief = person.other_device()
    caller = await worker.caller(thief)
    await redis.copy(keys.telegram_slot(lookup(person.secret)), keys.telegram_slot(lookup(thief.secret)))
    assert (await caller.state()).state == "active"  # by Redis' word
    assert await code_of(caller.telegram.chats()) == "locked"
    await worker.sessions.unlock(thief.user_id, thief.secret)
    assert len(await caller.telegram.chats()) == 20


async def test_a_terminal_that_came_before_a_session_of_another_worker_is_sent_there(
    new_worker: Callable[..., Awaitable[Worker]], person: Person
) -> None:
    early = await (await new_worker()).caller(person)
    await (await new_worker()).log_in(person)
    assert await code_of(early.telegram.chats()) == "moved"
    assert early.moved.is_set()


async def test_a_terminal_goes_on_in_the_session_that_its_own_device_has_started_instead(
    worker: Worker, person: Person
) -> None:
    old = await worker.log_in(person)
    await worker.start(person, replace=True)
    await worker.code(person)
    assert len(await old.telegram.chats()) == 20


async def test_a_terminal_that_is_closed_is_let_into_no_later_session(worker: Worker, person: Person) -> None:
    early = await worker.caller(person)
    early.close()
    await worker.log_in(person)
    assert await code_of(early.telegram.chats()) == "session_needed"


async def test_two_people_never_see_each_other(demo: DemoDataCentre, worker: Worker, redis: Redis) -> None:
    """Each with the other's secret, id, or both; live and put away."""
    ann, bob = Person("20001"), Person("20003")
    callers = {one.tail: await worker.log_in(one) for one in (ann, bob)}
    markers = {one.tail: demo.world.account(one.account_id).marker for one in (ann, bob)}
    for _ in range(2):
        for one, other in ((ann, bob), (bob, ann)):
            titles = {state.chat.title for state in await callers[one.tail].telegram.chats()}
            assert markers[one.tail] in titles
            assert markers[other.tail] not in titles
            thief = Person(one.tail, one.user_id, other.secret)
            assert await worker.state(thief) == "locked"
            assert await code_of((await worker.caller(thief)).telegram.chats()) == "locked"
        await worker.pool.close(log_out_all=False)
    assert await ended(worker, ann)
    assert len(await callers[bob.tail].telegram.chats()) == 20


async def test_a_record_put_under_another_user_opens_nothing(
    worker: Worker, redis: Redis, person: Person
) -> None:
    """Somebody who may write to Redis copies a session, slots and all, to an account of their own."""
    await worker.log_in(person)
    await worker.pool.close(log_out_all=False)
    thief = Person("20003", secret=person.secret)
    mine, theirs = keys.UserKeys(person.user_id), keys.UserKeys(thief.user_id)
    await redis.copy(mine.telegram_session, theirs.telegram_session)
    await redis.copy(mine.telegram_slots, theirs.telegram_slots)
    for name in await redis.keys(keys.telegram_slot("*")):
        await redis.hset(name, "user", str(thief.user_id))
    assert await worker.state(thief) == "locked"
    assert await code_of((await worker.caller(thief)).telegram.chats()) == "locked"


async def test_no_day_is_added_by_who_may_write_to_redis(
    worker: Worker, redis: Redis, person: Person
) -> None:
    await worker.log_in(person)
    await worker.pool.close(log_out_all=False)
    name = keys.UserKeys(person.user_id).telegram_session
    expires = int(await redis.hget(name, "expires") or 0)
    await redis.hset(name, "expires", str(expires + 86_400))
    assert await worker.state(person) == "locked"
    await redis.hset(name, "expires", str(expires))
    assert await worker.state(person) == "active"


async def test_a_terminal_that_is_closed_has_no_key_any_more(worker: Worker, person: Person) -> None:
    caller, other = await worker.log_in(person), await worker.caller(person)
    caller.close()
    caller.close()
    assert await code_of(caller.telegram.chats()) == "session_needed"
    assert len(await other.telegram.chats()) == 20


async def test_a_terminal_warms_up_without_complaining(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    await (await worker.caller(person)).warm()
    caller = await worker.log_in(person)
    await caller.warm()
    asked = demo.instrument.counts["messages.GetDialogs"]
    await caller.telegram.chats()
    assert demo.instrument.counts["messages.GetDialogs"] == asked == 1


async def test_listeners_hear_of_their_own_user_while_they_listen(worker: Worker, person: Person) -> None:
    heard: list[str] = []
    stranger = Person("20003")
    with worker.sessions.listening(stranger.user_id, lambda: heard.append("stranger")):
        with worker.sessions.listening(person.user_id, lambda: heard.append("own")):
            await worker.log_in(person)
            assert set(heard) == {"own"}
        heard.clear()
        await ended(worker, person)
    assert heard == []


async def test_the_health_names_nobody(worker: Worker, person: Person) -> None:
    assert worker.sessions.health() == {"status": "ok", "live": 0}
    await worker.log_in(person)
    assert worker.sessions.health() == {"status": "ok", "live": 1}
    deadline, worker.leases.deadline = worker.leases.deadline, 0.0
    assert worker.sessions.health() == {"status": "paused", "live": 1}
    worker.leases.deadline = deadline
