"""axe objects to nothing and nothing sticks out in states that seldom occur either."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.async_api import Browser

from tests.journeys.rare import Rare
from tests.journeys.test_accessibility import LOOKS, NARROWEST, look, objections
from tests.product.cable import open_cable
from tests.product.person import Crowd
from tests.product.stage import Stage, staged_product
from tests.product.tab import Tab, new_context
from tests.servers.postgres import Databases

pytestmark = pytest.mark.browser

LEAST_STATES: Final = 25
OWN: Final = re.compile(
    r"error: (WebSocket connection to .*|Failed to load resource:) net::ERR_|.*Service Worker registration blocked"
)
"""What Chromium itself says of the cable, which this walk pulls, and of what the test has switched off."""


@pytest.fixture(scope="module")
def stage(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, migrated_template: str
) -> Iterator[Stage]:
    with staged_product(tmp_path_factory.mktemp("rare") / "stage", databases, migrated_template) as stage:
        yield stage


async def test_every_rare_state(stage: Stage, browser: Browser, crowd: Crowd) -> None:
    person = crowd.person()
    context = await new_context(browser, person, reduced_motion="reduce", service_workers="block")
    seen: list[str] = []
    wrong: dict[str, list[Any]] = {}
    async with open_cable(stage.port, stage.product.port) as cable:
        tab = Tab(await context.new_page(), cable.url, person)
        async for state in Rare(tab.page, stage, cable, person).states():
            seen.append(state)
            for theme, width, height in LOOKS:
                await look(tab.page, theme, width, height)
                if found := await objections(tab.page):
                    wrong[f"{state} {theme}"] = found
            await look(tab.page, *NARROWEST)
            await tab.check_width()
    assert wrong == {}, "\n".join(f"{state}: {found}" for state, found in wrong.items())
    assert [fault for fault in tab.faults if not OWN.match(fault)] == []
    assert len(set(seen)) >= LEAST_STATES
