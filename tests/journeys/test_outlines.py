"""Every page and state as it is given to assistive technology, kept as text; what is to be pressed is large enough, and
nothing is cut off where somebody spaces out the text."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from typing import Any, Final

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.outline import is_redrawn, keep, kept, outline
from tests.journeys.reflow import lost
from tests.journeys.tour import Tour
from tests.product.administrator import grant
from tests.product.demo import demo_product
from tests.product.person import Crowd
from tests.product.process import Product
from tests.product.tab import Tab, new_context
from tests.servers.postgres import Databases

pytestmark = pytest.mark.browser

PROTECTED: Final = "+9996620002"
UNSTEADY: Final = frozenset(("admin", "api-docs"))
"""What counts what has happened, and a page of nothing but tables: axe sees them."""
WITH_HEADER: Final = frozenset(("landing", "session-start", "terminal-empty", "terminal-menu"))
SPACED: Final = """() => {
  const spaced = new CSSStyleSheet();
  spaced.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; }
    * { word-spacing: .16em !important; } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [spaced];
  return new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 50)));
}"""
"""WCAG 1.4.12, as its bookmarklet does it."""
SMALL: Final = """() => [...document.querySelectorAll("a[href], button, input, summary, [role=option]")]
  .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest(".vh, .skip"))
  .map((node) => (node.matches("[type=radio], [type=checkbox]") ? node.labels[0] : node))
  .filter((node) => {
    const { width, height } = node.getBoundingClientRect();
    const isInText = node.matches("a") && getComputedStyle(node).display === "inline";
    return !isInText && width > 0 && (width < 24 || height < 24);
  })
  .map((node) => node.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def own_product(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, migrated_template: str
) -> Iterator[Product]:
    """For the demo world's only phone with a two-step password, which other journeys register too."""
    with demo_product(
        tmp_path_factory.mktemp("product") / "outlines", databases, migrated_template
    ) as product:
        yield product


def changed(found: dict[str, str], expected: dict[str, str]) -> list[str]:
    """What is there and was not, and what was there and is not."""
    before = [f"{state}: {line}" for state, text in expected.items() for line in text.split("\n")]
    now = [f"{state}: {line}" for state, text in found.items() for line in text.split("\n")]
    lines = unified_diff(before, now, n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


async def faults(page: Page) -> list[Any]:
    """At the width of a small phone, with the text spaced out; and what is too small for a finger or a tremor."""
    small: list[str] = await page.evaluate(SMALL)
    await page.evaluate(SPACED)
    found: list[Any] = []
    for width in (320, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        found += await lost(page)
    await page.evaluate("document.adoptedStyleSheets = []")
    return [*small, *found]


async def test_every_page_and_state(own_product: Product, browser: Browser, crowd: Crowd) -> None:
    person = crowd.person(phone=PROTECTED)
    context = await new_context(browser, person, reduced_motion="reduce", service_workers="block")
    tab = Tab(await context.new_page(), own_product.url, person)
    found: dict[str, str] = {}
    wrong: dict[str, Any] = {}
    async for state in Tour(tab.page, tab.url, person, lambda phone: grant(own_product, phone)).states():
        if state not in UNSTEADY:
            found[state] = await outline(tab.page)
        if state in WITH_HEADER:
            found[f"{state}-header"] = await outline(tab.page, "banner")
        if seen := await faults(tab.page):
            wrong[state] = seen
        title = await tab.page.title()
        # The steps of a session are on one page, which says by an alert what is wrong.
        if title.startswith("Error: ") != ("refused" in state and not state.startswith("session-")):
            wrong[f"{state} title"] = title
    if is_redrawn():
        keep(found)
    assert changed(found, kept()) == []
    assert wrong == {}, "\n".join(f"{state}: {seen}" for state, seen in wrong.items())


async def test_what_has_no_name_or_no_room_would_be_noticed(
    own_product: Product, browser: Browser, crowd: Crowd
) -> None:
    page = await (await new_context(browser, crowd.person())).new_page()
    await page.goto(f"{own_product.url}/login")
    assert await outline(page) == kept()["login"]
    assert await faults(page) == []
    await page.evaluate("document.querySelector('[data-reveal]').removeAttribute('aria-describedby')")
    await page.evaluate("document.querySelector('h1').textContent = 'Log'")
    assert await outline(page) != kept()["login"]
    await page.evaluate("document.querySelector('.btn-main').className = 'quiet'")
    await page.evaluate("document.querySelector('.quiet[type=submit]').setAttribute('hidden', '')")
    await page.evaluate("document.querySelector('[data-reveal]').textContent = ''")
    await page.evaluate("document.querySelector('[data-reveal]').className = ''")
    assert len(await faults(page)) == 1


async def test_the_administrators_figures_can_be_held_still(
    own_product: Product, browser: Browser, crowd: Crowd
) -> None:
    person = crowd.person()
    tab = Tab(await (await new_context(browser, person)).new_page(), own_product.url, person)
    await tab.register()
    await grant(own_product, person.phone)
    await tab.log_in()
    page = tab.page
    await page.clock.install()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    async with page.expect_response("**/admin/board"):
        await page.goto(f"{tab.url}/admin")
    async with page.expect_response("**/admin/board"):
        await page.clock.fast_forward(6_000)
    await tab.button("Hold the figures still").press("Enter")
    await expect(tab.button("Hold the figures still")).to_have_attribute("aria-pressed", "true")
    asked.clear()
    for _ in range(4):
        await page.clock.fast_forward(6_000)
    assert asked == []
    await tab.button("Hold the figures still").press("Enter")
    async with page.expect_response("**/admin/board"):
        await page.clock.fast_forward(6_000)
