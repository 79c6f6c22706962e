"""START SESSION by a QR code over the API: scanned by a second client, refused to another account, and its limits."""

from __future__ import annotations

import asyncio
import base64
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from tests.product.caller import SESSION, Browser, Program
from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import Product
from tests.product.telegram import Telegram
from tests.product.telegram_app import TelegramApp, telegram_app


def app(telegram: Telegram, phone: str, **given: Any) -> AbstractAsyncContextManager[TelegramApp]:
    demo = telegram.ask(lambda demo: (demo.data_centre, demo.api))
    return telegram_app(*demo, phone, **given)


async def comes_to(caller: Program | Browser, state: str) -> Any:
    async with asyncio.timeout(20):
        while (now := await caller.state())["state"] != state:
            await asyncio.sleep(0.1)
    return now


async def test_a_program_shows_a_code_and_its_owner_scans_it(member: Program, telegram: Telegram) -> None:
    started = await member.call("POST", SESSION, {"method": "qr", "scope": "view", "keep": "until_left"})
    assert started.status_code == 202
    shown = started.json()
    assert (shown["state"], shown["scope"], shown["keep"]) == ("qr_wait", "view", "until_left")
    assert shown["qr"]["url"].startswith("tg://login?token=")
    assert (await member.state())["qr"] == shown["qr"]
    image = shown["qr"]["image"]
    assert image.startswith("data:image/svg+xml")
    async with app(telegram, member.person.phone) as phone:
        await phone.scan(shown["qr"]["url"])
        opened = await comes_to(member, "active")
    assert opened["scope"] == "view"
    assert telegram.marker(member.person.phone) in (await member.run("search diario")).titles
    assert await member.end() == {"logged_out_at_telegram": True}


async def test_the_picture_is_a_picture_and_runs_nothing(member: Program) -> None:
    image = (await member.start(method="qr"))["qr"]["image"]
    head, _, data = image.partition(",")
    text = base64.b64decode(data).decode() if head.endswith("base64") else unquote(data)
    root = ElementTree.fromstring(text)
    assert root.tag.endswith("svg")
    assert "script" not in text
    await member.end()


async def test_another_account_is_told_apart(member: Program, crowd: Crowd, telegram: Telegram) -> None:
    stranger = crowd.person()
    shown = await member.start(method="qr")
    async with app(telegram, stranger.phone) as phone:
        await phone.scan(shown["qr"]["url"])
        told = await comes_to(member, "none")
    assert told["problem"]["code"] == "other_account"
    assert "another Telegram account" in told["problem"]["detail"]
    assert [device.device_model for device in telegram.devices(stranger.phone)] == ["Pocket phone"]


async def test_a_browser_that_only_waits_keeps_its_key_for_a_day(
    watched: Product, crowd: Crowd, devices: Devices, telegram: Telegram
) -> None:
    browser = devices.browser(watched, crowd.person())
    await browser.register()
    await browser.log_in()
    shown = await browser.start(method="qr")

    def vault_cookie() -> Any:
        return next(cookie for cookie in browser.http.cookies.jar if cookie.name == "tgv")

    before = vault_cookie()
    async with app(telegram, browser.person.phone) as phone:
        await phone.scan(shown["qr"]["url"])
        await comes_to(browser, "active")
    after = vault_cookie()
    assert after.value == before.value
    assert after.expires - before.expires > 80_000
    await browser.end()


async def test_a_code_instead_of_the_square(member: Program, telegram: Telegram) -> None:
    await member.start(method="qr")
    before = telegram.count("auth.SendCode")
    assert (await member.open_session())["state"] == "active"
    assert telegram.count("auth.SendCode") == before + 1
    await member.end()


async def test_an_address_for_codes_is_asked_for(member: Program, telegram: Telegram) -> None:
    phone = member.person.phone
    telegram.ask(lambda demo: demo.instrument.send_codes_by(phone, "set_up_email"))
    assert (await member.start())["state"] == "email_needed"
    for body in ({}, {"address": "a@b.c", "code": "1"}):
        assert (await member.submit("email", **body)).status_code == 400
    wrong = await member.submit("email", address="nowhere")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "email_refused")
    sent = await member.submit("email", address="anna@example.org")
    assert sent.json()["email"] == {"sent_to": "a***a@example.org", "length": 6}
    proven = await member.submit("email", code="123456")
    assert (proven.json()["state"], proven.json()["code"]["sent_to"]) == ("code_sent", "email")
    assert (await member.submit("code", code=member.person.code)).json()["state"] == "active"
    await member.end()


async def test_an_unreachable_telegram_uses_up_no_code(member: Program, telegram: Telegram) -> None:
    """Not in a storm either; and once it is back, five are five."""
    telegram.refuse_connections(True)
    try:
        answers = await asyncio.gather(*(member.call("POST", SESSION, {}) for _ in range(8)))
    finally:
        telegram.refuse_connections(False)
    assert {answer.json()["code"] for answer in answers} <= {"telegram_unreachable", "too_many"}
    assert any(answer.json()["code"] == "telegram_unreachable" for answer in answers)
    before = telegram.count("auth.SendCode")
    statuses = [(await member.call("POST", SESSION, {})).status_code for _ in range(6)]
    assert statuses == [202] * 5 + [429]
    assert telegram.count("auth.SendCode") == before + 5


async def test_what_telegram_refuses_to_send_is_not_counted_either(
    member: Program, telegram: Telegram
) -> None:
    for _ in range(6):
        telegram.ask(lambda demo: demo.instrument.fault("auth.SendCode", 400, "PHONE_NUMBER_BANNED"))
        refused = await member.call("POST", SESSION, {})
        assert (refused.status_code, refused.json()["code"]) == (403, "phone_banned")
        assert "recover@telegram.org" in refused.json()["detail"]
    assert (await member.start())["state"] == "code_sent"
