"""What a real browser keeps, and what passes over its socket: none of the secrets of a whole journey."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.async_api import Browser, WebSocket, expect

from tests.product.haystack import Haystack
from tests.product.person import Crowd
from tests.product.process import PROXY, SECRETS, Product
from tests.product.tab import Tab, new_context
from tests.product.telegram import Telegram, telegram_in_thread
from tests.servers.postgres import Databases
from tests.servers.redis import own_redis

pytestmark = pytest.mark.browser

PASSWORD: Final = "Kz7 marked passphrase %9Qx"
TWO_STEP: Final = "marked two-step; Vb3"
CODE: Final = "71904"
KEPT: Final = """
async () => JSON.stringify({
  local: {...localStorage}, session: {...sessionStorage}, cookies: document.cookie, name: window.name,
  databases: await indexedDB.databases(), history: history.state,
  caches: await Promise.all((await caches.keys()).map(async (name) =>
    (await (await caches.open(name)).keys()).map((request) => request.url))),
  page: document.documentElement.outerHTML,
})
"""


@pytest.fixture(scope="module")
def telegram(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telegram]:
    with telegram_in_thread(tmp_path_factory.mktemp("telegram")) as telegram:
        yield telegram


@pytest.fixture(scope="module")
def product(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, migrated_template: str, telegram: Telegram
) -> Iterator[Product]:
    with own_redis() as redis:
        stores = {"DATABASE_URL": databases.make(template=migrated_template), "REDIS_URL": redis.url}
        rest = {**SECRETS, **PROXY, **telegram.environment, "REGISTRATION": "open"}
        product = Product(tmp_path_factory.mktemp("product") / "marked", stores | rest)
        product.start()
        try:
            yield product
            assert product.stop() == 0
        finally:
            product.clear_up()


class Overheard:
    """Every frame of every socket of a page, in both directions."""

    def __init__(self) -> None:
        self.frames: list[str] = []

    def follow(self, socket: WebSocket) -> None:
        socket.on("framesent", self._keep)
        socket.on("framereceived", self._keep)

    def _keep(self, payload: Any) -> None:
        self.frames.append(payload if isinstance(payload, str) else repr(payload))


async def test_a_browser_keeps_nothing_and_no_frame_carries_it(
    browser: Browser, product: Product, telegram: Telegram, crowd: Crowd
) -> None:
    person = crowd.person(password=PASSWORD)
    telegram.protect(person.phone, TWO_STEP, "a hint")
    telegram.send_codes_to(person.phone, CODE)
    context = await new_context(browser, person)
    tab, overheard = Tab(await context.new_page(), product.url, person), Overheard()
    tab.page.on("websocket", overheard.follow)
    kept = Haystack()
    await tab.register()
    await tab.log_in()
    await tab.ask_for_code()
    await tab.enter_code(CODE)
    field = tab.page.get_by_label("Telegram password")
    await field.fill(TWO_STEP)
    await field.press("Enter")
    await expect(tab.line).to_be_editable()
    for line in ("list", "search diario", "@nobody_here", "help"):
        await tab.type(line)
    kept.add("browser", await tab.page.evaluate(KEPT))
    kept.add("frames", json.dumps(overheard.frames))
    cookies = {cookie["name"]: cookie for cookie in await context.cookies()}
    (auth_key,) = telegram.keys(person.phone)
    secrets: dict[str, bytes | str] = {
        "phone": person.phone.removeprefix("+"),
        "password": PASSWORD,
        "two-step password": TWO_STEP,
        "code": CODE,
        "auth key": auth_key,
        "vault secret": cookies["tgv"]["value"],
        "sign-in": cookies["tcm"]["value"],
    }
    for name, secret in secrets.items():
        assert kept.find(secret) == [], name
    assert all(cookies[name]["httpOnly"] for name in ("tgv", "tcm"))
    assert kept.find("search diario"), "the control: the line that was typed is in there"
    assert len(overheard.frames) > 8
    assert kept.find(telegram.marker(person.phone)[:14]), "as are the chats that were shown"
    await context.close()
