"""On a phone the page can be installed; without a network it says so, and keeps nothing of anybody."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.product.person import Crowd
from tests.product.tab import OpenTab

pytestmark = pytest.mark.browser

CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found;
}"""


async def test_without_a_network_the_page_says_so(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await open_tab(crowd.person(), width=390)
    await tab.register()
    await tab.log_in()
    await tab.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await tab.page.reload()
    await tab.page.context.set_offline(True)
    await tab.page.goto(f"{tab.url}/terminal")
    await expect(tab.heading("No connection")).to_be_visible()
    await tab.check_width()
    await tab.page.context.set_offline(False)
    await tab.page.get_by_role("link", name="Try again").click()
    await expect(tab.button("Start session")).to_be_visible()
    # What Chromium itself says of a page that it could not fetch; the test asked for it.
    tab.faults = [fault for fault in tab.faults if "ERR_INTERNET_DISCONNECTED" not in fault]
    kept = await tab.page.evaluate(CACHED)
    assert "/offline" in kept
    assert [path for path in kept if path != "/offline" and not path.startswith("/static/")] == []


async def test_it_can_be_installed(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await open_tab(crowd.person(), width=390)
    await tab.page.goto(f"{tab.url}/")
    session = await tab.page.context.new_cdp_session(tab.page)
    manifest = await session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert "/manifest.webmanifest" in manifest["url"]
    problems = await session.send("Page.getInstallabilityErrors")
    # A private window, as tests use, can never install anything; nothing else may stand in the way.
    assert [each["errorId"] for each in problems["installabilityErrors"]] in ([], ["in-incognito"])
