"""Which device opens a session: who was let in does, and nobody else, whatever they may write to Redis."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from redis.asyncio import Redis

from quart_app.storage import keys
from quart_app.telegram.vault import lookup, new_secret
from tests.quart_app.telegram.outcome import code_of
from tests.quart_app.telegram.worker import Person, Worker


async def ended(worker: Worker, person: Person) -> bool:
    return await worker.sessions.end(person.user_id, person.secret)


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
