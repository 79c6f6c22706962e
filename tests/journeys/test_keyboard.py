"""From nothing to the chats and out again without a mouse, in two languages: by keys alone, with the focus always in
sight, in the order in which things stand, and never lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final, TypeAlias

import pytest
from playwright.async_api import Page, expect

from quart_app.locale.catalogues import read_languages
from tests.product.person import Crowd, Person
from tests.product.tab import OpenTab

pytestmark = pytest.mark.browser

MOST_TABS: Final = 40
FOCUSED: Final = """() => {
  const at = document.activeElement;
  const box = at.getBoundingClientRect();
  const label = [...(at.labels ?? [])].map((each) => each.innerText).join(" ");
  const name = (at.getAttribute("aria-label") || label || at.innerText || "").trim();
  const shown = at.matches("input[type=radio]") ? at.labels[0].getBoundingClientRect() : box;
  const hits = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5]].map(([x, y]) =>
    document.elementFromPoint(shown.left + shown.width * x, shown.top + shown.height * y));
  const owner = at.matches("input[type=radio]") ? at.labels[0] : at;
  const around = [at.closest(".line, .pick"), at.closest(".code")?.querySelector(".now")];
  const drawn = [owner, at, ...around].filter(Boolean).map((each) => getComputedStyle(each));
  return { name, isNowhere: at === document.body, top: shown.top, left: shown.left,
    isSeen: shown.width > 0 && shown.height > 0 && hits.some((hit) => hit && (owner.contains(hit) || hit.contains(at))),
    isMarked: drawn.some((each) => each.outlineStyle !== "none" || each.boxShadow !== "none") };
}"""


Say: TypeAlias = Callable[[str], str]


async def focused(page: Page) -> dict[str, Any]:
    at: dict[str, Any] = await page.evaluate(FOCUSED)
    return at


async def tab_to(page: Page, name: str, key: str = "Tab") -> list[str]:
    """Press Tab until the element of this name has the focus; the names of those on the way."""
    way: list[str] = []
    for _ in range(MOST_TABS):
        await page.keyboard.press(key)
        at = await focused(page)
        assert at["isSeen"] or at["isNowhere"], f"focus on something hidden after {way}"
        way.append(at["name"])
        if re.fullmatch(name, at["name"], re.DOTALL):
            return way
    raise AssertionError(f"no {name} within {way}")


@pytest.mark.parametrize("language", ["en", "it"])
async def test_the_whole_journey(language: str, open_tab: OpenTab, crowd: Crowd) -> None:
    say: Say = read_languages()[language].translations.gettext
    tab = await open_tab(crowd.person())
    page, keys = tab.page, tab.page.keyboard
    await tab.visit("/")
    if language == "it":
        await tab_to(page, "Italiano")
        await keys.press("Enter")
        await expect(page.locator("html")).to_have_attribute("lang", "it")
    skip = (await tab_to(page, say("Create an account")))[0]
    assert skip == await page.locator(".skip").inner_text()
    await keys.press("Enter")
    await expect(tab.heading(say("Create an account"))).to_be_visible()
    await _give(page, say, tab.person)
    await expect(page.get_by_role("status").filter(has_text=say("You can log in now."))).to_be_focused()
    await _give(page, say, tab.person)
    await expect(page.locator(".start")).to_be_enabled()
    await tab_to(page, f"(?i){say('Start session')}")
    await keys.press("Enter")
    await expect(tab.heading(say("Scan with your Telegram app"))).to_be_focused()
    await tab_to(page, say("Send me a code instead"))
    await keys.press("Enter")
    await expect(page.locator("#otp")).to_be_focused()
    await keys.type(tab.person.code)
    line = page.locator("#line")
    await expect(line).to_be_focused()
    await keys.type("list 3")
    await keys.press("Enter")
    answer = page.get_by_role("log").get_by_role("group", name="list 3", exact=True)
    await expect(answer.get_by_role("row")).to_have_count(4)
    await expect(line).to_be_focused()
    await tab_to(page, say("Run again"), "Shift+Tab")
    await keys.press("Enter")
    await expect(answer).to_have_count(2)
    assert (await focused(page))["name"] == say("Run again"), "whoever ran it again is where they were"
    await tab_to(page, say("End session"))
    await keys.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name=say("Keep it"))).to_be_focused()
    await keys.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_role("button", name=say("End session")).first).to_be_focused()
    await keys.press("Enter")
    await tab_to(page, say("End session"))
    await keys.press("Enter")
    await expect(dialog).to_contain_text(say("Your session has ended"))
    await expect(dialog.get_by_role("button", name=say("Continue"))).to_be_focused()
    await keys.press("Enter")
    await expect(tab.heading(say("No Telegram session is open"))).to_be_visible()


async def _give(page: Page, say: Say, person: Person) -> None:
    """The phone, where it isn't given yet, and the password; Enter sends them."""
    await tab_to(page, say("Phone number"))
    await page.keyboard.press("Control+A")
    await page.keyboard.type(person.phone)
    await tab_to(page, say("Password"))
    await page.keyboard.type(person.password)
    await page.keyboard.press("Enter")


FROM_THE_TOP: Final = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}"""
HEAD: Final = "Skip to the content · Unofficial Telegram Chat Manager · "
FOOT: Final = " · English · Italiano · For programs: the API"
FIELDS: Final = "Appearance · Phone number · Password · Show · "
FORGOTTEN: Final = "Forgot the password, or somebody else has your phone?"
ORDER: Final = {
    "/": f"{HEAD}How it works · Log in · Appearance · Create an account · Log in{FOOT}",
    "/register": f"{HEAD}{FIELDS}Create an account · Log in{FOOT}",
    "/login": f"{HEAD}{FIELDS}Log in · {FORGOTTEN} · Create an account{FOOT}",
}
IN: Final = f"{HEAD}Settings · Log out · Appearance · "
SESSION: Final = f"{IN}START SESSION · Full access · Keep up to 24 hours{FOOT}"
CODE: Final = f"{IN}5-digit code · Continue · Ask for a text message · Scan a QR code instead · Cancel{FOOT}"
TERMINAL: Final = (
    "Skip to the command line · Unofficial Telegram Chat Manager · End session · Menu · Output · list · "
    "search offerte · @scontierrati · list | where unread > 0 · help · Command line · Run"
)


async def order(page: Page) -> str:
    """The names of all that Tab stops at, each seen, marked, and not above the one before."""
    await page.evaluate(FROM_THE_TOP)
    stops: list[dict[str, Any]] = []
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        at = await focused(page)
        if at["isNowhere"]:
            break
        assert at["isSeen"], f"{at['name']} has the focus and can't be seen"
        assert at["isMarked"], f"{at['name']} has the focus and looks as before"
        stops.append(at | {"page": at["top"] + await page.evaluate("scrollY")})
    lower = [after["page"] - before["page"] for before, after in pairwise(stops[1:])]
    assert min(lower) > -40, "the focus jumps upwards"
    return " · ".join(each["name"].split("\n")[0] for each in stops)


async def test_the_order_of_each_page(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await open_tab(crowd.person())
    page = tab.page
    for path, expected in ORDER.items():
        await tab.visit(path)
        assert await order(page) == expected
    await tab.register()
    await tab.log_in()
    await expect(page.locator(".start")).to_be_enabled()
    assert await order(page) == SESSION
    await tab.ask_for_code()
    assert await order(page) == CODE
    await tab.code.focus()
    await tab.enter_code(tab.person.code)
    await expect(tab.line).to_be_editable()
    assert await order(page) == TERMINAL


async def test_the_focus_is_never_lost_nor_covered(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await open_tab(crowd.person())
    page, keys = tab.page, tab.page.keyboard
    await tab.register()
    await tab.log_in()
    await tab.open_session()
    await page.locator("#hello [data-run=list]").focus()
    await keys.press("Enter")
    await expect(page.locator("#hello")).to_have_count(0)
    await expect(tab.line).to_be_focused()
    await tab.type("list 60")
    for key in ("Shift+Tab", "Tab"):
        for _ in range(MOST_TABS):
            await keys.press(key)
            at = await focused(page)
            assert at["isSeen"], f"{at['name']} is covered by what stands above the answer or below it"
    await page.get_by_label("Menu").focus()
    await keys.press("Enter")
    await tab_to(page, "Log out")
    await page.get_by_role("button", name="End session").first.focus()
    await expect(page.locator(".menu-panel")).to_be_hidden()
    await page.locator(".run").last.get_by_role("button").first.focus()
    await keys.press("Control+l")
    await expect(page.locator(".run")).to_have_count(0)
    await expect(tab.line).to_be_focused()
    await keys.type("search zzq")
    await keys.press("Tab")
    await expect(page.locator("#spoken")).to_contain_text("Tab again leaves the line.")
    await keys.press("Tab")
    assert (await focused(page))["name"] == "Run"


async def test_a_refused_form_has_the_focus_where_it_is_wrong(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await open_tab(crowd.person())
    page, keys = tab.page, tab.page.keyboard
    await tab.visit("/register")
    await tab_to(page, "Phone number")
    await keys.type(tab.person.phone)
    await tab_to(page, "Password")
    await keys.type("short")
    await keys.press("Enter")
    await expect(page).to_have_title(re.compile("^Error: Create an account"))
    await expect(page.get_by_label("Password", exact=True)).to_be_focused()
    await expect(page.get_by_label("Password", exact=True)).to_have_accessible_description(
        re.compile("too short")
    )
    await tab.visit("/login")
    await _give(page, str, tab.person)
    await expect(page).to_have_title(re.compile("^Error: Log in"))
    await expect(page.get_by_role("alert")).to_be_focused()
