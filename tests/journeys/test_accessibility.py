"""axe objects to nothing on any page, in any state, light on a desk and dark on a phone; and nothing sticks out."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from typing import Any, Final, Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.journeys.tour import Tour
from tests.product.demo import demo_product
from tests.product.person import Crowd
from tests.product.process import ROOT, Product
from tests.product.tab import Tab, new_context
from tests.servers.postgres import Databases

pytestmark = pytest.mark.browser

PROTECTED: Final = "+9996620002"
LOOKS: Final[tuple[tuple[Literal["light", "dark"], int, int], ...]] = (
    ("light", 1440, 900),
    ("dark", 390, 780),
)
NARROWEST: Final[tuple[Literal["dark"], int, int]] = ("dark", 320, 640)
LEAST_STATES: Final = 45


@pytest.fixture(scope="module")
def own_product(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, migrated_template: str
) -> Iterator[Product]:
    """One for the demo world's only phone with a two-step password, which other journeys register too."""
    with demo_product(tmp_path_factory.mktemp("product") / "tour", databases, migrated_template) as product:
        yield product


async def _grant(product: Product, phone: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "quart_app", "admin", "grant", phone),
        cwd=product.folder,
        env={"PYTHONPATH": str(ROOT), **product.environment},
    )
    assert await process.wait() == 0


async def look(page: Page, theme: Literal["light", "dark"], width: int, height: int) -> None:
    """Until the page is drawn so: axe may else see colours of both themes."""
    await page.set_viewport_size({"width": width, "height": height})
    await page.emulate_media(color_scheme=theme)
    await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 100)))")


async def objections(page: Page) -> list[Any]:
    """What axe says, with the elements that it means."""
    found: dict[str, Any] = (await Axe().run(page)).response
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]


async def test_every_page_and_state(own_product: Product, browser: Browser, crowd: Crowd) -> None:
    person = crowd.person(phone=PROTECTED)
    context = await new_context(browser, person, reduced_motion="reduce", service_workers="block")
    tab = Tab(await context.new_page(), own_product.url, person)
    seen: list[str] = []
    wrong: dict[str, list[Any]] = {}
    async for state in Tour(tab.page, tab.url, person, lambda phone: _grant(own_product, phone)).states():
        seen.append(state)
        for theme, width, height in LOOKS:
            await look(tab.page, theme, width, height)
            if found := await objections(tab.page):
                wrong[f"{state} {theme}"] = found
        await look(tab.page, *NARROWEST)
        await tab.check_width()
    assert wrong == {}, "\n".join(f"{state}: {found}" for state, found in wrong.items())
    assert len(set(seen)) >= LEAST_STATES


async def test_a_field_without_a_name_would_be_noticed(
    own_product: Product, browser: Browser, crowd: Crowd
) -> None:
    page = await (await new_context(browser, crowd.person())).new_page()
    await page.goto(f"{own_product.url}/login")
    await page.evaluate("document.querySelector('label[for=phone]').remove()")
    assert "label" in [name for name, _ in await objections(page)]
