"""What plugins show in a real page: a chart and its numbers, messages and what is due below them, a question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.async_api import Browser, expect

from tests.product.package import install_examples
from tests.product.person import Crowd
from tests.product.process import PROXY, ROOT, SECRETS, Product
from tests.product.tab import Tab, new_context
from tests.product.wheels import install_wheels, make_wheel
from tests.servers.postgres import Databases

pytestmark = pytest.mark.browser
NAMES = ("pulse", "recent", "tidy")
GRANTS = (
    "pulse-chats=activity.read+chats.resolve;recent-chats=chats.resolve+messages.read;"
    "tidy-chats=chats.archive+chats.read+chats.resolve"
)

LEAVERS = """
from commands import CHAT, Capability, Change, Command, Effect, Word, hookimpl, many, say_n

async def leave(context, given, chats):
    return tuple([Change(chat) for chat in chats if await context.telegram.leave(chat)])

@hookimpl
def register_commands(register):
    does = Effect(
        subject=many(CHAT, "chat", "the chats"), apply=leave, destroys=True,
        question=say_n("Leave {n} chat?", "Leave {n} chats?"), act=say_n("Leave {n} chat", "Leave {n} chats"),
        keep=say_n("Stay in it", "Stay in them"),
    )
    register(Command(trigger=Word("leave-all"), summary="Leave chats.", does=does,
                     capabilities=frozenset({Capability.CHATS_LEAVE})))
"""


@pytest.fixture(scope="module")
def with_examples(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, migrated_template: str
) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("examples")
    wheel = make_wheel(folder, "leavers", {"leavers.py": LEAVERS}, ["leavers"])
    install_wheels(folder / "leavers", [wheel])
    environment = {
        "DATABASE_URL": databases.make(template=migrated_template),
        "PYTHONPATH": f"{install_examples(folder, NAMES)}:{folder / 'leavers'}:{ROOT}",
        "PLUGINS": ",".join([*(f"{name}-chats==1.0.0" for name in NAMES), "leavers==1.0"]),
        "PLUGIN_GRANTS": f"{GRANTS};leavers=chats.leave+chats.resolve",
    }
    product = Product(folder / "product", {**SECRETS, **PROXY, **environment})
    product.start()
    yield product
    product.clear_up()


@pytest.mark.parametrize("width", [1280, 390])
async def test_reading_drawing_acting(
    with_examples: Product, browser: Browser, crowd: Crowd, width: int
) -> None:
    person = crowd.person()
    context = await new_context(browser, person, width=width)
    tab = Tab(await context.new_page(), with_examples.url, person)
    await tab.register()
    await tab.log_in()
    await tab.open_session()
    await _chart(tab)
    await _week(tab)
    await _messages(tab)
    await _question(tab)
    await _what_can_not_be_undone(tab)
    await tab.check_width()
    assert tab.faults == []


async def _chart(tab: Tab) -> None:
    answer = await tab.type("pulse @scontierrati")
    drawing = answer.get_by_role("img", name=re.compile("messages in 14 days. 14 values, the highest "))
    await expect(drawing.locator("rect")).to_have_count(14)
    await expect(drawing.locator("rect:not(.dim)")).to_have_count(1)
    marked = await answer.locator(".y span").all_inner_texts()
    assert [mark.isdigit() for mark in marked] == [True] * 3, marked
    marks = [
        box
        for mark in await answer.locator(".x span").all()
        if await mark.inner_text() and (box := await mark.bounding_box())
    ]
    assert len(marks) == 5
    assert all(left["x"] + left["width"] < right["x"] for left, right in pairwise(marks))
    await answer.get_by_text("Show the numbers as a table").click()
    await expect(answer.get_by_role("row")).to_have_count(15)


async def _week(tab: Tab) -> None:
    answer = await tab.type("pulse @scontierrati --by week")
    drawing = answer.get_by_role("img", name=re.compile("168 values, the highest "))
    await expect(drawing.locator("rect")).to_have_count(7 * 24)
    assert await drawing.locator("rect.s5").count() >= 1


async def _messages(tab: Tab) -> None:
    answer = await tab.type("recent @scontierrati 3")
    await expect(answer.get_by_role("link", name="open")).to_have_count(3)
    due = answer.get_by_role("link", name="Apri il canale")
    await expect(due).to_have_attribute("href", "https://t.me/offertelampo")
    await expect(answer).to_contain_text("Recommended: Offerte Lampo 24h")


async def _question(tab: Tab) -> None:
    line = "silent 1d | head 2 | tidy"
    await tab.line.fill(line)
    await tab.line.press("Enter")
    dialog = tab.page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading")).to_have_text("Archive 2 chats?")
    await expect(dialog).to_contain_text("This can be put back.")
    await expect(dialog.get_by_role("button", name="Archive 2 chats")).to_have_class("btn btn-main")
    await dialog.get_by_role("button", name="Archive 2 chats").click()
    answer = tab.page.get_by_role("log").get_by_role("group", name=line, exact=True)
    await expect(answer.get_by_text("2 chats archived.")).to_be_visible()
    await expect(answer.get_by_text("done", exact=True)).to_have_count(2)


async def _what_can_not_be_undone(tab: Tab) -> None:
    """It says so, it looks so, it is asked about twice, and a double click is no second answer."""
    line = "list 1 | leave-all"
    await tab.line.fill(line)
    await tab.line.press("Enter")
    dialog = tab.page.get_by_role("dialog")
    act = dialog.get_by_role("button", name="Leave 1 chat")
    await expect(dialog).to_contain_text("This can’t be undone.")
    await expect(act).to_have_class("btn btn-danger")
    await act.click(click_count=2)
    await expect(dialog).to_contain_text("Asked a second time, because this can’t be undone.")
    await expect(dialog.get_by_role("button", name="Stay in it")).to_be_focused()
    await act.dispatch_event("click", {"detail": 2})  # the second half of a double click
    await expect(dialog).to_be_visible()
    await tab.page.keyboard.press("Enter")
    answer = tab.page.get_by_role("log").get_by_role("group", name=line, exact=True)
    await expect(answer).to_contain_text("Nothing was changed.")
