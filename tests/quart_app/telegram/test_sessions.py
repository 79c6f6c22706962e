"""What pages, API and terminal may do with one user's session, from which device, and what it comes to."""

from __future__ import annotations

from redis.asyncio import Redis

from quart_app.demo import DemoDataCentre
from quart_app.storage import keys
from quart_app.telegram.live import Terms
from tests.quart_app.telegram.outcome import code_of, keys_of
from tests.quart_app.telegram.worker import Person, Worker


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


async def test_another_session_is_started_only_if_it_may_replace_this_one(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    await worker.log_in(person)
    (first,) = keys_of(demo, person)
    assert await code_of(worker.start(person)) == "session_exists"
    assert keys_of(demo, person) == [first]
    other = person.other_device()
    await worker.start(other, replace=True)
    assert keys_of(demo, person) == []
    await worker.code(other)
    (second,) = keys_of(demo, person)
    assert second != first
    assert await worker.state(person) == "locked"
    assert await worker.state(other) == "active"


async def test_a_terminal_of_the_replaced_session_sees_its_end(worker: Worker, person: Person) -> None:
    old = await worker.log_in(person)
    await ended(worker, person)
    await worker.log_in(person.other_device())
    assert await code_of(old.telegram.chats()) == "session_ended"


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
