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
from tests.servers.postgres import Databases

pytestmark = pytest.mark.browser
NAMES = ("pulse", "recent", "tidy")
GRANTS = (
    "pulse-chats=activity.read+chats.resolve;recent-chats=chats.resolve+messages.read;"
    "tidy-chats=chats.archive+chats.read+chats.resolve"
)


@pytest.fixture(scope="module")
def with_examples(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, migrated_template: str
) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("examples")
    environment = {
        "DATABASE_URL": databases.make(template=migrated_template),
        "PYTHONPATH": f"{install_examples(folder, NAMES)}:{ROOT}",
        "PLUGINS": ",".join(f"{name}-chats==1.0.0" for name in NAMES),
        "PLUGIN_GRANTS": GRANTS,
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
    await expect(dialog).to_contain_text("tidy: 2 chats")
    await dialog.get_by_role("button", name="Yes").click()
    answer = tab.page.get_by_role("log").get_by_role("group", name=line, exact=True)
    await expect(answer.get_by_text("done", exact=True)).to_have_count(2)
