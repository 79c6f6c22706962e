"""Takes the pictures of docs/images anew: ``CHROMIUM=... python -m tests.journeys.pictures``.

Of the product itself over the demo data centre, in both languages, on a desk and on a phone.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Literal

from playwright.async_api import Browser, Page, expect

from quart_app.storage.migrate import migrate
from tests.journeys.tour import Tour
from tests.product.person import Crowd, Person
from tests.product.process import ROOT
from tests.product.stage import Stage, staged_product
from tests.product.tab import chromium
from tests.servers.postgres import Databases, in_own_loop, postgres_server

IMAGES: Final = ROOT / "docs" / "images"
MOST_BYTES: Final = 150_000
DESK: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 900}}
PHONE: Final[dict[str, Any]] = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 1.5}
LOOKED_UP: Final = ("search offerte", "@scontierrati", "@nobody_here")
COUNTED: Final = ("list | where unread > 0 | sort -unread | head 5", "pulse @scontierrati")


class Camera(Tour):
    """In one language, for one person; pictures are called ``name`` and the language, unless it is English."""

    def __init__(self, page: Page, url: str, person: Person, language: str) -> None:
        super().__init__(page, url, person, _nobody)
        self._language = language

    async def _take(self, name: str, scheme: Literal["light", "dark"] = "light") -> None:
        await self._page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await self._page.wait_for_timeout(300)
        path = IMAGES / f"{name}{'' if self._language == 'en' else f'-{self._language}'}.png"
        await self._page.screenshot(path=path)
        size = path.stat().st_size
        sys.stdout.write(f"{path.name}: {size:,} bytes\n")
        assert size < MOST_BYTES, f"{path} is too large"

    async def on_a_phone(self) -> None:
        """From nothing to a session, its list, and a question."""
        page = self._page
        await self._go("/register")
        await self._log_in(self._person.password)
        await expect(page.locator("form[action='/login']")).to_be_visible()
        await self._log_in(self._person.password)
        await self._step("start")
        await expect(page.locator(".start")).to_be_enabled()
        await self._take("start-phone")
        await page.locator(".start").click()
        await self._step("qr")
        await page.locator("[data-step=qr] [data-method=code]").click()
        await self._step("code")
        await page.locator("#otp").press_sequentially(self._person.code[:3])
        await self._take("code-phone", "dark")
        await page.locator("#otp").press_sequentially(self._person.code[3:])
        await expect(page.locator("#line")).to_be_editable()
        await self._run("list")
        await self._take("terminal-phone")
        await page.locator("#line").fill("silent 30d | head 4 | tidy")
        await page.locator("#line").press("Enter")
        await expect(page.locator("#ask")).to_be_visible()
        await self._take("question-phone", "dark")

    async def on_a_desk(self) -> None:
        """In the session that the phone has opened."""
        page = self._page
        await self._go("/terminal")
        await expect(page.locator("#line")).to_be_editable()
        for line in LOOKED_UP:
            await self._run(line)
        await self._take("terminal")
        await self._run("clear")
        for line in COUNTED:
            await self._run(line)
        await self._take("terminal-dark", "dark")
        await page.locator("#line").press("ArrowDown")
        await expect(page.locator("#pop")).to_be_visible()
        await self._take("suggestions")

    async def _run(self, line: str) -> None:
        if line != "clear":
            return await super()._run(line)
        await self._page.locator("#line").fill(line)
        await self._page.locator("#line").press("Enter")
        await expect(self._page.locator(".run")).to_have_count(0)
        return None


async def _nobody(_phone: str) -> None:
    raise AssertionError("nobody is an administrator in a picture")


@asynccontextmanager
async def _page(
    browser: Browser, person: Person, language: str, device: dict[str, Any]
) -> AsyncIterator[Page]:
    context = await browser.new_context(
        locale={"en": "en-GB", "it": "it-IT"}[language],
        timezone_id="Europe/Rome",
        extra_http_headers={"X-Forwarded-For": person.address},
        **device,
    )
    yield await context.new_page()
    await context.close()


async def _take_all(stage: Stage, url: str) -> None:
    crowd = Crowd()
    async with chromium() as browser:
        for language in ("en", "it"):
            person = crowd.person()
            async with _page(browser, person, language, PHONE) as phone:
                await Camera(phone, url, person, language).on_a_phone()
                kept = await phone.context.storage_state()
                async with _page(browser, person, language, {**DESK, "storage_state": kept}) as desk:
                    await Camera(desk, url, person, language).on_a_desk()


def main() -> int:
    IMAGES.mkdir(exist_ok=True)
    with postgres_server() as server, tempfile.TemporaryDirectory() as folder:
        databases = Databases(server)
        template = databases.make()
        in_own_loop(lambda: migrate(template))
        with staged_product(Path(folder) / "stage", databases, template, behind_cable=False) as stage:
            asyncio.run(_take_all(stage, stage.product.url))
        databases.drop_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
