"""From the first page to one's chats, and out again: on a desk and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Error, expect

from tests.product.person import Crowd
from tests.product.tab import OpenTab, Tab

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 390])
async def test_from_nothing_to_the_chats_and_out_again(
    width: int, open_tab: OpenTab, crowd: Crowd, tmp_path: Path
) -> None:
    tab = await open_tab(crowd.person(), width=width)
    await tab.register()
    await tab.check_width()
    await tab.log_in()
    await tab.check_width()
    await tab.ask_for_code()
    await tab.check_width()
    await tab.enter_code(tab.person.code)
    await expect(tab.line).to_be_editable()
    await tab.check_width()

    answer = await tab.type("list")
    await expect(answer.get_by_role("row")).to_have_count(21)
    await tab.check_width()
    answer = await tab.type("search offerte")
    await expect(answer.get_by_role("rowheader").first).to_contain_text("offerte", ignore_case=True)
    answer = await tab.type("@scontierrati")
    await expect(answer.get_by_role("heading", level=3)).to_contain_text("Sconti & Errori")
    await expect(answer).to_contain_text("48,213")
    await tab.check_width()
    answer = await tab.type("@nobody_here")
    await expect(answer).to_contain_text("Nobody is using @nobody_here.")
    answer = await tab.type("list | where unread > 0 | sort -unread | head 3")
    await expect(answer.get_by_role("row")).to_have_count(4)
    await tab.check_width()
    await tab.page.screenshot(path=tmp_path / "terminal.png")

    await _end(tab, width)
    await tab.check_width()


async def _end(tab: Tab, width: int) -> None:
    if width < 600:
        await tab.page.get_by_label("Menu").click()
    await tab.page.get_by_role("button", name="End session").locator("visible=true").first.click()
    dialog = tab.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("End this session?")
    await dialog.get_by_role("button", name="End session").click()
    await expect(dialog).to_contain_text("It was logged out at Telegram as well")
    await expect(tab.page.locator("#st-session")).to_have_text("Ended")
    await expect(tab.page.get_by_text("Start a new session")).to_have_count(0)  # the dialog says enough
    await dialog.get_by_role("button", name="Continue").click()
    await expect(tab.heading("No Telegram session is open")).to_be_visible()
    await tab.button("Log out").click()
    await expect(tab.page.get_by_role("link", name="Log in").first).to_be_visible()
    await tab.visit("/terminal")
    await expect(tab.heading("Log in")).to_be_visible()


async def test_a_slip_of_the_finger_is_mended_by_a_tap(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await open_tab(crowd.person(), width=390)
    await tab.register()
    await tab.log_in()
    await tab.open_session()
    answer = await tab.type("lsit 3")
    await expect(answer).to_contain_text("There is no command lsit.")
    await answer.get_by_role("button", name="list 3", exact=True).click()
    mended = tab.page.get_by_role("log").get_by_role("group", name="list 3", exact=True)
    await expect(mended.get_by_role("row")).to_have_count(4)
    answer = await tab.type('search "offerte')
    await expect(answer).to_contain_text("This quote is never closed.")
    await tab.line.fill("clear")
    await tab.line.press("Enter")
    await expect(tab.page.get_by_role("log").get_by_role("group")).to_have_count(0)


async def test_what_goes_wrong_is_said_where_it_was_typed(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await open_tab(crowd.person())
    await tab.visit("/register")
    await tab.page.get_by_label("Phone number").fill("hello")
    await tab.page.get_by_label("Password", exact=True).fill("long enough it is")
    await tab.button("Create an account").click()
    await expect(tab.page.get_by_label("Phone number")).to_have_accessible_description(
        re.compile("^This is no phone number that can be used here")
    )
    await tab.visit("/login")
    await tab.fill_in_credentials("Log in")
    await expect(tab.page.get_by_role("alert")).to_contain_text("Phone or password is not right.")
    await expect(tab.page.get_by_label("Phone number")).to_have_value(tab.person.phone)
    await expect(tab.page.get_by_label("Password", exact=True)).to_have_value("")


async def test_accounts_work_without_javascript(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await open_tab(crowd.person(), java_script_enabled=False)
    await tab.register()
    await tab.log_in()
    await expect(tab.heading("No Telegram session is open")).to_be_visible()
    assert "need JavaScript" in await tab.page.content()
    await tab.button("Log out").click()
    await expect(tab.page.get_by_role("link", name="Log in").first).to_be_visible()


async def test_a_fault_of_a_page_would_be_noticed(open_tab: OpenTab, crowd: Crowd) -> None:
    """The control: the policy stops what is injected, and the test hears of it."""
    tab = await open_tab(crowd.person())
    await tab.visit("/")
    await tab.page.evaluate("void (new Image().src = 'http://127.0.0.1:9/seen.png')")
    with pytest.raises(Error, match="TrustedHTML"):
        await tab.page.evaluate("document.body.innerHTML = '<img src=x onerror=alert(1)>'")
    with pytest.raises(Error, match="TrustedScript"):
        await tab.page.evaluate(
            "document.head.append(Object.assign(document.createElement('script'), {text: '1'}))"
        )
    await tab.visit("/login")
    violated = [fault for fault in tab.faults if fault.startswith("error: policy violated:")]
    assert any("img-src http://127.0.0.1:9/seen.png" in fault for fault in violated)
    assert any("require-trusted-types-for" in fault for fault in violated)
    tab.faults.clear()
