"""Logging in with a second factor: nothing opens before it, exactly five tries, nobody else's, nobody locked out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pyotp
import pytest
from quart import Quart
from redis.asyncio import Redis

from tests.quart_app.web.conftest import ORIGIN, PASSWORD, PHONE, Browser

STEP = 30


class Owner:
    """Somebody with a second factor in force, and their authenticator app."""

    def __init__(self, app: Quart, user_id: UUID, totp: pyotp.TOTP, used: int, codes: list[str]) -> None:
        self.app, self.user_id, self.totp, self.codes = app, user_id, totp, codes
        self._used = used

    def code(self) -> str:
        """One that was not used yet: the steps around now count, so a test need not wait for the next."""
        self._used += 1
        return self.totp.generate_otp(self._used)


@pytest.fixture
async def owner(app: Quart, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Owner:
    await browser.register()
    accounts = app.extensions["services"].accounts
    user_id = await accounts.account_of(accounts.parse_phone(PHONE))
    factors, now = accounts.second_factors, time.time()
    monkeypatch.setattr(factors, "_clock", lambda: now)  # no step ends in the middle of a test
    totp, before = pyotp.TOTP(await factors.begin(user_id, epoch=0)), int(now) // STEP - 1
    # Confirmed by the code before the present one, so that the present one and the next are still good.
    codes = await factors.confirm(user_id, totp.generate_otp(before))
    return Owner(app, user_id, totp, before, codes)


async def enter(browser: Browser, code: str, **more: str) -> Any:
    form = {"code": code, **more}
    return await browser.client.post("/login/code", form=form, headers=browser.headers)


async def is_in(browser: Browser) -> bool:
    return bool((await browser.client.get("/terminal")).status_code == 200)


async def test_the_password_alone_opens_nothing(owner: Owner, browser: Browser) -> None:
    answer = await browser.log_in(next="/settings")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login/code?next=%2Fsettings")
    assert browser.cookie() is None
    assert browser.cookie("tcm_device") is None
    assert not await is_in(browser)
    page = await (await browser.client.get("/login/code")).get_data(as_text=True)
    assert "authenticator app" in page
    done = await enter(browser, owner.code(), next="/settings")
    assert (done.status_code, done.headers["Location"]) == (303, "/settings")
    assert await is_in(browser), "the control"
    assert browser.cookie("tcm_device")


async def test_five_codes_and_no_more_however_many_at_once(
    owner: Owner, new_browser: Callable[[], Browser]
) -> None:
    browser = new_browser()
    await browser.log_in()
    answers = await asyncio.gather(*(enter(browser, "000000") for _ in range(20)))
    wrong = [answer for answer in answers if "isn’t right" in await answer.get_data(as_text=True)]
    assert len(wrong) <= 5
    late = await enter(browser, owner.code())
    assert late.status_code in (401, 429), "the right one comes too late"
    assert not await is_in(browser)


async def test_a_code_opens_one_of_two_browsers(owner: Owner, new_browser: Callable[[], Browser]) -> None:
    one, other = new_browser(), new_browser()
    await one.log_in()
    await other.log_in()
    code = owner.code()
    answers = await asyncio.gather(enter(one, code), enter(other, code))
    assert sorted(answer.status_code for answer in answers) == [303, 401]


async def test_a_recovery_code_lets_in_once(owner: Owner, new_browser: Callable[[], Browser]) -> None:
    for expected in (True, False):
        browser = new_browser()
        await browser.log_in()
        await enter(browser, owner.codes[0])
        assert await is_in(browser) is expected


async def test_another_s_code_and_a_made_up_step_are_worth_nothing(
    owner: Owner, new_browser: Callable[[], Browser]
) -> None:
    stranger = new_browser()
    await stranger.register("+9996610002")
    assert (await enter(stranger, owner.code())).status_code == 401, "no step was begun"
    stranger.client.set_cookie("localhost", "tcm_login", "A" * 43)
    assert (await enter(stranger, owner.code())).status_code == 401
    assert not await is_in(stranger)


async def test_a_step_that_was_taken_is_taken(
    owner: Owner, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    """Somebody has read the cookie of the step, and uses it after its owner."""
    await browser.log_in()
    stolen = browser.cookie("tcm_login")
    assert stolen
    await enter(browser, owner.code())
    thief = new_browser()
    thief.client.set_cookie("localhost", "tcm_login", stolen)
    assert (await enter(thief, owner.code())).status_code == 401
    assert not await is_in(thief)


async def test_a_step_from_before_a_new_password_is_worth_nothing(owner: Owner, browser: Browser) -> None:
    await browser.log_in()
    accounts = owner.app.extensions["services"].accounts
    await accounts.end_epoch(owner.user_id)
    assert (await enter(browser, owner.code())).status_code == 401
    assert not await is_in(browser)


async def test_who_knows_the_password_cannot_lock_the_owner_out(
    owner: Owner, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    await browser.log_in()
    await enter(browser, owner.code())
    await browser.log_out()
    thief = new_browser()
    for _ in range(2):
        await thief.log_in()
        for _ in range(3):
            last = await enter(thief, "000000")
    assert last.status_code == 429, "the control: strangers have used theirs up"
    await browser.log_in()
    assert (await enter(browser, owner.code())).status_code == 303
    for other in (new_browser(),):  # and without that browser, a recovery code still lets in
        await other.log_in()
        assert (await enter(other, owner.codes[1])).status_code == 303


async def test_a_program_needs_it_too(owner: Owner, app: Quart) -> None:
    client, body = app.test_client(), {"phone": PHONE, "password": PASSWORD}
    without = await client.post("/api/v1/tokens", json=body)
    assert (without.status_code, (await without.get_json())["code"]) == (401, "second_factor_needed")
    wrong = await client.post("/api/v1/tokens", json={**body, "second_factor": "000000"})
    assert (await wrong.get_json())["code"] == "wrong_second_factor"
    right = await client.post("/api/v1/tokens", json={**body, "second_factor": owner.code()})
    assert right.status_code == 201


async def test_who_does_not_know_the_password_learns_nothing_of_it(
    owner: Owner, app: Quart, new_browser: Callable[[], Browser], bcrypts: list[bytes]
) -> None:
    await new_browser().register("+9996610002")
    bcrypts.clear()
    answers = []
    for phone in (PHONE, "+9996610002", "+9996610777"):
        body = {"phone": phone, "password": "not the right one", "second_factor": "000000"}
        answer = await app.test_client().post("/api/v1/tokens", json=body)
        answers.append((answer.status_code, await answer.get_data(), len(bcrypts)))
        bcrypts.clear()
    assert len(set(answers)) == 1, answers
    assert answers[0][2] == 1


async def test_redis_holds_no_way_in(owner: Owner, browser: Browser, redis: Redis) -> None:
    await browser.log_in()
    cookie = browser.cookie("tcm_login")
    assert cookie
    keys = [key async for key in redis.scan_iter("*")]
    values = [await redis.dump(key) async for key in redis.scan_iter("pending:*")]
    assert len(values) == 1
    assert not any(cookie.encode() in text for text in [*keys, *values])
    assert 0 < await redis.ttl(next(key for key in keys if key.startswith(b"pending:"))) <= 300


async def test_its_cookie_is_of_minutes_and_for_this_host(
    build_app: Callable[..., Awaitable[Quart]],
) -> None:
    app = await build_app(public_url="https://chat.example")
    browser = Browser(app.test_client())
    browser.headers = {"Origin": "https://chat.example", "Host": "chat.example"}
    await browser.register()
    accounts = app.extensions["services"].accounts
    user_id = await accounts.account_of(accounts.parse_phone(PHONE))
    secret = await accounts.second_factors.begin(user_id, epoch=0)
    await accounts.second_factors.confirm(user_id, pyotp.TOTP(secret).now())
    answer = await browser.log_in()
    (cookie,) = [text for text in answer.headers.getlist("Set-Cookie") if "tcm_login" in text]
    for attribute in ("__Host-tcm_login=", "Secure", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=300"):
        assert attribute in cookie
    assert ORIGIN not in cookie
