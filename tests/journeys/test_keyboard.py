"""From nothing to the chats and out again without a mouse: keys alone, and the focus is always somewhere in sight."""

from __future__ import annotations

import re
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.product.person import Crowd
from tests.product.tab import OpenTab

pytestmark = pytest.mark.browser

MOST_TABS: Final = 40
FOCUSED: Final = """() => {
  const at = document.activeElement;
  const box = at.getBoundingClientRect();
  const text = at.getAttribute("aria-label") || [...(at.labels ?? [])].map((each) => each.innerText).join(" ")
    || at.innerText || "";
  return { name: text.trim(), isSeen: at === document.body || (box.width > 0 && box.height > 0) };
}"""


async def tab_to(page: Page, name: str) -> list[str]:
    """Press Tab until the element of this name has the focus; the names of those on the way."""
    way: list[str] = []
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        at = await page.evaluate(FOCUSED)
        assert at["isSeen"], f"focus on something hidden after {way}"
        way.append(at["name"])
        if re.fullmatch(name, at["name"], re.DOTALL):
            return way
    raise AssertionError(f"no {name} within {way}")


async def test_the_whole_journey(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await open_tab(crowd.person())
    page, keys = tab.page, tab.page.keyboard
    await tab.visit("/")
    assert (await tab_to(page, "Create an account"))[0] == "Skip to the content"
    await keys.press("Enter")
    await expect(tab.heading("Create an account")).to_be_visible()
    await tab_to(page, "Phone number")
    await keys.type(tab.person.phone)
    await tab_to(page, "Password")
    await keys.type(tab.person.password)
    await keys.press("Enter")
    await expect(page.get_by_text("You can log in now.")).to_be_visible()
    await tab_to(page, "Password")
    await keys.type(tab.person.password)
    await keys.press("Enter")
    await expect(tab.button("Start session")).to_be_enabled()
    await tab_to(page, "START SESSION|Start session")
    await keys.press("Enter")
    await expect(tab.heading("Scan with your Telegram app")).to_be_focused()
    await tab_to(page, "Send me a code instead")
    await keys.press("Enter")
    await expect(tab.code).to_be_focused()
    await keys.type(tab.person.code)
    await expect(tab.line).to_be_focused()
    await keys.type("list 3")
    await keys.press("Enter")
    answer = page.get_by_role("log").get_by_role("group", name="list 3", exact=True)
    await expect(answer.get_by_role("row")).to_have_count(4)
    await expect(tab.line).to_be_focused()
    await _open_a_chat(page)
    await tab_to(page, "End session")
    await keys.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    await keys.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_role("button", name="End session").first).to_be_focused()
    await keys.press("Enter")
    await tab_to(page, "End session")
    await keys.press("Enter")
    await expect(dialog).to_contain_text("Your session has ended")
    await expect(dialog.get_by_role("button", name="Continue")).to_be_focused()
    await keys.press("Enter")
    await expect(tab.heading("No Telegram session is open")).to_be_visible()


async def _open_a_chat(page: Page) -> None:
    """Backwards from the line into the answer: its last act is run again."""
    for _ in range(MOST_TABS):
        await page.keyboard.press("Shift+Tab")
        if (await page.evaluate(FOCUSED))["name"] == "Run again":
            break
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log").get_by_role("group", name="list 3", exact=True)).to_have_count(2)
