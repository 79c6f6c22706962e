"""Where the reader is: times in the zone of the device, dates and numbers as the language writes them; and what a soft
keyboard leaves of a small phone.
"""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.journeys.tour import Tour
from tests.product.administrator import grant
from tests.product.person import Crowd
from tests.product.process import Product
from tests.product.tab import OpenTab, Tab, new_context

pytestmark = pytest.mark.browser

ZONES = ["Pacific/Auckland", "America/New_York"]
PATIENCE = 10
"""Minutes that a busy machine may take; zones are hours apart."""
TIMES = "main time[datetime]"
SMALL, TALL, LEFT_BY_THE_KEYBOARD = 320, 640, 300


class Visit(Tour):
    """As far as the terminal, by ids alone: in any language."""

    async def begin(self) -> None:
        await self._go("/register")
        await self._log_in(self._person.password)
        await expect(self._page.locator("form[action='/login']")).to_be_visible()
        await self._log_in(self._person.password)
        await self._step("start")
        await expect(self._page.locator(".start")).to_be_enabled()

    async def start(self) -> None:
        await self._page.locator(".start").click()
        await self._page.locator("[data-step=qr] [data-method=code]").click()
        await self._step("code")
        await self._page.locator("#otp").press_sequentially(self._person.code)
        await expect(self._page.locator("#line")).to_be_editable()

    async def administer(self) -> None:
        await self._grant(self._person.phone)

    async def run(self, line: str) -> Locator:
        await self._run(line)
        return self._page.locator(".run").last


async def italian_tab(browser: Browser, product: Product, crowd: Crowd, zone: str) -> Tab:
    person = crowd.person()
    context = await new_context(browser, person, locale="it-IT", timezone_id=zone, service_workers="block")
    return Tab(await context.new_page(), product.url, person)


def written(moment: str, zone: str) -> re.Pattern[str]:
    """As an Italian reads it there: ``5 mar 2026, 04:07``."""
    there = datetime.fromisoformat(moment).astimezone(ZoneInfo(zone))
    months = ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"]
    return re.compile(rf"^{there.day} {months[there.month - 1]} {there.year}, {there:%H:%M}$")


@pytest.mark.parametrize("zone", ZONES)
async def test_times_are_those_of_the_readers_zone(
    zone: str, browser: Browser, product: Product, crowd: Crowd
) -> None:
    tab = await italian_tab(browser, product, crowd, zone)
    page = tab.page
    tour = Visit(page, tab.url, tab.person, lambda phone: grant(product, phone))
    await tour.begin()
    there = datetime.now(ZoneInfo(zone))
    ends = await page.locator("#after").inner_text()
    hour = re.search(r"domani alle (\d\d):(\d\d)", ends)
    assert hour, ends
    assert _minutes_between(hour, there) <= PATIENCE

    await tour.start()
    answer = await tour.run("list")
    clock = re.fullmatch(r"(\d\d):(\d\d)", await answer.locator(".run-head time").inner_text())
    assert clock
    assert _minutes_between(clock, datetime.now(ZoneInfo(zone))) <= PATIENCE
    shown = await answer.locator("td time").evaluate_all(
        "(times) => times.map((each) => [each.dateTime, each.textContent])"
    )
    today = [(moment, text) for moment, text in shown if ":" in text]
    for moment, text in today:
        assert text == f"{datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)):%H:%M}"
    assert len(shown) == 20

    await tour.administer()
    for path in ("/settings", "/admin/people", "/admin/audit"):
        await tab.visit(path)
        times = page.locator(TIMES)
        await expect(times.first).not_to_contain_text("UTC")
        for moment, text in await times.evaluate_all(
            "(times) => times.map((each) => [each.dateTime, each.textContent])"
        ):
            assert written(moment, zone).match(text), (path, moment, text)
    tab.faults = [fault for fault in tab.faults if "Service Worker registration blocked" not in fault]
    assert tab.faults == []


def _minutes_between(clock: re.Match[str], there: datetime) -> int:
    apart = abs(int(clock[1]) * 60 + int(clock[2]) - there.hour * 60 - there.minute)
    return min(apart, 24 * 60 - apart)


async def test_numbers_are_written_as_in_italy(browser: Browser, product: Product, crowd: Crowd) -> None:
    tab = await italian_tab(browser, product, crowd, "Europe/Rome")
    tour = Visit(tab.page, tab.url, tab.person, lambda phone: grant(product, phone))
    await tour.begin()
    await tour.start()
    answer = await tour.run("@scontierrati")
    await expect(answer).to_contain_text("48.213")
    await expect(answer.locator("h3 .tag")).to_have_text("canale")
    answer = await tour.run("list 40")
    kinds = set(await answer.locator("td.k-kind").all_inner_texts())
    assert kinds <= {"persona", "bot", "gruppo", "supergruppo", "canale"}


async def reachable(button: Locator) -> bool:
    """Whether a finger could press it where the page is."""
    found: bool = await button.evaluate(
        """(button) => {
          const { left, right, top, bottom } = button.getBoundingClientRect();
          const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
          return top >= 0 && bottom <= innerHeight && left >= 0 && right <= innerWidth && button.contains(hit);
        }"""
    )
    return found


async def test_a_soft_keyboard_leaves_the_button_within_reach(open_tab: OpenTab, crowd: Crowd) -> None:
    """The keyboard takes more than half of the smallest phone; the page then has what is left."""
    tab = await open_tab(crowd.person(), width=SMALL, has_touch=True, is_mobile=True)
    page = tab.page

    async def keyboard(up: bool) -> None:
        await page.set_viewport_size({"width": SMALL, "height": LEFT_BY_THE_KEYBOARD if up else TALL})

    for path in ("/register", "/login"):
        await keyboard(False)
        await tab.visit(path)
        await page.locator("#phone").fill(tab.person.phone)
        await keyboard(True)
        await page.locator("#password").focus()
        await page.locator("#password").fill(tab.person.password)
        button = page.locator("main form [type=submit]").first
        await button.scroll_into_view_if_needed()
        assert await reachable(button), path
        assert await page.locator("#password").get_attribute("enterkeyhint") == "go"
        await tab.check_width()
        await page.locator("#password").press("Enter")
        await page.wait_for_load_state()
    await keyboard(False)
    await page.wait_for_url("**/terminal")
    await expect(page.locator(".start")).to_be_enabled()
    assert await reachable(page.locator(".start")), "START SESSION has to be on the first screen"
    await tab.ask_for_code()
    await keyboard(True)
    await tab.enter_code(tab.person.code)
    await expect(tab.line).to_be_editable()
    await tab.line.fill("list 5")
    assert await reachable(tab.line)
    assert await reachable(page.locator(".send"))
    assert (await page.locator("#log").bounding_box() or {"height": 0})["height"] >= 90, "no room for answers"
    await tab.check_width()
