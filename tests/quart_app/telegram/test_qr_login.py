"""Logging in by a QR code: scanned, renewed, followed elsewhere, refused to another account, carried on by others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

import pytest
from redis.asyncio import Redis

from quart_app.demo import DemoDataCentre, RsaKey, open_demo
from quart_app.telegram import qr_login
from quart_app.telegram.live import Terms
from quart_app.telegram.state import QrCode, SessionState
from tests.product.telegram_app import TelegramApp, telegram_app
from tests.quart_app.telegram.login_answers import SECOND_FACTOR, devices, everything_is_free, refused
from tests.quart_app.telegram.outcome import code_of
from tests.quart_app.telegram.worker import Person, Worker, open_worker, until

App = Callable[..., AbstractAsyncContextManager[TelegramApp]]


@pytest.fixture
def app(demo: DemoDataCentre) -> App:
    """Opens the Telegram app of a phone."""
    return partial(telegram_app, demo.data_centre, demo.api)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qr_login, "_PAUSES", (0.02,))
    monkeypatch.setattr(qr_login, "_SHORTEST_SECONDS", 0.05)


def codes_run_out_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qr_login, "EARLY_SECONDS", 30.0)


async def show(worker: Worker, person: Person, terms: Terms | None = None) -> QrCode:
    state = await worker.start(person, terms, method="qr")
    assert state.state == "qr_wait"
    assert state.qr is not None
    return state.qr


async def shown(worker: Worker, person: Person) -> SessionState:
    return await worker.sessions.state(person.user_id, person.secret)


async def comes_to(worker: Worker, person: Person, phase: str) -> SessionState:
    """Ask until the login stands there, as a page does."""
    async with asyncio.timeout(10):
        while (state := await shown(worker, person)).state != phase:
            await asyncio.sleep(0.01)
    return state


async def test_a_scanned_code_opens_a_session(
    demo: DemoDataCentre, worker: Worker, person: Person, app: App
) -> None:
    qr = await show(worker, person, Terms("view", "until_left"))
    assert 20 < qr.expires_at - worker.clock() <= 30
    assert (await shown(worker, person)).qr == qr
    async with app(person.phone) as phone:
        await phone.scan(qr.url)
        opened = await comes_to(worker, person, "active")
    assert (opened.scope, opened.keep) == ("view", "until_left")
    assert opened.expires_at is not None
    assert 86_380 < opened.expires_at - worker.clock() <= 86_400
    assert len(await (await worker.caller(person)).telegram.chats()) == 20
    assert sorted(devices(demo, person))[1].startswith("Unofficial Telegram Chat Manager (expires ")
    assert await worker.sessions.end(person.user_id, person.secret)
    assert devices(demo, person) == ["Pocket phone"]


async def test_no_code_is_sent_to_anybody(demo: DemoDataCentre, worker: Worker, person: Person) -> None:
    await show(worker, person)
    assert demo.instrument.counts["auth.SendCode"] == 0


async def test_before_it_runs_out_another_takes_its_place(
    demo: DemoDataCentre, worker: Worker, person: Person, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes_run_out_at_once(monkeypatch)
    first = await show(worker, person)
    async with asyncio.timeout(10):
        while (current := (await shown(worker, person)).qr) == first or current is None:
            await asyncio.sleep(0.01)
    assert current.url != first.url
    async with app(person.phone) as phone:
        await phone.scan(first.url)  # still on somebody's screen
        await comes_to(worker, person, "active")


async def test_a_scan_that_nobody_told_us_of_is_found_with_the_next_code(
    demo: DemoDataCentre, worker: Worker, person: Person, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    qr = await show(worker, person)
    demo.instrument.updates.lose(10)
    async with app(person.phone) as phone:
        await phone.scan(qr.url)
        codes_run_out_at_once(monkeypatch)
        demo.instrument.drop_connections()
        worker.logins.under_way._logins[person.user_id].scanned.set()
        await comes_to(worker, person, "active")


async def test_the_password_is_asked_for_after_the_scan(
    demo: DemoDataCentre, worker: Worker, app: App
) -> None:
    person = Person(SECOND_FACTOR)
    qr = await show(worker, person)
    async with app(person.phone, password="demo") as phone:
        await phone.scan(qr.url)
        asked = await comes_to(worker, person, "password_needed")
        assert (asked.hint, asked.qr, asked.attempts_left) == ("the name of this mode", None, 5)
        assert (await refused(worker.password(person, "wrong"))).code == "password_wrong"
        assert (await worker.password(person, "demo")).state == "active"
    assert len(devices(demo, person)) == 2


@pytest.mark.parametrize("other", ["20003", SECOND_FACTOR])
async def test_another_account_is_logged_out_and_refused(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person, app: App, other: str
) -> None:
    qr = await show(worker, person)
    stranger = Person(other)
    protected = other == SECOND_FACTOR
    async with app(stranger.phone, password="demo" if protected else None) as phone:
        await phone.scan(qr.url)
        if protected:
            await comes_to(worker, person, "password_needed")
            assert (await refused(worker.password(person, "demo"))).code == "other_account"
        told = await comes_to(worker, person, "none")
    assert told.problem is not None
    assert told.problem.code == "other_account"
    assert devices(demo, stranger) == ["Pocket phone"]
    assert devices(demo, person) == []
    assert await redis.hget(f"tg_lease:{person.user_id}", "owner") in (None, b"")
    thief = person.other_device()
    assert (await shown(worker, thief)).problem is None, "it is told to the device that showed the code"
    await show(worker, person)
    assert (await shown(worker, person)).problem is None


async def test_whoever_is_at_home_elsewhere_is_followed(
    rsa_key: RsaKey, redis: Redis, person: Person
) -> None:
    async with (
        open_demo(20, 3, rsa_key=rsa_key, data_centres=2) as demo,
        open_worker(demo, redis) as worker,
    ):
        there = demo.data_centres[1]
        demo.instrument.move(person.phone, there.id)
        qr = await show(worker, person)
        first = worker.logins.under_way._logins[person.user_id].client.session
        assert first.dc_id != there.id
        async with telegram_app(there, demo.api, person.phone) as phone:
            await phone.scan(qr.url)
            await comes_to(worker, person, "active")
        assert worker.client(person).session.dc_id == there.id
        assert len(await (await worker.caller(person)).telegram.chats()) == 20


async def test_a_code_sent_elsewhere_keeps_the_new_key_at_once(
    rsa_key: RsaKey, redis: Redis, person: Person
) -> None:
    async with open_demo(20, 3, rsa_key=rsa_key, data_centres=2) as demo:
        there = demo.data_centres[1]
        demo.instrument.move(person.phone, there.id)
        async with open_worker(demo, redis) as first:
            await first.start(person)
        async with open_worker(demo, redis) as second:
            assert (await second.code(person)).state == "active"
            assert second.client(person).session.dc_id == there.id
        keys = {call.key_id for call in demo.instrument.calls("auth.SignIn")}
        assert keys == {demo.instrument.calls("auth.SendCode")[-1].key_id}


async def test_another_worker_keeps_the_code_current(
    demo: DemoDataCentre, new_worker: Callable[..., Awaitable[Worker]], redis: Redis, person: Person, app: App
) -> None:
    async with open_worker(demo, redis) as first:
        qr = await show(first, person)
    second = await new_worker()
    assert (await shown(second, person)).qr == qr
    async with app(person.phone) as phone:
        await phone.scan(qr.url)
        await comes_to(second, person, "active")


async def test_while_one_worker_has_it_another_shows_the_same(
    worker: Worker, new_worker: Callable[..., Awaitable[Worker]], person: Person
) -> None:
    qr = await show(worker, person)
    other = await new_worker()
    assert (await shown(other, person)).qr == qr
    assert other.logins.under_way.get(person.user_id) is None
    assert (await shown(other, person.other_device())).state == "none"


async def test_a_code_that_is_given_up_lets_nobody_in(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person, app: App
) -> None:
    qr = await show(worker, person)
    async with app(person.phone) as phone:
        assert await worker.logins.cancel(person.user_id)
        await phone.scan(qr.url)
        await asyncio.sleep(0.1)
        assert devices(demo, person) == ["Pocket phone"]
    assert await worker.state(person) == "none"
    await everything_is_free(redis, worker, person)


async def test_one_that_was_scanned_as_it_was_given_up_leaves_no_device(
    demo: DemoDataCentre, worker: Worker, person: Person, app: App
) -> None:
    qr = await show(worker, person)
    login = worker.logins.under_way._logins[person.user_id]
    async with app(person.phone) as phone:
        async with worker.logins.under_way.locked(person.user_id):
            await phone.scan(qr.url)
            await until(login.scanned.is_set)
            await worker.logins.under_way.give_up(person.user_id)
        await asyncio.sleep(0.1)
        assert devices(demo, person) == ["Pocket phone"]
    assert await worker.state(person) == "none"


async def test_a_connection_that_is_lost_while_it_waits_is_made_again(
    demo: DemoDataCentre, worker: Worker, person: Person, app: App
) -> None:
    qr = await show(worker, person)
    login = worker.logins.under_way._logins[person.user_id]
    async with app(person.phone) as phone:
        demo.instrument.drop_connections()
        await until(lambda: not login.client.is_connected())
        await phone.client.disconnect()
        await phone.client.connect()
        await phone.scan(qr.url)
        login.scanned.set()
        await comes_to(worker, person, "active")


async def test_what_telegram_refuses_is_told_to_who_looks(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    demo.instrument.fault("auth.ExportLoginToken", 400, "API_ID_INVALID")
    assert await code_of(worker.start(person, method="qr")) == "api_refused"
    await show(worker, person)
    demo.instrument.fault("auth.ExportLoginToken", 400, "API_ID_PUBLISHED_FLOOD")
    worker.logins.under_way._logins[person.user_id].scanned.set()
    told = await comes_to(worker, person, "none")
    assert told.problem is not None
    assert told.problem.code == "api_refused"


async def test_choosing_a_code_instead_takes_the_place_of_the_square(worker: Worker, person: Person) -> None:
    await show(worker, person)
    assert (await worker.start(person)).state == "code_sent"
    assert (await shown(worker, person)).qr is None
    assert (await worker.code(person)).state == "active"
