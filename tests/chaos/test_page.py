"""A page in a real Chromium while its worker goes away under it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from playwright.async_api import expect

from tests.chaos.bed import Bed, Ground, open_bed
from tests.product.process import Product
from tests.product.tab import Tab, chromium, new_context

Say = Callable[[str], None]
SECONDS = {"stopped": 10.0, "killed": 25.0}


async def away(bed: Bed, worker: Product, how: str) -> None:
    await (bed.fleet.restart(worker) if how == "stopped" else bed.fleet.kill(worker))


@pytest.mark.parametrize("how", SECONDS)
async def test_a_page_is_back_by_itself(ground: Ground, say: Say, how: str) -> None:
    async with open_bed(ground, workers=2) as bed, chromium() as browser:
        context = await new_context(browser, bed.new_person())
        tab = Tab(await context.new_page(), bed.url, bed.people[0])
        await tab.register()
        await tab.log_in()
        await tab.open_session()
        await expect(await tab.type("list 3")).to_have_attribute("data-status", "ok")
        longest = 0.0
        for worker in tuple(bed.fleet.workers):
            began = time.monotonic()
            going = asyncio.create_task(away(bed, worker, how))
            await asyncio.sleep(0.5)
            await expect(tab.page.locator("#st-link")).to_have_text("Connected", timeout=60_000)
            answer = await tab.type("list 3")
            await expect(answer).to_have_attribute("data-status", "ok")
            longest = max(longest, time.monotonic() - began)
            await going
        await bed.quiet()
        say(bed.verdict(f"a page whose worker was {how}: back, and answering, after {longest:.1f} s at most"))
        assert longest <= SECONDS[how]
        assert bed.overlaps == 0
        assert len(bed.telegram.devices(bed.people[0].phone)) == 1
        await context.close()
