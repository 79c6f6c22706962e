"""SIGTERM under load: everybody is told, everything is saved, and it takes its time but not long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.chaos.bed import Ground, open_bed
from tests.chaos.tab import RESTART

Say = Callable[[str], None]


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
@pytest.mark.parametrize("telegram", ["answers", "says nothing"])
async def test_a_stop(ground: Ground, say: Say, loop: str, telegram: str) -> None:
    async with open_bed(ground, workers=1, options=["--loop", loop]) as bed:
        records = []
        for _ in range(3):
            headers = bed.headers[(await bed.person()).phone]
            records += [bed.tab(headers, lines=["list --fresh"]), bed.tab(headers, lines=["list 5"])]
        ground.telegram.ask(lambda demo: demo.instrument.delay("messages.GetDialogs", 0.3))
        await asyncio.sleep(3)
        ground.telegram.silence(telegram == "says nothing")
        await asyncio.sleep(0.5)
        (worker,) = bed.fleet.workers
        await bed.fleet.stop(worker)
        ground.telegram.silence(False)
        ((code, seconds),) = bed.fleet.stops
        assert code == 0
        assert seconds < 25
        assert all(record.closes[RESTART] == 1 for record in records)
        assert all(record.ends["none"] == 0 for record in records), "every run has been reported"
        worker.start(wait=False)
        await bed.fleet.ready(worker)
        before = [record.ends["ok"] for record in records]
        async with asyncio.timeout(30):
            while any(record.ends["ok"] <= count for record, count in zip(records, before, strict=True)):
                await asyncio.sleep(0.05)
        await bed.quiet()
        say(bed.verdict(f"SIGTERM on {loop} while Telegram {telegram}"))
        assert bed.overlaps == 0
        assert bed.fleet.complaints() == []
        for person in bed.people:
            assert len(bed.telegram.devices(person.phone)) == 1, "nobody had to log in again"
