"""Codes by e-mail: sent to the address that Telegram knows, or to one that has to be given and proven first."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from quart_app.demo import DemoDataCentre
from quart_app.demo.api.account_emails import EMAIL_CODE
from quart_app.telegram.state import SentCode, SentEmail, SessionState
from tests.quart_app.telegram.login_answers import devices, everything_is_free, refused
from tests.quart_app.telegram.outcome import code_of
from tests.quart_app.telegram.worker import Person, Worker, open_worker

ADDRESS = "anna@example.org"


async def give(worker: Worker, person: Person, address: str = ADDRESS) -> SessionState:
    return await worker.sessions.submit_email(person.user_id, person.phone, person.secret, address)


async def prove(worker: Worker, person: Person, code: str = EMAIL_CODE) -> SessionState:
    return await worker.sessions.prove_email(person.user_id, person.phone, person.secret, code)


async def test_a_code_by_email(demo: DemoDataCentre, worker: Worker, person: Person) -> None:
    demo.world.codes.emails[person.phone[1:]] = ADDRESS
    demo.instrument.send_codes_by(person.phone, "email")
    sent = await worker.start(person)
    assert sent.code == SentCode("email", 5, 60, "sms", hint="a***a@example.org")
    assert (await refused(worker.code(person, "00000"))).attempts_left == 2
    assert (await worker.code(person)).state == "active"


async def test_an_address_has_to_be_given_first(demo: DemoDataCentre, redis: Redis, person: Person) -> None:
    demo.instrument.send_codes_by(person.phone, "set_up_email")
    async with open_worker(demo, redis) as first:
        asked = await first.start(person)
        assert (asked.state, asked.code, asked.email, asked.attempts_left) == (
            "email_needed",
            None,
            None,
            None,
        )
        assert (await refused(first.code(person))).code == "no_login"
        assert await code_of(give(first, person, "nowhere")) == "email_refused"
        assert (await give(first, person)).email == SentEmail("a***a@example.org", 6)
    async with open_worker(demo, redis) as second:  # from where the first has left off
        assert (await second.sessions.state(person.user_id, person.secret)).email is not None
        assert (await refused(prove(second, person, "000000"))).attempts_left == 2
        sent = await prove(second, person)
        assert sent.state == "code_sent"
        assert sent.code is not None
        assert (sent.code.sent_to, sent.code.hint) == ("email", "a***a@example.org")
        assert (await second.code(person)).state == "active"
    assert len(devices(demo, person)) == 1


async def test_the_third_wrong_code_ends_it_here_as_well(
    demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person
) -> None:
    demo.instrument.send_codes_by(person.phone, "set_up_email")
    await worker.start(person)
    await give(worker, person)
    for left in (2, 1, 0):
        error = await refused(prove(worker, person, "000000"))
        assert (error.code, error.attempts_left, error.ended) == ("code_wrong", left, left == 0)
    assert (await refused(give(worker, person))).code == "no_login"
    await everything_is_free(redis, worker, person)


async def test_no_address_is_kept(demo: DemoDataCentre, redis: Redis, worker: Worker, person: Person) -> None:
    demo.instrument.send_codes_by(person.phone, "set_up_email")
    await worker.start(person)
    await give(worker, person)
    held = [await redis.dump(key) for key in await redis.keys("*")]
    assert held
    assert not any(b"anna" in value for value in held if value)


@pytest.mark.parametrize("step", [give, prove])
async def test_nobody_is_asked_for_an_address_otherwise(worker: Worker, person: Person, step: object) -> None:
    await worker.start(person)
    assert (await refused(step(worker, person))).code == "no_login"  # type: ignore[operator]
