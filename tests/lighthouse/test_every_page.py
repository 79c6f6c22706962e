"""Lighthouse finds nothing to object to on any page, for a phone and for a desk; and it would, if there were."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeAlias, get_args

import pytest
from playwright.async_api import BrowserContext

from tests.journeys.tour import Tour
from tests.lighthouse.auditor import Auditor, Form, Report
from tests.product.administrator import grant
from tests.product.person import Person
from tests.product.process import Product

pytestmark = pytest.mark.lighthouse

Tell: TypeAlias = Callable[[str], None]
FAST: Final = 98
TRIES: Final = 5
PAGES: Final = {
    *("landing", "register", "login", "recover", "offline", "api-docs", "nothing-here"),
    *("session-start", "session-qr", "session-code", "session-password", "session-locked", "terminal-empty"),
    *("settings", "recover-code", "recover-two-step", "login-code"),
    *("admin", "admin-people", "admin-access", "admin-plugins", "admin-audit"),
}
"""States of the tour that a visit to their address shows again."""
SLOW_AND_UNNAMED: Final = b"""<!doctype html><html lang="en"><head><title>A page with faults</title>
<meta name="viewport" content="width=device-width"></head><body><main><h1>Faults</h1><input type="text"></main>
<script>const until = performance.now() + 900; while (performance.now() < until); missing();</script></body></html>"""


def wrong(report: Report, page: str) -> dict[str, str]:
    """Browsers themselves note in the console that a page which isn't there was answered with 404, as it must be."""
    if page == "nothing-here" and report.flaws.keys() == {"errors-in-console"}:
        assert "404" in report.flaws["errors-in-console"]
        return (
            {}
            if report.scores["accessibility"] == 100 and report.scores["performance"] >= FAST
            else report.flaws
        )
    return {} if report.is_perfect and report.scores["performance"] >= FAST else report.flaws


@pytest.fixture
def tell(pytestconfig: pytest.Config) -> Tell:
    """Says on the screen how far it is: there are minutes of it."""
    reporter = pytestconfig.pluginmanager.get_plugin("terminalreporter")
    return lambda text: None if reporter is None else reporter.write(f"{text}\n", flush=True)


async def test_every_page(
    product: Product, context: BrowserContext, person: Person, auditor: Auditor, tell: Tell
) -> None:
    page = context.pages[0]
    seen: set[str] = set()
    faults: dict[str, dict[str, str]] = {}
    async for state in Tour(page, product.url, person, lambda phone: grant(product, phone)).states():
        if state not in PAGES:
            continue
        seen.add(state)
        for form in get_args(Form):
            report = await auditor.best(page.url, form, performance=FAST, tries=TRIES)
            tell(f"{state:18} {form:8} {report.scores}")
            if found := wrong(report, state):
                faults[f"{state} {form}"] = found
    assert faults == {}
    assert seen == PAGES


@asynccontextmanager
async def serving(document: bytes) -> AsyncIterator[str]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(document)}\r\n\r\n"
        writer.write(head.encode() + document)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def test_a_page_with_faults_is_found_out(auditor: Auditor) -> None:
    """The control: a field without a name, a script that fails, and one that keeps the page busy."""
    async with serving(SLOW_AND_UNNAMED) as url:
        report = await auditor.best(url, "mobile", performance=FAST, tries=2)
    assert all(report.scores[name] < 100 for name in ("accessibility", "best-practices"))
    assert report.scores["performance"] < FAST
    assert report.flaws.keys() >= {"label", "errors-in-console", "total-blocking-time"}
