"""The product in demo mode, and a Chromium that Lighthouse can join: what Playwright logs in to, it finds open."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import BrowserContext, async_playwright, expect

from tests.lighthouse.auditor import Auditor
from tests.product.demo import demo_product
from tests.product.person import Crowd, Person
from tests.product.process import Product
from tests.product.tab import ARGUMENTS, chromium_path
from tests.servers.postgres import Databases
from tests.servers.redis import free_port

PROTECTED: Final = "+9996620002"
"""The demo world's phone with a two-step password: it is led through every step."""
PREFERENCE: Final = -10


@pytest.fixture(scope="session", autouse=True)
def _first_in_line() -> None:
    """Where it is allowed, what is started from here goes before the machine's other work: times are measured."""
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, PREFERENCE)


@pytest.fixture(scope="session")
def product(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, migrated_template: str
) -> Iterator[Product]:
    with demo_product(tmp_path_factory.mktemp("product") / "demo", databases, migrated_template) as product:
        yield product


@pytest.fixture
def person() -> Person:
    return Crowd().person(phone=PROTECTED)


@pytest.fixture
def debugging_port() -> int:
    return free_port()


@pytest.fixture
async def context(tmp_path: Path, person: Person, debugging_port: int) -> AsyncIterator[BrowserContext]:
    """The browser's own context, which Lighthouse's tabs belong to as well."""
    expect.set_options(timeout=20_000)
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=chromium_path(),
            args=[*ARGUMENTS, f"--remote-debugging-port={debugging_port}"],
            extra_http_headers={"X-Forwarded-For": person.address},
            locale="en-GB",
            no_viewport=True,
        )
        yield context
        await context.close()


@pytest.fixture
def auditor(context: BrowserContext, debugging_port: int, tmp_path: Path) -> Auditor:
    return Auditor(debugging_port, tmp_path)
