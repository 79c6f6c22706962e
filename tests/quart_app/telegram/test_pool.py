"""Live clients: one for a user, put away when idle, ended when their time is up, and back after every interruption."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis

from quart_app.demo import DemoDataCentre
from quart_app.storage import keys
from quart_app.telegram import closing
from quart_app.telegram.caller import Caller
from quart_app.telegram.closing import IDLE_SECONDS
from quart_app.telegram.live import Terms
from quart_app.telegram.vault import open_record
from tests.quart_app.telegram.outcome import code_of, connected, keys_of, left_in_redis
from tests.quart_app.telegram.worker import Person, Worker, until

NewWorker = Callable[..., Awaitable[Worker]]
SEVERAL_SWEEPS = 0.1


async def idle(worker: Worker, person: Person) -> None:
    await until(lambda: worker.pool.get(person.user_id) is None)


def used_long_ago(worker: Worker, person: Person) -> None:
    """As if a quarter of an hour had passed since."""
    worker.live(person).used_at -= 2 * IDLE_SECONDS


async def test_an_idle_session_is_put_away_and_comes_back_with_its_key(
    demo: DemoDataCentre, new_worker: NewWorker, person: Person
) -> None:
    worker = await new_worker()
    caller = await worker.log_in(person)
    before = await caller.telegram.chats()
    (key,) = keys_of(demo, person)
    for _ in range(3):
        used_long_ago(worker, person)
        await idle(worker, person)
        await until(lambda: connected(demo) == 0)
        assert await worker.state(person) == "active"
        assert await caller.telegram.chats() == before
    assert keys_of(demo, person) == [key]
    assert len(demo.instrument.connections_of(key)) == 4
    assert demo.instrument.overlaps == []


async def test_what_is_put_away_is_only_ciphertext(new_worker: NewWorker, person: Person) -> None:
    worker = await new_worker()
    await worker.log_in(person)
    data_key = worker.live(person).unlocked.data_key
    kept = bytes(data_key)
    used_long_ago(worker, person)
    await idle(worker, person)
    await until(lambda: data_key == bytes(32))
    record = await worker.records.read(person.user_id)
    assert record is not None
    assert record.generation > 0
    assert open_record(kept, record.identity, record.generation, record.blob, now=0, terms=record.terms)


async def test_a_session_with_somebody_there_is_not_idle(new_worker: NewWorker, person: Person) -> None:
    worker = await new_worker()
    caller = await worker.log_in(person)
    with caller.present():
        with caller.present():
            used_long_ago(worker, person)
            await asyncio.sleep(SEVERAL_SWEEPS)
        assert worker.pool.get(person.user_id)
        used_long_ago(worker, person)
        await asyncio.sleep(SEVERAL_SWEEPS)
        assert worker.pool.get(person.user_id)
    await asyncio.sleep(SEVERAL_SWEEPS)
    assert worker.pool.get(person.user_id), "its time begins when the last one goes"
    used_long_ago(worker, person)
    await idle(worker, person)


async def test_until_left_means_logged_out(
    demo: DemoDataCentre, redis: Redis, new_worker: NewWorker, person: Person
) -> None:
    worker = await new_worker()
    caller = await worker.log_in(person, Terms(keep="until_left"))
    with caller.present():
        used_long_ago(worker, person)
        await asyncio.sleep(SEVERAL_SWEEPS)
        assert len(keys_of(demo, person)) == 1
    used_long_ago(worker, person)
    await until(lambda: keys_of(demo, person) == [])
    await until(lambda: worker.metrics.ended == {"left": 1})
    assert await left_in_redis(redis, person) == []
    assert await code_of(caller.telegram.chats()) == "session_needed"


async def test_after_a_day_it_is_over(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    caller = await worker.log_in(person)
    with caller.present():
        worker.clock.ahead = 86_400 - 60
        await asyncio.sleep(0.1)
        assert len(keys_of(demo, person)) == 1
        worker.clock.ahead = 86_400
        await until(lambda: worker.metrics.ended == {"expired": 1})
    assert keys_of(demo, person) == []
    assert await left_in_redis(redis, person) == []
    assert await code_of(caller.telegram.chats()) == "session_needed"


async def test_a_record_that_is_too_old_does_not_open(worker: Worker, person: Person) -> None:
    caller = await worker.log_in(person)
    await worker.pool.close(log_out_all=False)
    worker.clock.ahead = 86_400
    assert await code_of(caller.telegram.chats()) == "session_ended"


async def test_a_connection_that_drops_is_made_again_for_who_is_there(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    caller = await worker.log_in(person)
    await caller.telegram.chats()
    live = worker.live(person)
    with caller.present():
        demo.instrument.drop_connections()
        await until(lambda: live.chats.stale and bool(live.client.is_connected()))
        message = demo.world.post("scontierrati", "after the gap")
        states = await caller.telegram.chats()
        news = next(state for state in states if state.chat.username == "scontierrati")
        assert news.last is not None
        assert news.last.timestamp() == message.date
        assert worker.live(person) is live


async def test_updates_flow_again_after_it(demo: DemoDataCentre, worker: Worker, person: Person) -> None:
    caller = await worker.log_in(person)
    await caller.telegram.chats()
    live = worker.live(person)
    with caller.present():
        demo.instrument.drop_connections()
        await until(lambda: live.chats.stale and bool(live.client.is_connected()))
        await caller.telegram.chats()
        row = live.chats.by_username("scontierrati")
        assert row is not None
        before, unread = demo.instrument.counts["messages.GetDialogs"], row.unread
        demo.world.post("scontierrati", "live again")
        await until(lambda: row.unread == unread + 1)
        assert demo.instrument.counts["messages.GetDialogs"] == before


async def test_without_anybody_there_it_waits_for_the_next_use(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    caller = await worker.log_in(person)
    demo.instrument.drop_connections()
    await until(lambda: not worker.client(person).is_connected())
    await asyncio.sleep(0.1)
    assert connected(demo) == 0
    assert len(await caller.telegram.chats()) == 20
    assert len(demo.instrument.connections_of(keys_of(demo, person)[0])) == 2


async def test_an_outage_is_said_and_survived(demo: DemoDataCentre, worker: Worker, person: Person) -> None:
    caller = await worker.log_in(person)
    await demo.instrument.refuse_connections(True)
    demo.instrument.drop_connections()
    await until(lambda: not worker.client(person).is_connected())
    assert await code_of(caller.telegram.chats()) == "telegram_unreachable"
    await demo.instrument.refuse_connections(False)
    assert len(await caller.telegram.chats()) == 20


async def test_ten_who_come_at_once_share_one_connection(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    callers = [await worker.log_in(person)] + [await worker.caller(person) for _ in range(9)]
    await worker.pool.close(log_out_all=False)
    opened = len(demo.instrument.connections)
    answers = await asyncio.gather(*(caller.telegram.chats() for caller in callers))
    assert all(len(answer) == 20 for answer in answers)
    assert len(demo.instrument.connections) == opened + 1


async def revoked(demo: DemoDataCentre, worker: Worker, person: Person, redis: Redis, caller: Caller) -> None:
    """What must hold after Telegram has said that the session is no more."""
    assert worker.pool.get(person.user_id) is None
    assert await left_in_redis(redis, person) == []
    assert await redis.hget(keys.UserKeys(person.user_id).lease, "owner") == b""
    assert worker.metrics.ended == {"revoked": 1}
    assert await worker.state(person) == "none"
    assert await code_of(caller.telegram.chats()) == "session_needed"
    await until(lambda: connected(demo) == 0)


async def test_ended_from_the_phone_it_is_over_with_the_next_call(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    caller, told = await worker.log_in(person), []
    with worker.sessions.listening(person.user_id, lambda: told.append(1)):
        demo.instrument.revoke(person.account_id)
        assert await code_of(caller.telegram.chats()) == "session_ended"
        assert told
    await revoked(demo, worker, person, redis, caller)


async def test_ended_from_the_phone_while_it_was_put_away(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    caller = await worker.log_in(person)
    await worker.pool.close(log_out_all=False)
    demo.instrument.revoke(person.account_id)
    assert await code_of(caller.telegram.chats()) == "session_ended"
    await revoked(demo, worker, person, redis, caller)


@pytest.mark.parametrize("how", ["revoked", "forgotten"])
async def test_ended_from_the_phone_it_is_noticed_by_who_is_there(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person, how: str
) -> None:
    """The connection breaks, and coming back Telegram knows the key no more."""
    caller = await worker.log_in(person)
    with caller.present():
        await caller.telegram.chats()
        if how == "revoked":
            demo.instrument.revoke(person.account_id)
        else:
            demo.instrument.forget_keys()
        demo.instrument.drop_connections()
        await until(lambda: worker.pool.get(person.user_id) is None)
        await until(lambda: worker.metrics.ended == {"revoked": 1})
    assert await worker.state(person) == "none"
    assert await left_in_redis(redis, person) == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (401, "SESSION_REVOKED"),
        (401, "SESSION_EXPIRED"),
        (401, "USER_DEACTIVATED"),
        (401, "USER_DEACTIVATED_BAN"),
        (401, "AUTH_KEY_INVALID"),
        (406, "AUTH_KEY_DUPLICATED"),
    ],
)
async def test_every_end_that_telegram_knows_is_an_end(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person, code: int, message: str
) -> None:
    caller = await worker.log_in(person)
    demo.instrument.fault("messages.GetDialogs", code, message)
    assert await code_of(caller.telegram.chats()) == "session_ended"
    assert await left_in_redis(redis, person) == []
    assert worker.pool.get(person.user_id) is None


@pytest.mark.parametrize(
    ("code", "message", "word"),
    [
        (420, "FLOOD_WAIT_37", "flood_wait"),
        (400, "SOMETHING_NEW", "telegram_refused"),
        (403, "NO", "telegram_refused"),
    ],
)
async def test_no_other_refusal_is(
    demo: DemoDataCentre, worker: Worker, person: Person, code: int, message: str, word: str
) -> None:
    """The control: the session stays."""
    caller = await worker.log_in(person)
    demo.instrument.fault("messages.GetDialogs", code, message)
    assert await code_of(caller.telegram.chats()) == word
    assert worker.pool.get(person.user_id)
    assert await worker.state(person) == "active"


async def test_a_stop_waits_for_no_telegram_that_is_away(
    demo: DemoDataCentre, worker: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One log-out alone would be tried for a quarter of a minute."""
    monkeypatch.setattr(closing, "CLOSE_SECONDS", 0.5)
    for tail in ("20001", "20003", "10005"):
        await worker.log_in(Person(tail))
    demo.instrument.silence(True)
    async with asyncio.timeout(8):
        await worker.pool.close(log_out_all=True)
    demo.instrument.silence(False)
    (said,) = [record for record in caplog.records if "at the stop" in record.message]
    assert vars(said)["count"] == 3


async def test_a_stop_seals_many_sessions_though_telegram_is_away(
    demo: DemoDataCentre, worker: Worker
) -> None:
    people = [Person(tail) for tail in ("20001", "20003", "10005")]
    for person in people:
        await worker.log_in(person)
    demo.instrument.silence(True)
    await worker.pool.close(log_out_all=False)
    demo.instrument.silence(False)
    assert len(worker.pool) == 0
    for person in people:
        record = await worker.records.read(person.user_id)
        assert record is not None
        assert record.generation > 0
