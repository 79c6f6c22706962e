"""A walk through every page and state that a person may meet, in any language: elements are found by id or class."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

import pyotp
from playwright.async_api import Page, expect

from tests.product.person import Person

DONE: Final = re.compile("ok|error")
LINES: Final = {
    "list": "list",
    "search": "search offerte",
    "name": "@scontierrati",
    "nobody": "@nobody_here",
    "unknown": "serch offerte",
    "misspelt": "list | where unraed > 3",
    "help": "help",
    "help-one": "help search",
    "count": "list | where unread > 0 | count",
    "long": "list 60",
}


class Tour:
    """The first person has a two-step password at Telegram; ``grant`` makes a phone an administrator's."""

    def __init__(self, page: Page, url: str, person: Person, grant: Callable[[str], Awaitable[None]]) -> None:
        self._page, self._url, self._person, self._grant = page, url, person, grant
        self._codes: list[str] = []

    async def states(self) -> AsyncIterator[str]:
        """The name of each state; the page rests in it until the next is asked for."""
        for part in (self._outside, self._session, self._terminal, self._settings, self._back, self._admin):
            async for name in part():
                yield name

    async def _go(self, path: str) -> None:
        await self._page.goto(f"{self._url}{path}")

    async def _shown(self, selector: str, name: str) -> str:
        """The name of a state, once what marks it is there."""
        await expect(self._page.locator(selector).first).to_be_visible()
        return name

    async def _log_in(self, password: str) -> None:
        await self._page.locator("#phone").fill(self._person.phone)
        await self._page.locator("#password").fill(password)
        await self._page.locator("main form [type=submit]").first.click()

    async def _outside(self) -> AsyncIterator[str]:
        for path in ("/", "/register", "/login", "/recover", "/offline", "/api/docs", "/nothing-here"):
            await self._go(path)
            yield path.strip("/").replace("/", "-") or "landing"
        await self._go("/register")
        await self._log_in("short")
        yield await self._shown("#password-wrong", "register-refused")
        await self._log_in(self._person.password)
        await expect(self._page.locator("form[action='/login']")).to_be_visible()
        yield "login-registered"
        await self._log_in("not this phrase")
        yield await self._shown(".notice-danger", "login-refused")
        await self._log_in(self._person.password)
        await self._page.wait_for_url("**/terminal")

    async def _step(self, name: str) -> str:
        await expect(self._page.locator(f"[data-step={name}]")).to_be_visible()
        return f"session-{name}"

    async def _session(self) -> AsyncIterator[str]:
        page = self._page
        await expect(page.locator(".start")).to_be_enabled()
        yield await self._step("start")
        await page.locator(".start").click()
        yield await self._step("qr")
        await page.locator("[data-step=qr] [data-method=code]").click()
        yield await self._step("code")
        await page.locator("#otp").press_sequentially("00000")
        await expect(page.locator("#otp-wrong")).to_be_visible()
        yield "session-code-refused"
        await page.locator("#otp").press_sequentially(self._person.code)
        yield await self._step("password")
        await page.locator("#two-step").fill("wrong")
        await page.locator("#two-step").press("Enter")
        await expect(page.locator("#two-step-wrong")).to_be_visible()
        yield "session-password-refused"
        await page.locator("#two-step").fill("demo")
        await page.locator("#two-step").press("Enter")
        await expect(page.locator("#line")).to_be_editable()

    async def _run(self, line: str) -> None:
        page = self._page
        before = await page.locator(".run").count()
        await page.locator("#line").fill(line)
        await page.locator("#line").press("Enter")
        await expect(page.locator(".run")).to_have_count(before + 1)
        await expect(page.locator(".run").last).to_have_attribute("data-status", DONE)

    async def _terminal(self) -> AsyncIterator[str]:
        page = self._page
        await expect(page.locator("#line")).to_be_editable()
        yield "terminal-empty"
        for name, line in LINES.items():
            await self._run(line)
            yield f"terminal-{name}"
        await page.locator("#line").fill("sea")
        await page.locator("#line").press("ArrowDown")
        await expect(page.locator("#pop")).to_be_visible()
        yield "terminal-suggestions"
        await page.locator("#line").press("Escape")
        await page.locator("#line").fill("")
        await page.locator(".bar .menu > summary").click()
        yield "terminal-menu"
        await page.locator(".menu-panel [data-end-session]").click()
        await expect(page.locator("#ask")).to_be_visible()
        yield "terminal-ask"
        await page.keyboard.press("Escape")
        await self._without_its_key()
        yield await self._step("locked")

    async def _without_its_key(self) -> None:
        """As in another browser of the same person."""
        await self._page.context.clear_cookies()
        await self._go("/login")
        await self._log_in(self._person.password)
        await self._page.wait_for_url("**/terminal")

    async def _press(self, form: str) -> None:
        await self._page.locator(f"form[action^='{form}'] [type=submit]").last.click()

    async def _settings(self) -> AsyncIterator[str]:
        page = self._page
        await self._go("/settings")
        yield "settings"
        await page.evaluate(
            "document.querySelectorAll('details.act').forEach((each) => { each.open = true; })"
        )
        yield "settings-unfolded"
        await page.locator("#factor-password").fill("not this phrase")
        await self._press("/settings/second-factor")
        yield await self._shown("#factor-password-wrong", "settings-refused")
        await page.locator("#factor-password").fill(self._person.password)
        await self._press("/settings/second-factor")
        key = (await page.locator("#factor-key").inner_text()).replace(" ", "")
        yield "settings-factor"
        await page.locator("#confirm-code").fill(pyotp.TOTP(key).now())
        await self._press("/settings/second-factor/confirm")
        yield await self._shown(".codes li", "settings-codes")
        self._codes = await page.locator(".codes li").all_inner_texts()
        await page.locator("#tokens summary").click()
        await page.locator("#token-name").fill("nightly")
        await page.locator("#make-token-password").fill(self._person.password)
        await page.locator("#make-token-code").fill(self._codes.pop())
        await self._press("/settings/token")
        yield await self._shown("#token", "settings-token")

    async def _back(self) -> AsyncIterator[str]:
        """A second factor at the log-in, then the way back in without a password."""
        page = self._page
        await page.context.clear_cookies()
        await self._go("/recover")
        await page.locator("#phone").fill(self._person.phone)
        await self._press("/recover")
        yield await self._shown("#code", "recover-code")
        await page.locator("#code").fill("00000")
        await self._press("/recover/code")
        yield await self._shown("#code-wrong", "recover-code-refused")
        await page.locator("#code").fill(self._person.code)
        await self._press("/recover/code")
        yield await self._shown("#two-step", "recover-two-step")
        await page.locator("#two-step").fill("demo")
        await self._press("/recover/two-step")
        yield await self._shown("#password", "recover-next")
        await page.context.clear_cookies()
        await self._go("/login")
        await self._log_in(self._person.password)
        await expect(page.locator("#code")).to_be_visible()
        yield "login-code"
        await page.locator("#code").fill("000000")
        await self._press("/login/code")
        yield await self._shown("#code-wrong", "login-code-refused")
        await page.locator("#code").fill(self._codes.pop())
        await self._press("/login/code")
        await page.wait_for_url("**/terminal")

    async def _admin(self) -> AsyncIterator[str]:
        await self._grant(self._person.phone)
        for path in ("/admin", "/admin/people", "/admin/access", "/admin/plugins", "/admin/audit"):
            await self._go(path)
            await self._page.wait_for_load_state("networkidle")
            yield path.strip("/").replace("/", "-")
