"""The steps of START SESSION: interrupted, mistaken, on two devices."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.product.person import Crowd
from tests.product.tab import OpenTab

pytestmark = pytest.mark.browser


async def test_a_page_that_is_reloaded_goes_on_at_its_step(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await open_tab(crowd.person(phone="+9996620002"))
    await tab.register()
    await tab.log_in()
    await tab.ask_for_code()
    await tab.page.reload()
    await expect(tab.heading("Enter the code from Telegram")).to_be_visible()
    await tab.enter_code("00000")
    await expect(tab.page.get_by_role("alert")).to_contain_text("You have 2 more tries.")
    await expect(tab.code).to_have_value("")
    await tab.enter_code("22222")
    await expect(tab.heading("Your Telegram password")).to_be_visible()
    await tab.page.reload()
    await expect(tab.heading("Your Telegram password")).to_be_visible()
    await expect(tab.page.get_by_text("the name of this mode")).to_be_visible()
    field = tab.page.get_by_label("Telegram password")
    await field.fill("wrong")
    await field.press("Enter")
    await expect(tab.page.get_by_role("alert")).to_contain_text("You have 4 more tries.")
    await field.fill("demo")
    await tab.button("Open the session").click()
    await expect(tab.line).to_be_editable()
    await expect((await tab.type("search diario")).get_by_role("rowheader")).to_contain_text("Demo 20002")


async def test_a_login_can_be_given_up(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await open_tab(crowd.person())
    await tab.register()
    await tab.log_in()
    await tab.ask_for_code()
    await tab.button("Cancel").locator("visible=true").click()
    await expect(tab.heading("No Telegram session is open")).to_be_visible()
    await tab.ask_for_code()
    for left in ("2 more tries", "1 more try"):
        await tab.enter_code("00000")
        await expect(tab.page.get_by_role("alert")).to_contain_text(left)
    await tab.enter_code("00000")
    await expect(tab.heading("No Telegram session is open")).to_be_visible()
    await expect(tab.page.get_by_role("alert")).to_contain_text("third wrong code")


async def test_a_second_device_unlocks_it_and_a_third_replaces_it(open_tab: OpenTab, crowd: Crowd) -> None:
    first = await open_tab(crowd.person())
    await first.register()
    await first.log_in()
    await first.open_session()
    await first.type("list 1")

    second = await open_tab(first.person)
    await second.log_in()
    await expect(second.heading("Your session is open elsewhere")).to_be_visible()
    field = second.page.get_by_label("Password for this server")
    await field.fill("not my password")
    await field.press("Enter")
    await expect(second.page.get_by_role("alert")).to_contain_text("not right")
    await field.fill(second.person.password)
    await field.press("Enter")
    await expect(second.line).to_be_editable()
    assert await (await second.type("list 3")).get_by_role("row").count() == 4

    third = await open_tab(first.person)
    await third.log_in()
    await third.button("Start a new session instead").click()
    await third.open_session()
    for old in (first, second):
        await expect(old.page.get_by_text("Your session is locked in this browser.")).to_be_visible()
    await third.type("list 1")


async def test_logging_out_in_one_tab_leaves_no_other_open(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await open_tab(crowd.person())
    await tab.register()
    await tab.log_in()
    await tab.open_session()
    other = await tab.page.context.new_page()
    await other.goto(f"{tab.url}/terminal")
    await expect(other.get_by_label("Command line")).to_be_editable()
    await other.get_by_label("Menu").click()
    await other.get_by_role("button", name="Log out").click()
    await tab.page.wait_for_url("**/login**")
