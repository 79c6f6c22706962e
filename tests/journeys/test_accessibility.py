"""axe objects to nothing on any page, in any state, light on a desk and dark on a phone; nothing sticks out or is cut
off, enlarged either; and nothing rests on colours that a reader may have replaced by others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal, TypeAlias

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, CDPSession, Page

from tests.journeys.contrast import unclear
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
Scheme: TypeAlias = Literal["light", "dark"]
SCHEMES: Final[tuple[Scheme, Scheme]] = ("light", "dark")
LOOKS: Final[tuple[tuple[Scheme, int, int], ...]] = (("light", 1440, 900), ("dark", 390, 780))
NARROWEST: Final[tuple[Scheme, int, int]] = ("dark", 320, 640)
LEAST_STATES: Final = 45
DRAWN: Final = """new Promise((drawn) => requestAnimationFrame(() => {
  for (const each of document.getAnimations()) each.finish();
  setTimeout(drawn, 100);
}))"""
REPEATED: Final = (
    ".run:not(:last-child), tbody:nth-of-type(n + 2), tbody tr:nth-child(n + 9), .call:nth-of-type(n + 4)"
)
"""What looks as something before it does, and would only cost time."""
HIDE: Final = """([repeated, isHidden]) => {
  for (const each of document.querySelectorAll(repeated)) each.hidden = isHidden;
}"""


@pytest.fixture(scope="module")
def own_product(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, migrated_template: str
) -> Iterator[Product]:
    """One for the demo world's only phone with a two-step password, which other journeys register too."""
    with demo_product(tmp_path_factory.mktemp("product") / "tour", databases, migrated_template) as product:
        yield product


async def drawn(page: Page) -> None:
    """Until the page is drawn as was asked, and nothing is on its way: axe may else see colours of both themes."""
    await page.evaluate(DRAWN)


async def look(page: Page, theme: Scheme, width: int, height: int) -> None:
    await page.set_viewport_size({"width": width, "height": height})
    await page.emulate_media(color_scheme=theme, contrast="no-preference", forced_colors="none")
    await drawn(page)


async def objections(page: Page, *rules: str) -> list[Any]:
    """What axe says, with the elements that it means; by its usual rules, or by ``rules`` alone."""
    options = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found: dict[str, Any] = (await Axe().run(page, options=options)).response
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]


async def contrast_faults(page: Page, count: int) -> dict[str, list[Any]]:
    """By whoever asks their device for more contrast or chooses it here, in turn; and who has colours of their own."""
    scheme, other = SCHEMES[count % 2], SCHEMES[(count + 1) % 2]
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.emulate_media(color_scheme=scheme)
    if count % 4 < 2:
        await page.emulate_media(contrast="more")
    else:
        await page.evaluate("document.documentElement.dataset.theme = 'contrast'")
    await drawn(page)
    strict = await objections(page, "color-contrast-enhanced") + await unclear(page, strict=True)
    await page.evaluate("delete document.documentElement.dataset.theme")
    await drawn(page)
    await page.emulate_media(color_scheme=other, contrast="no-preference", forced_colors="active")
    await drawn(page)
    forced = await objections(page, "color-contrast") + await unclear(page, forced=True)
    await page.emulate_media(forced_colors="none")
    await drawn(page)
    faults = {"more contrast": strict, "forced colours": forced, "usual": await unclear(page)}
    return {name: found for name, found in faults.items() if found}


async def enlarged_faults(page: Page, devtools: CDPSession) -> dict[str, list[Any]]:
    """At 400 % in a window of 1280 by 1024, and with letters twice as large as usual."""
    await page.set_viewport_size({"width": 320, "height": 256})
    await drawn(page)
    zoomed = await lost(page)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    await drawn(page)
    large = await lost(page)
    await devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    return {name: found for name, found in (("zoomed", zoomed), ("large letters", large)) if found}


async def test_every_page_and_state(own_product: Product, browser: Browser, crowd: Crowd) -> None:
    person = crowd.person(phone=PROTECTED)
    context = await new_context(browser, person, reduced_motion="reduce", service_workers="block")
    tab = Tab(await context.new_page(), own_product.url, person)
    devtools = await context.new_cdp_session(tab.page)
    seen: list[str] = []
    wrong: dict[str, Any] = {}
    async for state in Tour(tab.page, tab.url, person, lambda phone: grant(own_product, phone)).states():
        seen.append(state)
        for theme, width, height in LOOKS:
            await look(tab.page, theme, width, height)
            if found := await objections(tab.page):
                wrong[f"{state} {theme}"] = found
        await look(tab.page, *NARROWEST)
        await tab.check_width()
        if state.startswith("admin"):
            continue
        await tab.page.evaluate(HIDE, [REPEATED, True])
        faults = await enlarged_faults(tab.page, devtools)
        faults |= await contrast_faults(tab.page, len(seen))
        await tab.page.evaluate(HIDE, [REPEATED, False])
        wrong |= {f"{state} {name}": found for name, found in faults.items()}
    assert wrong == {}, "\n".join(f"{state}: {found}" for state, found in wrong.items())
    assert len(set(seen)) >= LEAST_STATES


async def test_a_field_without_a_name_would_be_noticed(
    own_product: Product, browser: Browser, crowd: Crowd
) -> None:
    page = await (await new_context(browser, crowd.person())).new_page()
    await page.goto(f"{own_product.url}/login")
    await page.evaluate("document.querySelector('label[for=phone]').remove()")
    assert "label" in [name for name, _ in await objections(page)]


SPOILT: Final = """() => {
  const style = new CSSStyleSheet();
  style.replaceSync(`*:focus-visible, .input:focus { outline: none !important; } .icon * { stroke: Canvas; }
    .input { border-color: transparent; } .seg label, .seg label:has(:checked) { outline: 0; border-color: Canvas; }
    .seg label:has(:checked) b::before { content: none; }
    h1 { white-space: nowrap; overflow: hidden; width: 3rem; } .lead, .sheet p { translate: 95vw; }`);
  document.adoptedStyleSheets = [style];
}"""


async def test_what_can_not_be_told_apart_would_be_noticed(
    own_product: Product, browser: Browser, crowd: Crowd
) -> None:
    tab = Tab(await (await new_context(browser, crowd.person())).new_page(), own_product.url, crowd.person())
    await tab.visit("/login")
    assert await lost(tab.page) == []
    await tab.page.evaluate(SPOILT)
    assert {kind for kind, _ in await lost(tab.page)} == {"cut", "outside"}
    assert {kind for kind, _ in await unclear(tab.page)} >= {"edge", "focus"}
    await tab.register()
    await tab.log_in()
    await tab.page.emulate_media(forced_colors="active")
    assert await unclear(tab.page, forced=True) == []
    await tab.page.evaluate(SPOILT)
    assert {kind for kind, _ in await unclear(tab.page, forced=True)} == {"focus", "drawing", "chosen"}
