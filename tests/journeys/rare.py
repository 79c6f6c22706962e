"""States that seldom occur, or that need a Telegram or a network with troubles: what the tour does not meet."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Final

from playwright.async_api import Page, expect

from tests.journeys.tour import Tour
from tests.product.administrator import grant
from tests.product.cable import Cable
from tests.product.person import Person
from tests.product.stage import Stage

MOVE: Final = "folders.EditPeerFolders"
ACTING: Final = "silent 1d | head 25 | tidy"
LONG: Final = 90.0
"""Seconds that a state lasts, unless it is left before."""
OVER: Final = re.compile("ok|error|cancelled|unknown")
ALMOST_A_DAY: Final = timedelta(hours=23, minutes=52)
OTHERS: Final = {"X-Forwarded-For": "10.9.9.9"}
"""An address that nobody visits from, whose limit may be used up."""
FINE: Final = {
    "messages": "recent @scontierrati 3",
    "chart": "pulse @scontierrati",
    "week": "pulse @scontierrati --by week",
    "dry-run": "silent 1d | head 3 | tidy --dry-run",
    "json": "list 3 | json",
}


class Rare(Tour):
    def __init__(self, page: Page, stage: Stage, cable: Cable, person: Person) -> None:
        super().__init__(page, cable.url, person, lambda phone: grant(stage.product, phone))
        self._stage, self._cable = stage, cable

    async def states(self) -> AsyncIterator[str]:
        for part in (
            self._arrival,
            self._only_looking,
            self._troubles,
            self._acts,
            self._doors,
            self._farewell,
        ):
            async for name in part():
                yield name

    async def _too_often(self) -> None:
        """Until this page is refused to everybody at that address."""
        context = self._page.context
        while (await context.request.get(f"{self._url}/offline", headers=OTHERS)).status != 429:
            pass
        await self._page.set_extra_http_headers(OTHERS)
        await self._go("/offline")
        await self._page.set_extra_http_headers({"X-Forwarded-For": self._person.address})

    async def _arrival(self) -> AsyncIterator[str]:
        await self._too_often()
        yield "too-often"
        await self._go("/register")
        await self._log_in(self._person.password)
        await expect(self._page.locator("form[action='/login']")).to_be_visible()
        await self._log_in(self._person.password)
        await self._page.wait_for_url("**/terminal")
        await self._page.locator("input[name=scope][value=view]").check()
        await self._page.locator("input[name=keep][value=until_left]").check()
        yield "start-view-only"

    async def _start(self) -> None:
        await self._page.locator(".start").click()
        await self._page.locator("[data-step=qr] [data-method=code]").click()
        await self._step("code")
        await self._page.locator("#otp").press_sequentially(self._person.code)
        await expect(self._page.locator("#line")).to_be_editable()

    async def _only_looking(self) -> AsyncIterator[str]:
        page = self._page
        self._stage.rename(self._person.phone)
        await self._start()
        await self._run("list 9")
        yield "names"
        await self._run("search zzzz")
        yield "none"
        await self._run("silent 1d | head 2 | tidy --yes")
        yield "view-only-refused"
        menu = page.locator(".bar .menu > summary")
        await menu.click()
        await page.locator(".menu-panel [data-end-session]").click()
        await page.locator("#ask button").last.click()
        await expect(page.locator("#ask button")).to_have_count(1)
        yield "session-over"
        await page.locator("#ask button").click()
        await expect(page.locator(".start")).to_be_enabled()
        await self._start()

    async def _troubles(self) -> AsyncIterator[str]:
        page = self._page
        self._cable.refuses = True
        self._cable.cut()
        await page.locator("#line").fill("search offerte")
        await expect(page.locator(".toast")).to_be_visible()
        yield "connection-lost"
        self._cable.refuses = False
        await expect(page.locator("#st-link .dot")).to_have_class("dot")
        await page.clock.set_fixed_time(datetime.now(UTC) + ALMOST_A_DAY)
        await page.reload()
        await expect(page.locator("#line")).to_be_editable()
        yield "nearly-over"
        await page.clock.set_fixed_time(datetime.now(UTC))
        await page.reload()
        await expect(page.locator("#line")).to_be_editable()

    async def _acts(self) -> AsyncIterator[str]:
        page, telegram = self._page, self._stage.telegram
        for name, line in FINE.items():
            await self._run(line)
            yield name
        await page.locator("details.data > summary").last.click()
        yield "numbers"
        await self._ask(ACTING)
        yield "question"
        telegram.ask(lambda demo: demo.instrument.delay(MOVE, LONG, 1))
        await page.locator("#ask .dlg-foot button").last.click()
        await expect(page.locator(".run").last.locator("progress")).to_be_visible()
        yield "progress"
        await self._stop()
        yield "stopped"
        telegram.flood(MOVE, round(LONG))
        await self._ask(ACTING)
        await page.locator("#ask .dlg-foot button").last.click()
        await expect(page.locator(".run").last.locator(".notice-warn button")).to_be_visible()
        yield "told-to-wait"
        await self._stop()

    async def _stop(self) -> None:
        """Or let it be, where whoever looked took longer than it."""
        await self._page.locator("#line").focus()
        await self._page.keyboard.press("Control+c")
        await expect(self._page.locator(".run").last).to_have_attribute("data-status", OVER)

    async def _ask(self, line: str) -> None:
        await self._page.locator("#line").fill(line)
        await self._page.locator("#line").press("Enter")
        await expect(self._page.locator("#ask")).to_be_visible()

    async def _mode(self, mode: str) -> None:
        await self._go("/admin/access")
        await self._page.locator(f"input[name=mode][value={mode}]").check()
        await self._press("/admin/registration")

    async def _doors(self) -> AsyncIterator[str]:
        page = self._page
        await self._grant(self._person.phone)
        for path in ("/admin", "/admin/plugins", "/admin/people?tail=77"):
            await self._go(path)
            await page.wait_for_load_state("networkidle")
            yield path.strip("/").replace("/", "-").replace("?", "-")
        await self._mode("invite")
        await self._press("/admin/invites")
        yield "admin-invite"
        kept = await page.context.cookies()
        await page.context.clear_cookies()
        await self._go("/")
        yield "landing-invite"
        await self._go("/register")
        await page.locator("#invite").fill("not-an-invitation")
        await self._log_in(self._person.password)
        yield "register-invite-refused"
        await page.context.add_cookies(kept)  # type: ignore[arg-type]  # as it gave them
        await self._mode("closed")
        await page.context.clear_cookies()
        await self._go("/register")
        yield "register-closed"
        await page.context.add_cookies(kept)  # type: ignore[arg-type]

    async def _farewell(self) -> AsyncIterator[str]:
        page = self._page
        await self._go("/settings")
        await page.locator("#deletion summary").click()
        await page.locator("#deletion-password").fill(self._person.password)
        await page.locator("#deletion-word").fill("no")
        await self._press("/settings/deletion")
        yield "deletion-refused"
        await page.locator("#deletion-password").fill(self._person.password)
        await page.locator("#deletion-word").fill("delete")
        await self._press("/settings/deletion")
        yield "deleted"
