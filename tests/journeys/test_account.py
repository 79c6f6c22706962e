"""The settings page, the second factor and the way back in, in a real browser, with scripts and without."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyotp
import pytest
from playwright.async_api import Page, expect

from tests.product.person import Crowd, Person
from tests.product.tab import OpenTab, Tab

pytestmark = pytest.mark.browser

NEW = "another honest phrase"
SIZES = {"desk": 1280, "phone": 390}


async def fill(page: Page, label: str, text: str) -> None:
    """The one such field that is in sight."""
    await page.get_by_label(label, exact=True).locator("visible=true").fill(text)


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).locator("visible=true").click()


async def unfold(page: Page, name: str) -> None:
    await page.locator("summary", has_text=name).click()


async def settled(open_tab: OpenTab, person: Person, size: str) -> Tab:
    tab = await open_tab(person, width=SIZES[size])
    await tab.register()
    await tab.log_in()
    await tab.page.get_by_role("link", name="Settings").click()
    return tab


async def set_up_second_factor(page: Page, password: str, shot: Path) -> list[str]:
    """The recovery codes."""
    await unfold(page, "Set up a second factor")
    await fill(page, "Your password", password)
    await press(page, "Set up a second factor")
    await expect(page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    await page.screenshot(path=shot)
    key = (await page.locator("#factor-key").inner_text()).replace(" ", "")
    app = pyotp.TOTP(key)
    await fill(page, "The code that the app shows now", "000000")
    await press(page, "Switch it on")
    code = page.get_by_role("textbox", name="The code that the app shows now")
    await expect(code).to_have_accessible_description(re.compile("isn’t right"))
    await fill(page, "The code that the app shows now", app.now())
    await press(page, "Switch it on")
    codes = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    await expect(codes).to_have_count(10)
    return await codes.all_inner_texts()


@pytest.mark.parametrize("size", SIZES)
async def test_settings_with_a_second_factor(
    size: str, open_tab: OpenTab, crowd: Crowd, tmp_path: Path
) -> None:
    tab = await settled(open_tab, crowd.person(), size)
    page = tab.page
    await expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    await page.screenshot(path=tmp_path / f"settings-{size}.png", full_page=True)
    await tab.check_width()
    codes = await set_up_second_factor(page, tab.person.password, tmp_path / f"qr-{size}.png")
    await page.screenshot(path=tmp_path / f"recovery-codes-{size}.png", full_page=True)
    await tab.check_width()

    await page.context.clear_cookies()
    await page.goto(f"{tab.url}/login?next=/settings")
    await fill(page, "Phone number", tab.person.phone)
    await fill(page, "Password", tab.person.password)
    await press(page, "Log in")
    await expect(page.get_by_role("heading", name="Your second factor")).to_be_visible()
    await page.screenshot(path=tmp_path / f"second-step-{size}.png", full_page=True)
    await tab.check_width()
    await fill(page, "Code", "000000")
    await press(page, "Log in")
    code = page.get_by_label("Code", exact=True)
    await expect(code).to_be_focused()
    await expect(code).to_have_accessible_description(re.compile("isn’t right"))
    await fill(page, "Code", codes[0])
    await press(page, "Log in")
    await expect(page.get_by_text("You have 9 recovery codes left.")).to_be_visible()

    await unfold(page, "Change the password")
    await fill(page, "Your password", tab.person.password)
    await fill(page, "Code of your authenticator app, or a recovery code", codes[1])
    await fill(page, "New password", "short")
    await page.screenshot(path=tmp_path / f"change-{size}.png", full_page=True)
    await press(page, "Change the password")
    new = page.get_by_label("New password")
    await expect(new).to_have_accessible_description(re.compile("too short"))
    await fill(page, "Your password", tab.person.password)
    await fill(page, "Code of your authenticator app, or a recovery code", codes[2])
    await fill(page, "New password", NEW)
    await press(page, "Change the password")
    await expect(page.get_by_role("status")).to_contain_text("Your password is new.")


async def test_a_device_a_token_the_data_and_the_end(open_tab: OpenTab, crowd: Crowd, tmp_path: Path) -> None:
    tab = await settled(open_tab, crowd.person(), "desk")
    other = await open_tab(tab.person)
    await other.log_in()
    page = tab.page
    await page.reload()
    await expect(page.get_by_text("this one")).to_have_count(1)
    await press_first(page, re.compile("^Log out Chrome"))
    await expect(page.get_by_role("status")).to_contain_text("That device is logged out.")
    await other.page.goto(f"{tab.url}/settings")
    await other.page.wait_for_url("**/login**")

    await unfold(page, "Make a token")
    await fill(page, "What is it for?", "nightly")
    await fill(page, "Your password", tab.person.password)
    await press(page, "Make a token")
    await expect(page.locator("#token")).to_contain_text("tcm_")
    await page.screenshot(path=tmp_path / "token-desk.png", full_page=True)
    await page.goto(f"{tab.url}/settings")
    await expect(page.get_by_text("nightly")).to_be_visible()

    await unfold(page, "Get it as a file")
    await fill(page, "Your password", tab.person.password)
    async with page.expect_download() as downloading:
        await press(page, "Get it as a file")
    held = json.loads(Path(await (await downloading.value).path()).read_text())
    assert held["account"]["phone"] == tab.person.phone

    await page.goto(f"{tab.url}/settings")
    await unfold(page, "Delete my account and all data")
    await fill(page, "Your password", tab.person.password)
    await fill(page, "Type the word “delete”", "delete")
    await page.screenshot(path=tmp_path / "deletion-desk.png", full_page=True)
    await press(page, "Delete my account and all data")
    await expect(page.get_by_role("heading", name="Your account is deleted")).to_be_visible()
    await page.goto(f"{tab.url}/settings")
    await page.wait_for_url("**/login**")


async def press_first(page: Page, name: re.Pattern[str]) -> None:
    await page.get_by_role("button", name=name).first.click()


@pytest.mark.parametrize("size", SIZES)
async def test_the_way_back_in_without_any_script(
    size: str, open_tab: OpenTab, crowd: Crowd, tmp_path: Path
) -> None:
    person = crowd.person()
    tab = await open_tab(person, width=SIZES[size], java_script_enabled=False)
    await tab.register()
    page = tab.page
    await page.goto(f"{tab.url}/login")
    await page.get_by_role("link", name=re.compile("Forgot the password")).click()
    await page.screenshot(path=tmp_path / f"recover-{size}.png", full_page=True)
    await fill(page, "Phone number", person.phone)
    await press(page, "Send me a code")
    await expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    await fill(page, "Code from Telegram", "00000")
    await press(page, "Go on")
    refused = page.get_by_label("Code from Telegram")
    await expect(refused).to_be_focused()
    await expect(refused).to_have_accessible_description(re.compile("2 more tries"))
    await page.screenshot(path=tmp_path / f"recover-code-{size}.png", full_page=True)
    await fill(page, "Code from Telegram", person.code)
    await press(page, "Go on")
    await expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    await page.screenshot(path=tmp_path / f"recover-password-{size}.png", full_page=True)
    await fill(page, "New password", NEW)
    await press(page, "Set the password")
    await expect(page.get_by_role("status")).to_contain_text("Your password is new")
    await fill(page, "Password", NEW)
    await press(page, "Log in")
    await page.wait_for_url("**/terminal")
    await page.goto(f"{tab.url}/settings")
    await expect(page.get_by_role("heading", name="Settings")).to_be_visible()
