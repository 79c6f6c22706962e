"""START SESSION by a QR code in a real browser: scanned by another client, by keyboard, on a phone, and gone wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.product.person import Crowd, Person
from tests.product.process import PROXY, SECRETS, Product
from tests.product.tab import OpenTab, Tab, new_context
from tests.product.telegram import Telegram, telegram_in_thread
from tests.product.telegram_app import TelegramApp, telegram_app
from tests.servers.postgres import Databases
from tests.servers.redis import own_redis

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def telegram(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telegram]:
    with telegram_in_thread(tmp_path_factory.mktemp("telegram")) as telegram:
        yield telegram


@pytest.fixture(scope="module")
def watched(
    tmp_path_factory: pytest.TempPathFactory,
    databases: Databases,
    migrated_template: str,
    telegram: Telegram,
) -> Iterator[Product]:
    """Pointed at a data centre that the test holds in its hands."""
    with own_redis() as redis:
        stores = {"DATABASE_URL": databases.make(template=migrated_template), "REDIS_URL": redis.url}
        rest = {**SECRETS, **PROXY, **telegram.environment, "REGISTRATION": "open"}
        product = Product(tmp_path_factory.mktemp("product") / "watched", stores | rest)
        product.start()
        try:
            yield product
            assert product.stop() == 0
        finally:
            product.clear_up()


@pytest.fixture
async def open_watched(watched: Product, browser: Browser) -> AsyncIterator[OpenTab]:
    tabs: list[Tab] = []

    async def open_one(person: Person, **options: Any) -> Tab:
        context = await new_context(browser, person, **options)
        tab = Tab(await context.new_page(), watched.url, person)
        tabs.append(tab)
        return tab

    yield open_one
    assert [fault for tab in tabs for fault in tab.faults] == []


def app(telegram: Telegram, phone: str, **given: Any) -> AbstractAsyncContextManager[TelegramApp]:
    demo = telegram.ask(lambda demo: (demo.data_centre, demo.api))
    return telegram_app(*demo, phone, **given)


async def shown(tab: Tab) -> str:
    """The link that the square stands for."""
    await expect(tab.heading("Scan with your Telegram app")).to_be_visible()
    link = tab.page.get_by_role("link", name="Open Telegram here")
    url = await link.get_attribute("href")
    assert url is not None
    return url


@pytest.mark.parametrize("width", [1280, 390])
async def test_a_view_only_session_by_keyboard_and_camera(
    width: int, open_watched: OpenTab, crowd: Crowd, telegram: Telegram
) -> None:
    tab = await open_watched(crowd.person(), width=width)
    await tab.register()
    await tab.log_in()
    start = tab.button("Start session")
    await expect(start).to_be_enabled()
    await tab.page.get_by_role("radio", name="Full access").focus()
    await tab.page.keyboard.press("ArrowRight")
    await expect(tab.page.get_by_role("radio", name="View only")).to_be_checked()
    await start.focus()
    await tab.page.keyboard.press("Enter")
    url = await shown(tab)
    await expect(tab.heading("Scan with your Telegram app")).to_be_focused()
    square = tab.page.get_by_role("img", name="QR code to scan with Telegram")
    await expect(square).to_be_visible()
    assert await square.evaluate("image => image.naturalWidth") > 0
    await tab.check_width()
    await tab.page.reload()
    assert await shown(tab) == url, "a page that is reloaded shows the same"
    async with app(telegram, tab.person.phone) as phone:
        await phone.scan(url)
        await expect(tab.line).to_be_editable()
    await expect(tab.page.locator("#st-scope")).to_have_text("View only")
    await expect(tab.page.locator(".ps")).to_contain_text("view")
    await tab.check_width()


async def test_the_password_follows_the_scan(open_watched: OpenTab, crowd: Crowd, telegram: Telegram) -> None:
    tab = await open_watched(crowd.person())
    telegram.protect(tab.person.phone, "correct horse", "battery")
    await tab.register()
    await tab.log_in()
    await tab.button("Start session").click()
    url = await shown(tab)
    async with app(telegram, tab.person.phone, password="correct horse") as phone:
        await phone.scan(url)
        field = tab.page.get_by_label("Telegram password")
        await expect(field).to_be_focused()
        await expect(tab.page.get_by_text("battery")).to_be_visible()
        await field.fill("correct horse")
        await field.press("Enter")
        await expect(tab.line).to_be_editable()


async def test_the_wrong_account_and_an_address_for_codes(
    open_watched: OpenTab, crowd: Crowd, telegram: Telegram
) -> None:
    tab = await open_watched(crowd.person(), width=390)
    await tab.register()
    await tab.log_in()
    await tab.button("Start session").click()
    url = await shown(tab)
    async with app(telegram, crowd.person().phone) as phone:
        await phone.scan(url)
        await expect(tab.page.get_by_role("alert")).to_contain_text("another Telegram account")
    phone_number = tab.person.phone
    telegram.ask(lambda demo: demo.instrument.send_codes_by(phone_number, "set_up_email"))
    await tab.button("Start session").click()
    await tab.button("Send me a code instead").click()
    address = tab.page.get_by_label("E-mail address")
    await address.fill("nowhere")
    await address.press("Enter")
    await expect(tab.page.get_by_role("alert")).to_contain_text("Try another.")
    await address.fill("anna@example.org")
    await address.press("Enter")
    await expect(tab.page.get_by_text("a***a@example.org").locator("visible=true")).to_be_visible()
    code = tab.page.get_by_label("Code from the e-mail")
    await code.fill("123456")
    await code.press("Enter")
    await expect(tab.heading("Enter the code from Telegram")).to_be_visible()
    await tab.enter_code(tab.person.code)
    await expect(tab.line).to_be_editable()
