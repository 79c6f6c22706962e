"""START SESSION with a data centre in the test's hands: codes, two-step passwords, replacing, ending."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx
import pytest

from tests.product.caller import SESSION, Program
from tests.product.telegram import Telegram

HOUR = 3600


def told(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


async def test_step_by_step(member: Program, telegram: Telegram) -> None:
    assert await member.state() == {"state": "none", "expires_at": None, "scope": None}
    started = await member.call("POST", SESSION, {})
    assert started.status_code == 202
    assert started.json()["state"] == "code_sent"
    code = started.json()["code"]
    assert set(code) == {"sent_to", "length", "timeout", "next"}
    assert (code["sent_to"], code["length"]) == ("app", 5)
    assert (await member.state())["code"] == code, "a page that is reloaded goes on here"

    opened = (await member.submit("code", code=member.person.code)).json()
    assert opened["state"] == "active"
    assert opened["scope"] == "full"
    assert await member.state() == opened
    (device,) = telegram.devices(member.person.phone)
    assert device.device_model.startswith("Unofficial Telegram Chat Manager (expires ")

    answer = await member.run("search diario")
    assert telegram.marker(member.person.phone) in answer.titles
    assert await member.end() == {"logged_out_at_telegram": True}
    assert telegram.devices(member.person.phone) == []
    assert (await member.state())["state"] == "none"
    assert (await member.run("list")).error["code"] == "session_needed"
    assert await member.end() == {"logged_out_at_telegram": False}


async def test_the_third_wrong_code_ends_the_login(member: Program, telegram: Telegram) -> None:
    await member.start()
    before = telegram.count("auth.SignIn")
    for left in (2, 1):
        answer = await member.submit("code", code="00000")
        assert told(answer) == (400, "code_wrong")
        assert answer.json()["attempts_left"] == left
        assert (await member.state())["state"] == "code_sent"
    answer = await member.submit("code", code="00000")
    assert told(answer) == (400, "code_wrong")
    assert answer.json()["ended"] is True
    assert (await member.state())["state"] == "none"
    assert told(await member.submit("code", code=member.person.code)) == (409, "no_login")
    assert telegram.count("auth.SignIn") == before + 3, "nothing more was asked of Telegram"
    assert (await member.open_session())["state"] == "active", "and a new one can be started"


async def test_a_wrong_code_before_the_right_one(member: Program) -> None:
    await member.start()
    assert told(await member.submit("code", code="00000")) == (400, "code_wrong")
    assert (await member.submit("code", code=member.person.code)).json()["state"] == "active"


async def test_two_step_password(member: Program, telegram: Telegram) -> None:
    telegram.protect(member.person.phone, "correct horse", "battery")
    await member.start()
    step = (await member.submit("code", code=member.person.code)).json()
    assert (step["state"], step["hint"]) == ("password_needed", "battery")
    assert (await member.state())["hint"] == "battery"
    answer = await member.submit("password", password="incorrect horse")
    assert told(answer) == (400, "password_wrong")
    assert answer.json()["attempts_left"] == 4
    assert telegram.devices(member.person.phone) == []
    assert (await member.submit("password", password="correct horse")).json()["state"] == "active"
    assert len(telegram.devices(member.person.phone)) == 1


async def test_steps_out_of_order_are_refused(member: Program) -> None:
    for step, body in (("code", {"code": "11111"}), ("password", {"password": "x"}), ("resend", {})):
        assert told(await member.submit(step, **body)) == (409, "no_login")
    await member.start()
    assert told(await member.submit("password", password="x")) == (409, "no_login")
    assert await member.end() == {"logged_out_at_telegram": False}
    assert (await member.state())["state"] == "none", "the login was cancelled"


async def test_another_way_for_the_code(member: Program) -> None:
    offered = (await member.start())["code"]["next"]
    assert offered == "sms"
    again = await member.submit("resend")
    assert again.is_success
    assert again.json()["code"]["sent_to"] == "sms"
    assert again.json()["code"]["next"] is None
    assert told(await member.submit("resend")) == (409, "no_other_way")
    assert (await member.submit("code", code=member.person.code)).json()["state"] == "active"


async def test_a_way_that_there_is_not(member: Program) -> None:
    assert told(await member.call("POST", SESSION, {"method": "pigeon"})) == (400, "invalid_body")


async def test_a_second_session_is_asked_about_and_replaces_the_first(
    member: Program, telegram: Telegram
) -> None:
    await member.open_session()
    (first,) = telegram.devices(member.person.phone)
    assert told(await member.call("POST", SESSION, {})) == (409, "session_exists")
    assert telegram.devices(member.person.phone) == [first]
    async with member.terminal() as terminal:
        await terminal.hello()
        assert (await member.start(replace=True))["state"] == "code_sent"
        assert telegram.devices(member.person.phone) == [], "the first was ended at Telegram"
        await terminal.next("session", state="none")
    await member.submit("code", code=member.person.code)
    (second,) = telegram.devices(member.person.phone)
    assert second.key_id != first.key_id
    assert (await member.run("list 1")).status == "ok"


@pytest.mark.parametrize("at_once", [False, True])
async def test_five_codes_a_day_and_no_more(at_once: bool, member: Program, telegram: Telegram) -> None:
    before = telegram.count("auth.SendCode")
    if at_once:
        answers = await asyncio.gather(*(member.call("POST", SESSION, {}) for _ in range(20)))
    else:
        answers = [await member.call("POST", SESSION, {}) for _ in range(6)]
    assert telegram.count("auth.SendCode") == before + 5
    assert Counter(answer.status_code for answer in answers) == {202: 5, 429: len(answers) - 5}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["code"] == "too_many"
    assert 23 * HOUR < refused.json()["retry_after"] <= 24 * HOUR
