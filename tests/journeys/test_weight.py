"""What a first visit really fetches, counted by the browser: below 100 KB a page, and nothing from anywhere else."""

from __future__ import annotations

from typing import Any, Final

import pytest
from playwright.async_api import expect

from tests.product.person import Crowd
from tests.product.tab import OpenTab, Tab

pytestmark = pytest.mark.browser

MOST_BYTES: Final = 100_000
OUTSIDE: Final = ("/", "/register", "/login", "/recover", "/offline", "/api/docs")
INSIDE: Final = ("/terminal", "/settings")


class Scales:
    """Weighs visits without a cache, headers included."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab
        self._bytes = 0
        self.elsewhere: list[str] = []

    async def begin(self) -> None:
        session = await self._tab.page.context.new_cdp_session(self._tab.page)
        session.on("Network.loadingFinished", self._loaded)
        session.on("Network.requestWillBeSent", self._asked)
        await session.send("Network.enable")
        await session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _loaded(self, event: dict[str, Any]) -> None:
        self._bytes += int(event["encodedDataLength"])

    def _asked(self, event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        if not url.startswith((f"{self._tab.url}/", "data:", "blob:")):
            self.elsewhere.append(url)

    async def weigh(self, path: str) -> int:
        self._bytes = 0
        await self._tab.visit(path)
        await self._tab.page.wait_for_load_state("networkidle")
        return self._bytes


async def test_every_page_is_light(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await open_tab(crowd.person(), service_workers="block")
    scales = Scales(tab)
    await scales.begin()
    weights = {path: await scales.weigh(path) for path in OUTSIDE}
    await tab.register()
    await tab.log_in()
    weights |= {f"{path} before a session": await scales.weigh(path) for path in INSIDE}
    await tab.visit("/terminal")
    await tab.open_session()
    weights["/terminal"] = await scales.weigh("/terminal")
    await expect(tab.line).to_be_editable()
    assert {path: weight for path, weight in weights.items() if not 5_000 < weight < MOST_BYTES} == {}
    assert scales.elsewhere == []
    tab.faults = [fault for fault in tab.faults if "Service Worker registration blocked" not in fault]
