"""What a screen reader is told: the parts of the pages by role, what has the focus, and what is announced, once."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.async_api import WebSocketRoute, expect

from tests.product.person import Crowd
from tests.product.tab import OpenTab, Tab

pytestmark = pytest.mark.browser

LISTEN: Final = """() => {
  window.heard = [];
  for (const region of document.querySelectorAll("[role=status], [role=alert], [role=log]")) {
    if (region.getAttribute("aria-live") === "off") continue;
    new MutationObserver(() => {
      const text = region.innerText.trim();
      if (text && text !== window.heard.at(-1)) window.heard.push(text);
    }).observe(region, { childList: true, subtree: true, characterData: true, attributes: true });
  }
}"""


@pytest.fixture
async def tab(open_tab: OpenTab, crowd: Crowd) -> Tab:
    tab = await open_tab(crowd.person(), width=390)
    await tab.register()
    await tab.log_in()
    return tab


async def heard(tab: Tab) -> list[str]:
    told: list[str] = await tab.page.evaluate("window.heard.splice(0)")
    return told


async def test_the_parts_of_the_terminal(tab: Tab) -> None:
    await tab.open_session()
    await tab.type("list 3")
    page = tab.page
    await expect(page.get_by_role("banner")).to_have_count(1)
    await expect(page.get_by_role("main", name="Terminal")).to_have_count(1)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Terminal")
    answer = page.get_by_role("log", name="Output").get_by_role("group", name="list 3")
    await expect(answer.get_by_role("heading", level=2)).to_have_text("list 3")
    table = answer.get_by_role("table", name="list 3")
    titles = ["Chat", "Unread", "Kind", "Last", "Flags"]
    assert sorted(await table.get_by_role("columnheader").all_inner_texts()) == sorted(titles)
    await expect(table.get_by_role("row")).to_have_count(4)
    await expect(table.get_by_role("row").nth(1).get_by_role("cell")).to_have_count(len(titles))
    line = page.get_by_role("combobox", name="Command line")
    await expect(line).to_have_attribute("aria-expanded", "false")
    await line.fill("sea")
    await line.press("ArrowDown")
    await expect(line).to_have_attribute("aria-expanded", "true")
    chosen = page.get_by_role("listbox", name="Suggestions").get_by_role("option", selected=True)
    await expect(chosen).to_have_count(1)
    assert await line.get_attribute("aria-activedescendant") == await chosen.get_attribute("id")


async def test_an_answer_is_announced_once(tab: Tab) -> None:
    await tab.open_session()
    await tab.page.evaluate(LISTEN)
    await tab.type("list 3")
    assert await heard(tab) == ["list 3: 3 chats"]
    await tab.type("@nobody_here")
    (told,) = await heard(tab)
    assert told.startswith("@nobody_here: Nobody is using @nobody_here.")
    await tab.type("serch offerte")
    (told,) = await heard(tab)
    assert "There is no command" in told


async def test_a_lost_connection_is_announced_and_the_line_kept(tab: Tab) -> None:
    cords: list[WebSocketRoute] = []

    def join(cord: WebSocketRoute) -> None:
        cord.connect_to_server()
        cords.append(cord)

    await tab.page.route_web_socket("**/ws**", join)
    await tab.open_session()
    await tab.type("list 1")
    await tab.line.fill("half a line")
    await tab.page.evaluate(LISTEN)
    await cords[-1].close(code=1001)
    await expect(tab.page.get_by_text("Connected again.")).to_be_visible()
    told = await heard(tab)
    assert any("Connection lost." in each for each in told)
    assert any("Connected again." in each for each in told)
    await expect(tab.line).to_have_value("half a line")
    await expect(tab.line).to_be_focused()


async def test_each_step_takes_the_focus_to_its_heading_or_field(tab: Tab) -> None:
    page = tab.page
    await page.evaluate(LISTEN)
    await expect(page.get_by_role("group", name="What may this session do?")).to_have_count(1)
    await expect(page.get_by_role("radio", name="Full access")).to_be_checked()
    await tab.button("Start session").click()
    await expect(tab.heading("Scan with your Telegram app")).to_be_focused()
    steps = page.get_by_role("list", name="Steps").locator("visible=true")
    await expect(steps.locator("[aria-current=step]")).to_have_text("Scan or code")
    await tab.button("Send me a code instead").click()
    await expect(tab.code).to_be_focused()
    await tab.enter_code("00000")
    alert = page.get_by_role("alert").locator("visible=true")
    await expect(alert).to_have_text("This code isn’t right. You have 2 more tries.")
    await expect(tab.code).to_have_attribute("aria-invalid", "true")
    await expect(tab.code).to_be_focused()
    assert sum("2 more tries" in told for told in await heard(tab)) == 1
