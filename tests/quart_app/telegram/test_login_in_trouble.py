"""Signing in while Telegram, Redis or the browser goes away: no device is left behind, and no step is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis

from quart_app.demo import DemoDataCentre
from quart_app.storage import keys
from quart_app.storage.redis import open_redis
from quart_app.telegram import client as client_module
from quart_app.telegram import gate
from tests.quart_app.telegram.login_answers import devices, everything_is_free, refused
from tests.quart_app.telegram.outcome import code_of
from tests.quart_app.telegram.worker import Person, Worker, open_worker, until
from tests.servers.redis import own_redis


async def test_an_unreachable_telegram_is_said(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    await demo.instrument.refuse_connections(True)
    assert await code_of(worker.start(person)) == "telegram_unreachable"
    await everything_is_free(redis, worker, person)
    await demo.instrument.refuse_connections(False)
    assert (await worker.start(person)).state == "code_sent"


async def test_a_silent_telegram_is_not_waited_for_for_ever(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "CONNECT_SECONDS", 0.2)
    demo.instrument.silence(True)
    assert await code_of(worker.start(person)) == "telegram_unreachable"
    demo.instrument.silence(False)
    await everything_is_free(redis, worker, person)


async def test_silence_after_the_code_loses_no_step(
    demo: DemoDataCentre, worker: Worker, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await worker.start(person)
    with monkeypatch.context() as patch:
        patch.setattr(gate, "CALL_SECONDS", 0.2)
        demo.instrument.silence(True)
        assert await code_of(worker.code(person)) == "telegram_unreachable"
    demo.instrument.drop_connections()  # with what was on its way
    demo.instrument.silence(False)
    assert await worker.state(person) == "code_sent"
    assert (await worker.code(person)).state == "active"


def loses_the_answer(demo: DemoDataCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next code logs in, and the connection breaks before Telegram can say so."""
    check = demo.world.codes.check

    def check_and_break(*given: str) -> None:
        check(*given)
        demo.instrument.drop_connections()

    monkeypatch.setattr(demo.world.codes, "check", check_and_break)


async def test_a_log_in_whose_answer_was_lost_leaves_no_device(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await worker.start(person)
    with monkeypatch.context() as patch:
        loses_the_answer(demo, patch)
        assert await code_of(worker.code(person)) == "telegram_unreachable"
    assert len(devices(demo, person)) == 1
    assert (await refused(worker.code(person))).code == "code_expired"
    assert devices(demo, person) == []
    await everything_is_free(redis, worker, person)


@pytest.mark.parametrize("end", ["cancel", "stop"])
async def test_it_leaves_none_either_when_the_login_is_given_up(
    demo: DemoDataCentre, redis: Redis, person: Person, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    async with open_worker(demo, redis) as worker:
        await worker.start(person)
        with monkeypatch.context() as patch:
            loses_the_answer(demo, patch)
            await code_of(worker.code(person))
        if end == "cancel":
            await worker.sessions.end(person.user_id, person.secret)
            assert devices(demo, person) == []
    assert devices(demo, person) == []


async def test_a_browser_that_goes_away_in_the_middle_breaks_nothing(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    """However far the step has come when its request is cancelled: in the end there is one session or none."""
    for turns in range(1, 61, 4):
        await worker.start(person)
        step = asyncio.create_task(worker.code(person))
        for _ in range(turns):
            await asyncio.sleep(0)
        step.cancel()
        await asyncio.gather(step, return_exceptions=True)
        await until(lambda: bool(worker.pool.get(person.user_id)))
        assert await worker.state(person) == "active"
        assert len(await (await worker.caller(person)).telegram.chats()) == 20
        assert len(devices(demo, person)) == 1
        assert await worker.sessions.end(person.user_id, person.secret)
        assert devices(demo, person) == []


async def test_a_login_that_another_worker_has_taken_over_is_let_go(
    demo: DemoDataCentre, new_worker: Callable[..., Awaitable[Worker]], redis: Redis, person: Person
) -> None:
    """The first worker was away for so long that the second went on; then it comes back."""
    first, second = await new_worker(heartbeat=False), await new_worker()
    await first.start(person)
    client = first.logins.under_way._logins[person.user_id].client
    await redis.delete(keys.worker(first.leases.worker_id))
    assert (await second.code(person)).state == "active"
    async with first.beating():
        await until(lambda: not client.is_connected())
    assert (await refused(first.code(person))).code == "no_login"
    assert len(devices(demo, person)) == 1


async def test_a_connection_that_was_lost_between_the_steps_is_made_again(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    await worker.start(person)
    client = worker.logins.under_way._logins[person.user_id].client
    demo.instrument.drop_connections()
    await until(lambda: not client.is_connected())
    assert (await worker.code(person)).state == "active"


async def test_a_redis_that_goes_in_the_middle_leaves_no_device_at_telegram(
    demo: DemoDataCentre, person: Person
) -> None:
    with own_redis() as server:
        async with open_redis(server.url) as redis, open_worker(demo, redis) as worker:
            await worker.start(person)
            server.stop()
            assert await code_of(worker.code(person)) == "storage_unavailable"
            assert demo.instrument.counts["auth.SignIn"] == 1
            assert devices(demo, person) == []
            assert worker.pool.get(person.user_id) is None
            server.start()


async def test_without_redis_no_code_is_asked_for(demo: DemoDataCentre, person: Person) -> None:
    with own_redis() as server:
        async with open_redis(server.url) as redis, open_worker(demo, redis) as worker:
            server.stop()
            assert await code_of(worker.start(person)) == "storage_unavailable"
            assert demo.instrument.counts["auth.SendCode"] == 0
            server.start()
