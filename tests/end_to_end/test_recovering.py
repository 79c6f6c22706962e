"""A forgotten password, and a phone that somebody else registered: back in by a Telegram login, and by nothing less."""

from __future__ import annotations

import asyncio
import re

import httpx
import pyotp

from tests.product.caller import Browser
from tests.product.devices import Devices
from tests.product.person import Crowd, Person
from tests.product.process import Product
from tests.product.telegram import Telegram

NEW = "another honest phrase"


async def send(browser: Browser, path: str, **form: str) -> httpx.Response:
    """Fill in a form of /recover; the page that comes of it."""
    headers = browser.headers() | {"Accept": "text/html"}
    answer = await browser.http.post(path, data=form, headers=headers)
    if answer.status_code == 303:
        answer = await browser.http.get(answer.headers["Location"], headers={"Accept": "text/html"})
    return answer


async def recover(browser: Browser, phone: str, code: str, password: str = NEW) -> httpx.Response:
    asked = await send(browser, "/recover", phone=phone)
    assert "Enter the code" in asked.text, asked.text
    confirmed = await send(browser, "/recover/code", code=code)
    assert "Choose a new password" in confirmed.text, confirmed.text
    return await send(browser, "/recover/password", password=password)


async def test_the_owner_comes_back_and_all_else_ends(
    watched: Product, crowd: Crowd, devices: Devices, telegram: Telegram
) -> None:
    """Somebody registered the phone first, set a second factor, and has a terminal open."""
    owner = crowd.person()
    squatter = devices.browser(watched, Person(owner.phone, "10.7.7.7", "a squatter's phrase"))
    await squatter.register()
    await squatter.log_in()
    body = {"password": squatter.person.password}
    secret = (await squatter.asked("POST", "/account/second-factor", body))["secret"]
    await squatter.asked("POST", "/account/second-factor/confirm", {"code": pyotp.TOTP(secret).now()})
    async with squatter.terminal() as terminal:
        await terminal.hello()
        browser = devices.browser(watched, owner)
        done = await recover(browser, owner.phone, owner.code)
        assert "Your password is new" in done.text
        assert await terminal.close_code() == 4401
    assert (await squatter.call("GET", "/account")).status_code == 401
    assert telegram.devices(owner.phone) == [], "that login was for the proof alone"
    assert "tcm_recovery" not in browser.http.cookies
    back = devices.browser(watched, Person(owner.phone, owner.address, NEW))
    await back.log_in()
    account = await back.asked("GET", "/account")
    assert (account["proven"], account["second_factor"]) == (True, False)
    gone = await squatter.fill_in("/login", **squatter.person.credentials)
    assert gone.status_code == 401


async def test_a_second_factor_of_a_proven_owner_stays(
    watched: Product, crowd: Crowd, devices: Devices
) -> None:
    """A thief of the Telegram account gets a new password, and not in."""
    person = crowd.person()
    owner = devices.browser(watched, person)
    await owner.register()
    await owner.log_in()
    await owner.open_session()
    secret = (await owner.asked("POST", "/account/second-factor", {"password": person.password}))["secret"]
    await owner.asked("POST", "/account/second-factor/confirm", {"code": pyotp.TOTP(secret).now()})
    thief = devices.browser(watched, Person(person.phone, "10.7.7.8", NEW))
    assert "Your password is new" in (await recover(thief, person.phone, person.code)).text
    entered = await thief.fill_in("/login", **thief.person.credentials)
    assert entered.headers["Location"] == "/login/code"
    assert (await thief.call("GET", "/account")).status_code == 401
    token = await thief.call("POST", "/tokens", thief.person.credentials)
    assert token.json()["code"] == "second_factor_needed"


async def test_nothing_less_than_telegram_will_do(watched: Product, crowd: Crowd, devices: Devices) -> None:
    person = crowd.person()
    owner, thief = devices.browser(watched, person), devices.browser(watched, crowd.person())
    await owner.register()
    assert (await send(thief, "/recover/password", password=NEW)).status_code == 409, "nothing was begun"
    await send(thief, "/recover", phone=person.phone)
    assert (await send(thief, "/recover/password", password=NEW)).status_code == 409, "no code was given"
    wrong = await send(thief, "/recover/code", code="00000")
    assert "2 more tries" in wrong.text
    assert (await send(thief, "/recover/password", password=NEW)).status_code == 409
    thief.http.cookies.set("tcm_recovery", "A" * 43, domain="127.0.0.1", path="/")
    assert (await send(thief, "/recover/code", code=person.code)).status_code == 409, (
        "a made-up id leads nowhere"
    )
    await owner.log_in()


async def test_confirming_one_phone_opens_no_other(watched: Product, crowd: Crowd, devices: Devices) -> None:
    victim, thief = crowd.person(), crowd.person()
    for person in (victim, thief):
        await devices.browser(watched, person).register()
    browser = devices.browser(watched, thief)
    await send(browser, "/recover", phone=thief.phone)
    await send(browser, "/recover/code", code=thief.code)
    await send(browser, "/recover/password", password=NEW, phone=victim.phone)
    await devices.browser(watched, victim).log_in()
    again = await send(browser, "/recover/password", password="yet another phrase")
    assert again.status_code == 409, "each is good once"


async def test_no_answer_tells_whether_a_phone_is_registered(
    watched: Product, crowd: Crowd, devices: Devices, telegram: Telegram
) -> None:
    known, unknown = crowd.person(), crowd.person()
    await devices.browser(watched, known).register()
    pages = []
    for person in (known, unknown):
        browser = devices.browser(watched, person)
        steps = [
            await send(browser, "/recover", phone=person.phone),
            await send(browser, "/recover/code", code="00000"),
        ]
        pages.append([(page.status_code, re.sub(r"••\d\d", "", page.text)) for page in steps])
    assert pages[0] == pages[1]


async def test_an_unknown_phone_gets_an_account_where_anybody_may_register(
    watched: Product, crowd: Crowd, devices: Devices
) -> None:
    person = crowd.person()
    await recover(devices.browser(watched, person), person.phone, person.code)
    back = devices.browser(watched, Person(person.phone, person.address, NEW))
    await back.log_in()
    assert (await back.asked("GET", "/account"))["proven"] is True


async def test_a_two_step_password_is_asked_for(
    watched: Product, crowd: Crowd, devices: Devices, telegram: Telegram
) -> None:
    person = crowd.person()
    telegram.protect(person.phone, "cloud password", "the usual")
    browser = devices.browser(watched, person)
    await browser.register()
    await send(browser, "/recover", phone=person.phone)
    asked = await send(browser, "/recover/code", code=person.code)
    assert "the usual" in asked.text
    assert (await send(browser, "/recover/password", password=NEW)).status_code == 409, (
        "the code alone is too little"
    )
    wrong = await send(browser, "/recover/two-step", password="no")
    assert "isn’t right" in wrong.text
    right = await send(browser, "/recover/two-step", password="cloud password")
    assert "Choose a new password" in right.text
    assert "Your password is new" in (await send(browser, "/recover/password", password=NEW)).text


async def test_three_codes_a_day_for_a_phone_from_wherever(
    watched: Product, crowd: Crowd, devices: Devices, telegram: Telegram
) -> None:
    """And two are left for its owner, whose own START SESSION nobody else can use up."""
    person = crowd.person()
    owner = devices.browser(watched, person)
    await owner.register()
    await owner.log_in()
    thieves = [devices.browser(watched, crowd.person()) for _ in range(12)]
    answers = await asyncio.gather(*(send(thief, "/recover", phone=person.phone) for thief in thieves))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [429] * 9
    assert (await owner.start())["state"] == "code_sent"
    await owner.end()


async def test_a_weak_password_is_refused_and_may_be_chosen_again(
    watched: Product, crowd: Crowd, devices: Devices
) -> None:
    person = crowd.person()
    browser = devices.browser(watched, person)
    await browser.register()
    await send(browser, "/recover", phone=person.phone)
    await send(browser, "/recover/code", code=person.code)
    weak = await send(browser, "/recover/password", password="12345678")
    assert weak.status_code == 400
    assert "Choose a new password" in weak.text
    assert "Your password is new" in (await send(browser, "/recover/password", password=NEW)).text


async def test_the_code_may_come_another_way(
    watched: Product, crowd: Crowd, devices: Devices, telegram: Telegram
) -> None:
    person = crowd.person()
    browser = devices.browser(watched, person)
    first = await send(browser, "/recover", phone=person.phone)
    assert "Send it another way" in first.text
    again = await send(browser, "/recover/resend")
    assert again.status_code == 200
    assert "Enter the code" in again.text
    assert "Choose a new password" in (await send(browser, "/recover/code", code=person.code)).text
