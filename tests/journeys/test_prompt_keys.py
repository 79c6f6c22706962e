"""The keys of the prompt: earlier lines are found, words completed, and nobody is trapped in the line."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.product.person import Crowd
from tests.product.tab import OpenTab, Tab

pytestmark = pytest.mark.browser


@pytest.fixture
async def tab(open_tab: OpenTab, crowd: Crowd) -> Tab:
    tab = await open_tab(crowd.person(), width=1280)
    await tab.register()
    await tab.log_in()
    await tab.open_session()
    return tab


async def test_earlier_lines_are_searched(tab: Tab) -> None:
    for line in ("list 1", "search offerte", "help list", "list 2"):
        await tab.type(line)
    options = tab.page.get_by_role("listbox").get_by_role("option")
    await tab.line.focus()
    await tab.page.keyboard.press("Control+r")
    await expect(options).to_have_text(["list 2", "help list", "search offerte", "list 1"])
    await tab.page.keyboard.type("list")
    await expect(options).to_have_text(["list 2", "help list", "list 1"])
    await tab.page.keyboard.press("Control+r")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    await tab.page.keyboard.press("Enter")
    await expect(tab.line).to_have_value("help list")
    await expect(options.first).to_be_hidden()
    await tab.page.keyboard.press("Control+r")
    await tab.page.keyboard.press("Escape")
    await expect(tab.line).to_have_value("help list")
    await tab.page.keyboard.press("Control+u")
    await expect(tab.line).to_have_value("")


async def test_words_are_completed_and_tab_leaves(tab: Tab) -> None:
    await tab.line.focus()
    await tab.page.keyboard.type("sea")
    await tab.page.keyboard.press("Tab")
    await expect(tab.line).to_have_value("search ")
    await tab.page.keyboard.press("Control+u")
    await tab.page.keyboard.press("Tab")
    await expect(tab.line).not_to_be_focused()


async def test_the_lines_end_with_the_tab(tab: Tab) -> None:
    await tab.type("list 1")
    await tab.page.reload()
    await tab.line.focus()
    await expect(tab.line).to_be_editable()
    await tab.page.keyboard.press("ArrowUp")
    await expect(tab.line).to_have_value("list 1")
    assert "list 1" not in await tab.page.evaluate("JSON.stringify(localStorage)")
