"""Each protection, with it and without it: with it the data centre sees nothing wrong, without it it does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.chaos.bed import Bed, Ground, open_bed
from tests.chaos.front import Policy

TIMES = 0.2
"""Of the product's own: a worker is given up after 3 seconds, and a lease waited for 0.6."""


def options(without: str | None) -> list[str]:
    return ["--times", str(TIMES), *([] if without is None else ["--without", without])]


def with_and(protection: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("without", [None, protection])


def to(port: int) -> Policy:
    """Everybody to this worker."""
    return lambda _head, ports: port if port in ports else ports[0]


Say = Callable[[str], None]


def judge(bed: Bed, say: Say, without: str | None, violations: int, what: str) -> None:
    say(bed.verdict(f"{'ALL PROTECTIONS' if without is None else f'WITHOUT {without}'}: {violations} {what}"))
    assert bed.ends.total() > 3, "there was no load"
    assert bed.fleet.complaints() == []
    if without is None:
        assert violations == 0
    else:
        assert violations > 0, f"nothing was noticed though there was no {without}"


@with_and("fence")
async def test_a_worker_that_was_paused(ground: Ground, say: Say, without: str | None) -> None:
    """It wakes up in the middle of a command, long after another has taken its sessions over."""
    async with open_bed(ground, workers=2, options=options(without)) as bed:
        for _ in range(3):
            headers = bed.headers[(await bed.person()).phone]
            for worker in bed.fleet.workers:
                bed.tab(headers, port=worker.port, lines=["list --fresh"], pause=0.02)
        ground.telegram.ask(lambda demo: demo.instrument.delay("messages.GetDialogs", 0.15))
        await asyncio.sleep(1.5)
        for worker in bed.fleet.workers * 2:
            await bed.fleet.pause(worker, 6.0)
            await asyncio.sleep(3.0)
        await bed.quiet()
        judge(bed, say, without, bed.overlaps, "parallel uses of a key")


@with_and("quarantine")
async def test_a_worker_far_from_telegram(ground: Ground, say: Say, without: str | None) -> None:
    """Sessions go from one worker to the other while Telegram still hears the first."""
    async with open_bed(ground, workers=2, options=options(without), slow_road=0.4) as bed:
        far, near = bed.fleet.ports
        bed.front.policy = to(far)
        for _ in range(3):
            bed.tab(bed.headers[(await bed.person()).phone], pause=0.05, lines=["list --fresh"])
        await asyncio.sleep(2)
        for port in (near, far, near, far, near):
            bed.front.policy = to(port)
            for person in bed.people:
                bed.tab(bed.headers[person.phone], pause=0.05, lines=["list --fresh"])
            await asyncio.sleep(6)
        await bed.quiet()
        judge(bed, say, without, bed.held_together, "pairs of connections of one key that were open at once")


@with_and("ownership")
async def test_two_workers_at_once(ground: Ground, say: Say, without: str | None) -> None:
    async with open_bed(ground, workers=2, options=options(without)) as bed:
        for _ in range(2):
            headers = bed.headers[(await bed.person()).phone]
            for worker in bed.fleet.workers:
                bed.tab(headers, port=worker.port, pause=0.1)
        await asyncio.sleep(8)
        await bed.quiet()
        judge(bed, say, without, bed.overlaps, "parallel uses of a key")


@with_and("flood memory")
async def test_a_flood_wait(ground: Ground, say: Say, without: str | None) -> None:
    async with open_bed(ground, workers=1, options=options(without)) as bed:
        person = await bed.person()
        bed.tab(bed.headers[person.phone], pause=0.15, lines=["list --fresh"])
        bed.tab(bed.headers[person.phone], pause=0.15, lines=["list 5"])
        await asyncio.sleep(1)
        early = 0
        for _ in range(3):
            ground.telegram.flood("messages.GetDialogs", 3)
            while "flood_wait" not in bed.codes:
                await asyncio.sleep(0.02)
            before = ground.telegram.calls("messages.GetDialogs", person.phone)
            await asyncio.sleep(2.5)
            early += ground.telegram.calls("messages.GetDialogs", person.phone) - before
            await asyncio.sleep(1.5)
            for record in bed.records:
                record.codes.clear()
        await bed.quiet()
        judge(bed, say, without, early, "calls within the time that Telegram had asked to wait")


@with_and("no retry")
async def test_connections_that_break_once_a_call_is_executed(
    ground: Ground, say: Say, without: str | None
) -> None:
    """Each line asks Telegram exactly once, and hears nothing of it."""
    method = "channels.GetFullChannel"
    async with open_bed(ground, workers=1, options=options(without)) as bed:
        person = await bed.person()
        lines = [f"@{name}" for name in (await bed.usernames(person))[:12]]
        assert len(lines) > 3
        ground.telegram.ask(lambda demo: demo.instrument.drop(method, "after", times=100))
        record = bed.tab(bed.headers[person.phone], pause=0.1, lines=lines)
        bed.tab(bed.headers[person.phone], pause=0.3, lines=["list 5"])
        repeated = 0
        while (ended := record.ends.total()) < 4:
            asked = ground.telegram.calls(method, person.phone)
            repeated = max(repeated, asked - ended - 1)  # one line may be under way
            await asyncio.sleep(0.02)
        await bed.quiet()
        judge(bed, say, without, repeated, "calls that were sent again after they had been executed")
