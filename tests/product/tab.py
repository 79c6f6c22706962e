"""A tab in a real Chromium, used as a person uses it: by what is written on the page. It keeps all that goes wrong."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Response,
    async_playwright,
    expect,
)

from tests.product.person import Person

ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
REFUSAL: Final = "Failed to load resource: the server responded with a status of 4"
"""The browser's own remark about each 4xx, which a page that shows it as a sentence can't prevent."""
ANSWERED: Final = re.compile("ok|error|cancelled|unknown")
LISTEN: Final = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""


def chromium_path() -> str:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    assert path, "these tests need Chromium; on Debian: apt-get install chromium"
    return path


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    expect.set_options(timeout=20_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        yield browser
        await browser.close()


async def new_context(
    browser: Browser, person: Person, *, width: int = 1280, **options: Any
) -> BrowserContext:
    """One device of a person; its tabs share cookies."""
    context = await browser.new_context(
        viewport={"width": width, "height": 800},
        extra_http_headers={"X-Forwarded-For": person.address},
        **{"locale": "en-GB", **options},
    )
    context.set_default_timeout(30_000)
    await context.add_init_script(LISTEN)
    return context


class Tab:
    def __init__(self, page: Page, url: str, person: Person) -> None:
        self.page, self.url, self.person = page, url, person
        self.faults: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", self._failed)
        page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(REFUSAL):
            self.faults.append(f"{message.type}: {message.text}")

    def _failed(self, error: Error) -> None:
        self.faults.append(f"error: {error}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")

    async def visit(self, path: str) -> None:
        await self.page.goto(f"{self.url}{path}")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name)

    async def fill_in_credentials(self, button: str) -> None:
        await self.page.get_by_label("Phone number").fill(self.person.phone)
        await self.page.get_by_label("Password", exact=True).fill(self.person.password)
        await self.button(button).click()

    async def register(self) -> None:
        await self.visit("/")
        await self.page.get_by_role("link", name="Create an account").first.click()
        await self.fill_in_credentials("Create an account")
        await expect(self.page.get_by_text("You can log in now.")).to_be_visible()

    async def log_in(self) -> None:
        await self.visit("/login")
        await self.fill_in_credentials("Log in")
        await self.page.wait_for_url("**/terminal")

    async def enter_code(self, code: str) -> None:
        """Its last digit sends it."""
        await self.code.press_sequentially(code)

    async def ask_for_code(self) -> None:
        """Start a session by a code, instead of the QR code that is offered first."""
        await self.button("Start session").click()
        await self.button("Send me a code instead").click()
        await expect(self.heading("Enter the code from Telegram")).to_be_visible()

    async def open_session(self) -> None:
        await self.ask_for_code()
        await self.enter_code(self.person.code)
        await expect(self.line).to_be_editable()

    @property
    def code(self) -> Locator:
        return self.page.get_by_role("textbox", name="Code")

    @property
    def line(self) -> Locator:
        return self.page.get_by_label("Command line")

    async def type(self, line: str) -> Locator:
        """Run a line; its answer, complete."""
        answers = self.page.get_by_role("log").get_by_role("group", name=line, exact=True)
        before = await answers.count()
        await self.line.fill(line)
        await self.line.press("Enter")
        answer = answers.nth(before)
        await expect(answer).to_have_attribute("data-status", ANSWERED)
        return answer

    async def check_width(self) -> None:
        """Nothing sticks out to the side."""
        room = await self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert room[0] <= room[1], f"{self.page.url} is {room[0]} wide in {room[1]}"


OpenTab: TypeAlias = Callable[..., Awaitable[Tab]]
