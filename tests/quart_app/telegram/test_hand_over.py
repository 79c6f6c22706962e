"""A session goes from worker to worker when it is asked for, saved and closed before the next one opens it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import pytest
from redis.asyncio import Redis

from commands import CommandError
from quart_app.demo import DemoDataCentre
from quart_app.stopping import stop
from quart_app.storage import keys
from quart_app.storage.events import hear_user_events
from quart_app.telegram import hand_over, tenure
from quart_app.telegram.errors import Moved
from tests.quart_app.telegram.worker import Person, Worker, until

Hearing = Callable[..., Awaitable[Worker]]


@pytest.fixture
async def hearing(redis: Redis, new_worker: Callable[..., Awaitable[Worker]]) -> AsyncIterator[Hearing]:
    """Makes workers that hear each other."""
    tasks = []

    async def make() -> Worker:
        worker, ready = await new_worker(), asyncio.Event()

        async def resumed() -> None:
            ready.set()

        tasks.append(asyncio.create_task(hear_user_events(redis, worker.sessions.hear, resumed)))
        await ready.wait()
        return worker

    yield make
    await stop(tasks)


async def claim(worker: Worker, person: Person) -> bool:
    """A device comes; whether it may stay."""
    caller = await worker.caller(person)
    try:
        await caller.claim()
        return True
    except Moved:
        return False
    finally:
        caller.close()


async def chats(worker: Worker, person: Person) -> int:
    return len(await (await worker.caller(person)).telegram.chats())


async def test_a_session_follows_its_device(
    demo: DemoDataCentre, hearing: Hearing, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = await hearing(), await hearing()
    await one.log_in(person)
    assert not await claim(other, person), "it has just been opened"
    monkeypatch.setattr(tenure, "KEEP_SECONDS", 0.0)
    came = [await claim(other, person) for _ in range(tenure.ASKED_IN_A_ROW)]
    assert came[-1]
    assert one.pool.get(person.user_id) is None
    assert await chats(other, person) > 5
    (device,) = demo.instrument.devices(person.account_id)
    assert demo.instrument.held_together() == []
    assert len(demo.instrument.connections_of(device.key_id)) == 2
    assert one.metrics.ended.total() == 0


async def test_what_is_open_is_closed_first(
    hearing: Hearing, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tenure, "KEEP_SECONDS", 0.0)
    monkeypatch.setattr(tenure, "ASKED_IN_A_ROW", 1)
    one, other = await hearing(), await hearing()
    await one.log_in(person)
    closing, closed = asyncio.Event(), asyncio.Event()

    async def evict(user_id: UUID) -> None:
        assert user_id == person.user_id
        assert one.pool.get(user_id) is not None
        closing.set()
        await closed.wait()

    one.sessions.on_hand_over(evict)
    asking = asyncio.create_task(claim(other, person))
    await closing.wait()
    caller = await one.caller(person)
    with pytest.raises(CommandError, match="moved"):
        await caller.telegram.chats()
    assert caller.moved.is_set(), "who is still here is told to go"
    assert not await claim(one, person)
    assert not asking.done()
    closed.set()
    assert await asking
    assert await chats(other, person) > 5


async def test_one_that_has_lost_it_in_the_meantime_lets_go_and_says_nothing(
    redis: Redis, demo: DemoDataCentre, hearing: Hearing, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a worker does that was paused, and hears of it before its heartbeat does."""
    monkeypatch.setattr(tenure, "KEEP_SECONDS", 0.0)
    monkeypatch.setattr(tenure, "ASKED_IN_A_ROW", 1)
    monkeypatch.setattr(hand_over, "LEAVING_SECONDS", 0.2)
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, about: complaints.append(about))
    one, other = await hearing(), await hearing()
    await one.log_in(person)
    await redis.incrby(keys.UserKeys(person.user_id).fence, 5)
    await claim(other, person)
    await until(lambda: one.pool.get(person.user_id) is None)
    await until(lambda: not one.leases.has(person.user_id))
    await until(
        lambda: "an answer to another worker" not in {each.get_name() for each in asyncio.all_tasks()}
    )
    assert demo.instrument.held_together() == []
    gc.collect()
    assert complaints == []


async def test_a_session_that_is_to_be_ended_is_handed_over_at_once(
    demo: DemoDataCentre, hearing: Hearing, person: Person
) -> None:
    one, other = await hearing(), await hearing()
    await one.log_in(person)
    assert await other.sessions.end(person.user_id, person.secret) is True
    assert demo.instrument.devices(person.account_id) == []
    assert one.pool.get(person.user_id) is None
    assert await one.state(person) == "none"


async def test_a_device_is_let_in_where_the_session_is(hearing: Hearing, person: Person) -> None:
    one, other = await hearing(), await hearing()
    await one.log_in(person)
    second = person.other_device()
    with pytest.raises(Moved):
        await other.sessions.unlock(second.user_id, second.secret)
    assert (await one.sessions.unlock(second.user_id, second.secret)).state.value == "active"


async def test_a_worker_that_says_nothing_is_not_waited_for(
    new_worker: Callable[..., Awaitable[Worker]],
    hearing: Hearing,
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hand_over, "ANSWER_SECONDS", 0.05)
    deaf, other = await new_worker(), await hearing()
    await deaf.log_in(person)
    assert not await claim(other, person)
    assert deaf.pool.get(person.user_id) is not None


async def test_a_device_at_the_right_worker_asks_nobody(
    redis: Redis, hearing: Hearing, person: Person
) -> None:
    one = await hearing()
    await one.log_in(person)
    async with redis.pubsub() as said:
        await said.psubscribe("events:*")
        await said.get_message(timeout=1)
        assert await claim(one, person)
        assert await said.get_message(ignore_subscribe_messages=True, timeout=0.1) is None


async def test_a_lease_that_nobody_has_is_let_go(redis: Redis, hearing: Hearing, person: Person) -> None:
    """Its take was cancelled while Redis was answering: it would stay with a worker that knows nothing of it."""
    one, other = await hearing(), await hearing()
    caller = await one.log_in(person)
    caller.close()
    await one.pool.close(log_out_all=False)
    lease = keys.UserKeys(person.user_id).lease
    await redis.hset(lease, "owner", one.leases.worker_id)
    assert await other.leases.owner(person.user_id) == one.leases.worker_id
    assert await claim(other, person)
    assert await chats(other, person) > 5


async def test_events_for_another_worker_are_let_by(hearing: Hearing, person: Person) -> None:
    one = await hearing()
    await one.log_in(person)
    for kind in ("hand_over", "left", "kept", "leaving", "nonsense"):
        one.sessions.hear(person.user_id, {"kind": kind, "to": "somebody else", "by": "x", "insist": True})
    one.sessions.hear(person.user_id, {"kind": "left", "to": one.leases.worker_id, "by": "x"})
    await asyncio.sleep(0.05)
    assert one.pool.get(person.user_id) is not None


async def test_two_devices_at_the_wrong_worker_at_once(
    demo: DemoDataCentre, hearing: Hearing, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One asks; the other is sent on, and both find it soon."""
    monkeypatch.setattr(tenure, "KEEP_SECONDS", 0.0)
    monkeypatch.setattr(tenure, "ASKED_IN_A_ROW", 1)
    one, other = await hearing(), await hearing()
    await one.log_in(person)
    assert sorted(await asyncio.gather(claim(other, person), claim(other, person))) == [False, True]
    await until(lambda: one.pool.get(person.user_id) is None)
    assert await asyncio.gather(chats(other, person), chats(other, person))
    assert demo.instrument.held_together() == []
