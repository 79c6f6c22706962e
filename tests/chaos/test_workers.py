"""Workers come, go, die and stand still, at the product's own times: nobody is lost, no key is used twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.chaos.bed import Bed, Ground, open_bed
from tests.chaos.front import by_route
from tests.chaos.tab import Record

Say = Callable[[str], None]
BACK_SECONDS = 10.0
BACK_AFTER_DEATH_SECONDS = 25.0
PEOPLE = 3
ENDS = {"ok", "error", "cancelled", "unknown", "none", "unheard"}
"""``none``: the connection was gone before; its page shows the run as of unknown outcome."""
EXPECTED = {"moved", "telegram_unreachable", "storage_unavailable", "cancelled"}


async def open_tabs(bed: Bed) -> list[Record]:
    """Two tabs for each of some people; all of them live."""
    records = []
    for _ in range(PEOPLE):
        headers = bed.headers[(await bed.person()).phone]
        records += [bed.tab(headers), bed.tab(headers)]
    await answered(records, 30)
    return records


async def answered(records: list[Record], seconds: float) -> float:
    """Wait until each tab has had a good answer from now on; how long the last one took."""
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while not all(record.answered_at and record.answered_at[-1] > began for record in records):
            await asyncio.sleep(0.02)
    return time.monotonic() - began


async def judge(
    bed: Bed, say: Say, title: str, gaps: list[float] | None = None, *, paused: bool = False
) -> None:
    """``paused``: a worker that stands still can't close its connections, it only says nothing over them."""
    await bed.quiet()
    silence = "" if gaps is None else f", longest silence of a tab {max(gaps):.1f} s"
    say(bed.verdict(f"{title}{silence}"))
    assert bed.overlaps == 0
    assert bed.held_together == 0 or paused
    assert set(bed.ends) <= ENDS
    assert set(bed.codes) <= EXPECTED
    assert sum(record.doubled for record in bed.records) == 0
    assert bed.fleet.complaints() == []
    for person in bed.people:
        assert len(bed.telegram.devices(person.phone)) == 1, "nobody had to log in again"


async def test_a_roll(ground: Ground, say: Say) -> None:
    async with open_bed(ground, workers=3) as bed:
        records = await open_tabs(bed)
        began = time.monotonic()
        for worker in tuple(bed.fleet.workers):
            await bed.fleet.restart(worker)
            await answered(records, BACK_SECONDS)
        gaps = [record.longest_gap(began, time.monotonic()) for record in records]
        await judge(bed, say, "roll of three workers", gaps)
        assert max(gaps) <= BACK_SECONDS
        assert all(code == 0 and seconds < 25 for code, seconds in bed.fleet.stops)


async def test_up_and_down(ground: Ground, say: Say) -> None:
    """Scaled from one worker to three and back to one, with the front told each time."""
    async with open_bed(ground, workers=1) as bed:
        records = await open_tabs(bed)
        began = time.monotonic()
        await bed.fleet.start(2)
        bed.front.ports[:] = bed.fleet.ports
        newcomers = [bed.tab(bed.headers[person.phone]) for person in bed.people]
        await answered(newcomers, BACK_SECONDS)
        await answered(records, BACK_SECONDS)
        for worker in bed.fleet.workers[1:]:
            bed.front.ports.remove(worker.port)
            await bed.fleet.stop(worker)
            await answered(records + newcomers, BACK_SECONDS)
        gaps = [record.longest_gap(began, time.monotonic()) for record in records]
        await judge(bed, say, "scaled 1 to 3 to 1", gaps)
        assert max(gaps) <= BACK_SECONDS


async def test_killed(ground: Ground, say: Say) -> None:
    async with open_bed(ground, workers=3) as bed:
        records = await open_tabs(bed)
        began = time.monotonic()
        for worker in tuple(bed.fleet.workers):
            await bed.fleet.kill(worker)
            await answered(records, BACK_AFTER_DEATH_SECONDS)
        gaps = [record.longest_gap(began, time.monotonic()) for record in records]
        await judge(bed, say, "three workers killed with -9", gaps)
        assert max(gaps) <= BACK_AFTER_DEATH_SECONDS


async def test_paused(ground: Ground, say: Say) -> None:
    """For longer than it has a lease: another worker takes over, and the one that wakes up says nothing."""
    async with open_bed(ground, workers=2) as bed:
        records = await open_tabs(bed)
        taken: list[float] = []
        for worker in tuple(bed.fleet.workers):
            bed.front.ports.remove(worker.port)  # as a health check does
            pausing = asyncio.create_task(bed.fleet.pause(worker, 35))
            newcomers = [bed.tab(bed.headers[person.phone]) for person in bed.people]
            taken.append(await answered(newcomers, BACK_AFTER_DEATH_SECONDS))
            await pausing
            bed.front.ports[:] = bed.fleet.ports
            taken.append(await answered(records + newcomers, BACK_SECONDS))
            records += newcomers
        title = f"each of two workers paused for 35 s, taken over after and back after {[round(s, 1) for s in taken]} s"
        await judge(bed, say, title, paused=True)


@pytest.mark.parametrize("how", ["flushed", "restarted empty", "away for 5 s"])
async def test_redis(ground: Ground, say: Say, how: str) -> None:
    """Whoever has a live owner is still logged in afterwards, here and at Telegram."""
    async with open_bed(ground, workers=2) as bed:
        records = await open_tabs(bed)
        began = time.monotonic()
        for _ in range(2):
            if how == "flushed":
                await asyncio.to_thread(bed.redis.flush)
            else:
                await asyncio.to_thread(bed.redis.stop)
                await asyncio.sleep(5 if how.startswith("away") else 0)
                await asyncio.to_thread(bed.redis.start)
            await answered(records, 20)
            await asyncio.sleep(5)
        gaps = [record.longest_gap(began, time.monotonic()) for record in records]
        await judge(bed, say, f"Redis {how}, twice", gaps)
        assert not any(4401 in record.closes for record in records), "somebody was signed out"
        for headers in bed.headers.values():
            fresh = bed.tab(headers)
            await answered([fresh], BACK_SECONDS)


async def test_everything_at_once(ground: Ground, say: Say) -> None:
    async with open_bed(ground, workers=3, policy=by_route) as bed:
        records = await open_tabs(bed)
        began = time.monotonic()
        first, second, third = bed.fleet.workers
        await asyncio.gather(bed.fleet.restart(first), bed.fleet.kill(second), bed.fleet.pause(third, 20))
        await asyncio.to_thread(bed.redis.flush)
        bed.telegram.drop_connections()
        await asyncio.sleep(5)
        await answered(records, 40)
        gaps = [record.longest_gap(began, time.monotonic()) for record in records]
        await judge(bed, say, "stopped, killed, paused, flushed and cut off at once", gaps, paused=True)
