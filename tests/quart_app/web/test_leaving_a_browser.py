"""Whoever used a browser before and didn't log out leaves no way to their Telegram session in it."""

from __future__ import annotations

from uuid import UUID

from quart import Quart

from quart_app.accounts.credentials import encode
from tests.quart_app.web.conftest import PHONE, Browser

OTHER = "+9996610002"
SECRET = b"s" * 32


async def account(app: Quart, phone: str) -> UUID:
    accounts = app.extensions["services"].accounts
    found: UUID = await accounts.account_of(accounts.parse_phone(phone))
    return found


async def test_the_next_person_ends_the_last_ones_slot(app: Quart, signed_in_browser: Browser) -> None:
    telegram = app.extensions["services"].telegram
    owner = await account(app, PHONE)
    telegram.owners[SECRET] = owner
    signed_in_browser.client.set_cookie("localhost", "tgv", encode(SECRET))
    await signed_in_browser.register(OTHER)
    assert (await signed_in_browser.log_in(OTHER)).status_code == 303
    assert telegram.left == [(owner, SECRET)]
    assert signed_in_browser.cookie("tgv") is None


async def test_so_they_do_when_the_last_ones_sign_in_is_long_over(app: Quart, browser: Browser) -> None:
    telegram = app.extensions["services"].telegram
    await browser.register()
    await browser.register(OTHER)
    owner = telegram.owners[SECRET] = await account(app, PHONE)
    browser.client.set_cookie("localhost", "tgv", encode(SECRET))
    await browser.log_in(OTHER)
    assert telegram.left == [(owner, SECRET)]
    assert browser.cookie("tgv") is None


async def test_who_logs_in_again_keeps_their_own(app: Quart, signed_in_browser: Browser) -> None:
    telegram = app.extensions["services"].telegram
    telegram.owners[SECRET] = await account(app, PHONE)
    signed_in_browser.client.set_cookie("localhost", "tgv", encode(SECRET))
    await signed_in_browser.log_in()
    assert telegram.left == []
    assert signed_in_browser.cookie("tgv") == encode(SECRET)
