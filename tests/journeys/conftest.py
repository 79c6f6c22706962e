"""The product in demo mode and a real Chromium to visit it with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.product.demo import demo_product
from tests.product.person import Crowd, Person
from tests.product.process import Product
from tests.product.tab import OpenTab, Tab, chromium, new_context
from tests.servers.postgres import Databases


@pytest.fixture(scope="session")
def crowd() -> Crowd:
    return Crowd()


@pytest.fixture(scope="session")
def product(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, migrated_template: str
) -> Iterator[Product]:
    with demo_product(tmp_path_factory.mktemp("product") / "demo", databases, migrated_template) as product:
        yield product


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def open_tab(product: Product, browser: Browser) -> AsyncIterator[OpenTab]:
    """Opens tabs on devices of their own. After the test, none may have had a fault."""
    tabs: list[Tab] = []

    async def open_one(person: Person, **options: Any) -> Tab:
        context = await new_context(browser, person, **options)
        tab = Tab(await context.new_page(), product.url, person)
        tabs.append(tab)
        return tab

    yield open_one
    assert [fault for tab in tabs for fault in tab.faults] == []
