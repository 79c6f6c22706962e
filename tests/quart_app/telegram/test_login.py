"""Signing in at Telegram, step by step: what each answer leads to, and what is left behind when it ends early."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis

from quart_app.demo import DemoDataCentre
from quart_app.storage import keys
from quart_app.telegram.live import Terms
from quart_app.telegram.state import SentCode
from tests.quart_app.telegram.login_answers import SECOND_FACTOR, devices, everything_is_free, refused
from tests.quart_app.telegram.outcome import code_of
from tests.quart_app.telegram.worker import Person, Worker, open_worker, until


async def test_the_right_code_opens_a_session(demo: DemoDataCentre, worker: Worker, person: Person) -> None:
    sent = await worker.start(person, Terms("view", "until_left"))
    assert (sent.state, sent.code) == ("code_sent", SentCode("app", 5, 60, "sms"))
    opened = await worker.code(person)
    assert (opened.state, opened.scope, opened.keep) == ("active", "view", "until_left")
    assert opened.expires_at is not None
    assert 86_390 < opened.expires_at - worker.clock() <= 86_400
    assert await worker.state(person) == "active"
    assert len(await (await worker.caller(person)).telegram.chats()) == 20


async def test_telegram_knows_one_device_and_when_it_ends(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    await worker.log_in(person)
    (name,) = devices(demo, person)
    assert name.startswith("Unofficial Telegram Chat Manager (expires ")
    assert name.endswith(" UTC)")


async def test_a_code_may_be_wrong_twice(worker: Worker, person: Person) -> None:
    await worker.start(person)
    for left in (2, 1):
        error = await refused(worker.code(person, "00000"))
        assert (error.code, error.attempts_left, error.ended) == ("code_wrong", left, False)
        assert await worker.state(person) == "code_sent"
    assert (await worker.code(person)).state == "active"


async def test_the_third_wrong_code_ends_the_login(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    await worker.start(person)
    for _ in range(2):
        await refused(worker.code(person, "00000"))
    error = await refused(worker.code(person, "00000"))
    assert (error.code, error.attempts_left, error.ended) == ("code_wrong", 0, True)
    assert await worker.state(person) == "none"
    assert (await refused(worker.code(person))).code == "no_login"
    assert demo.instrument.counts["auth.SignIn"] == 3
    await everything_is_free(redis, worker, person)


@pytest.mark.parametrize("code", ["", " ", "2222", "x" * 100])
async def test_what_is_no_code_is_a_wrong_one(worker: Worker, person: Person, code: str) -> None:
    await worker.start(person)
    assert (await refused(worker.code(person, code))).code == "code_wrong"


async def test_a_code_that_ran_out_ends_the_login(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    await worker.start(person)
    demo.instrument.fault("auth.SignIn", 400, "PHONE_CODE_EXPIRED")
    error = await refused(worker.code(person))
    assert (error.code, error.ended) == ("code_expired", True)
    assert await worker.state(person) == "none"
    await everything_is_free(redis, worker, person)


async def test_a_second_factor_is_asked_for_with_its_hint(demo: DemoDataCentre, worker: Worker) -> None:
    person = Person(SECOND_FACTOR)
    await worker.start(person)
    asked = await worker.code(person)
    assert (asked.state, asked.hint, asked.code) == ("password_needed", "the name of this mode", None)
    for left in (4, 3):
        error = await refused(worker.password(person, "wrong"))
        assert (error.code, error.attempts_left) == ("password_wrong", left)
    assert devices(demo, person) == []
    assert (await worker.password(person, "demo")).state == "active"
    assert len(devices(demo, person)) == 1


async def test_the_fifth_wrong_password_ends_the_login(redis: Redis, worker: Worker) -> None:
    person = Person(SECOND_FACTOR)
    await worker.start(person)
    await worker.code(person)
    for _ in range(4):
        await refused(worker.password(person, "wrong"))
    error = await refused(worker.password(person, "wrong"))
    assert (error.code, error.attempts_left, error.ended) == ("password_wrong", 0, True)
    assert (await refused(worker.password(person, "demo"))).code == "no_login"
    await everything_is_free(redis, worker, person)


async def test_a_step_out_of_turn_is_refused(worker: Worker, person: Person) -> None:
    for step in (worker.code(person), worker.password(person, "demo")):
        assert (await refused(step)).code == "no_login"
    await worker.start(person)
    assert (await refused(worker.password(person, "demo"))).code == "no_login"
    await worker.code(person)
    assert (await refused(worker.code(person))).code == "no_login"


async def test_the_code_comes_another_way_once(worker: Worker, person: Person) -> None:
    def resend() -> Awaitable[object]:
        return worker.sessions.resend(person.user_id, person.phone, person.secret)

    await worker.start(person)
    await resend()
    state = await worker.sessions.state(person.user_id, person.secret)
    assert state.code == SentCode("sms", 5, 60, None)
    assert (await refused(resend())).code == "no_other_way"
    assert (await worker.code(person)).state == "active"


async def test_a_login_that_is_cancelled_is_gone(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    await worker.start(person)
    assert await worker.logins.cancel(person.user_id)
    assert await worker.state(person) == "none"
    assert (await refused(worker.code(person))).code == "no_login"
    assert not await worker.logins.cancel(person.user_id)
    await everything_is_free(redis, worker, person)


async def test_a_second_start_takes_the_place_of_the_first(worker: Worker, person: Person) -> None:
    other = person.other_device()
    await worker.start(person)
    await worker.start(other)
    assert await worker.state(person) == "none"
    assert (await refused(worker.code(person))).code == "no_login"
    assert (await worker.code(other)).state == "active"


async def test_a_login_that_nobody_finishes_is_given_up(
    redis: Redis, worker: Worker, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "LOGIN_SECONDS", 1)
    await worker.start(person)
    await until(lambda: not worker.logins.under_way._logins)
    async with asyncio.timeout(10):
        while await redis.hget(keys.UserKeys(person.user_id).lease, "owner"):
            await asyncio.sleep(0.01)
    assert await worker.state(person) == "none"
    await everything_is_free(redis, worker, person)


@pytest.mark.parametrize("tail", ["20001", SECOND_FACTOR])
async def test_another_worker_goes_on_with_it(
    demo: DemoDataCentre, new_worker: Callable[..., Awaitable[Worker]], redis: Redis, tail: str
) -> None:
    person = Person(tail)
    async with open_worker(demo, redis) as first:
        await first.start(person)
        if tail == SECOND_FACTOR:
            await first.code(person)
    second = await new_worker()
    if tail == SECOND_FACTOR:
        assert await second.state(person) == "password_needed"
        assert (await second.password(person, "demo")).state == "active"
    else:
        assert await second.state(person) == "code_sent"
        assert (await second.code(person)).state == "active"
    assert len(devices(demo, person)) == 1


async def test_wrong_codes_are_counted_across_workers(
    demo: DemoDataCentre, worker: Worker, redis: Redis, person: Person
) -> None:
    async with open_worker(demo, redis) as first:
        await first.start(person)
        await refused(first.code(person, "00000"))
    assert (await refused(worker.code(person, "00000"))).attempts_left == 1


async def test_another_device_cannot_go_on_with_it(
    demo: DemoDataCentre, worker: Worker, redis: Redis, person: Person
) -> None:
    thief = person.other_device()
    async with open_worker(demo, redis) as first:
        await first.start(person)
        for attempt in (first.code(thief), first.password(thief, "demo")):
            assert (await refused(attempt)).code == "no_login"
        assert await first.state(thief) == "none"
    assert await worker.state(thief) == "none"
    assert (await refused(worker.code(thief))).code == "no_login"
    assert demo.instrument.counts["auth.SignIn"] == 0
    assert (await worker.code(person)).state == "active"


@pytest.mark.parametrize(
    ("code", "message", "word"),
    [
        (400, "PHONE_NUMBER_INVALID", "phone_refused"),
        (400, "PHONE_NUMBER_BANNED", "phone_banned"),
        (400, "PHONE_NUMBER_UNOCCUPIED", "no_telegram_account"),
        (400, "PHONE_NUMBER_FLOOD", "too_many"),
        (400, "API_ID_INVALID", "api_refused"),
        (400, "API_ID_PUBLISHED_FLOOD", "api_refused"),
        (420, "FLOOD_WAIT_77", "flood_wait"),
        (400, "SOMETHING_NEW", "telegram_refused"),
    ],
)
async def test_what_telegram_says_to_a_start_has_its_own_word(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person, code: int, message: str, word: str
) -> None:
    demo.instrument.fault("auth.SendCode", code, message)
    assert await code_of(worker.start(person)) == word
    assert await worker.state(person) == "none"
    await everything_is_free(redis, worker, person)
    assert (await worker.start(person)).state == "code_sent"


async def test_a_start_that_telegram_wants_begun_anew_is(
    demo: DemoDataCentre, worker: Worker, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleep = asyncio.sleep  # of which Telethon has two seconds for every such error
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: sleep(min(seconds, 0.05)))
    demo.instrument.fault("auth.SendCode", 500, "AUTH_RESTART")
    assert (await worker.start(person)).state == "code_sent"
    assert demo.instrument.counts["auth.SendCode"] == 2
