"""A browser, a program and a second program of one user on three workers, each connection sent anywhere."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from typing import Final

from tests.chaos.bed import Ground, open_bed
from tests.chaos.front import anywhere

SECONDS: Final = float(os.environ.get("CHAOS_SECONDS", "90"))
"""600 is what is promised for."""
MOST_TAKE_OVERS: Final = 3
SHARE_LIVE: Final = 0.95
PATIENCE: Final = 12.0
"""Each device asks about every five seconds."""


async def test_three_devices_of_one_user(ground: Ground, say: Callable[[str], None]) -> None:
    async with open_bed(ground, workers=3) as bed:
        person = await bed.person()
        first, second = bed.headers[person.phone], await bed.second_program(person)
        browser = await bed.browser(person)
        bed.front.policy = anywhere
        lines = ["list 5", "search offerte"]
        devices = {
            "browser": bed.tab(browser, pause=5, lines=lines),
            "program": bed.script(first, pause=5, lines=lines),
            "second device": bed.tab(second, pause=5, lines=lines),
        }
        await asyncio.sleep(15)
        connections = len(bed.telegram.connections(person.phone))
        began = time.monotonic()
        await asyncio.sleep(SECONDS)
        until = time.monotonic()
        take_overs = len(bed.telegram.connections(person.phone)) - connections
        await bed.quiet()
        shares = {name: record.share_live(began, until, PATIENCE) for name, record in devices.items()}
        moved = {name: record.closes[1012] + record.codes["moved"] for name, record in devices.items()}
        say(
            bed.verdict(
                f"no stickiness, {SECONDS:.0f} s: {take_overs} take-overs, "
                f"live {', '.join(f'{name} {share:.1%}' for name, share in shares.items())}, sent on {moved}"
            )
        )
        assert bed.overlaps == 0
        assert take_overs <= MOST_TAKE_OVERS
        assert min(shares.values()) >= SHARE_LIVE
