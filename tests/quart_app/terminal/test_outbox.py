"""The queue to one reader: bounded, in order, and never in the way at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from quart_app.terminal.outbox import Outbox


async def rest(outbox: Outbox) -> list[bytes]:
    outbox.close()
    return [frame async for frame in outbox]


async def test_frames_leave_in_order() -> None:
    outbox = Outbox()
    for number in range(5):
        await outbox.put(b"%d" % number)

    assert await rest(outbox) == [b"0", b"1", b"2", b"3", b"4"]


@pytest.mark.parametrize("outbox", [Outbox(most_frames=2), Outbox(most_bytes=8)], ids=["frames", "bytes"])
async def test_a_full_outbox_makes_the_writer_wait_for_the_reader(outbox: Outbox) -> None:
    await outbox.put(b"1111")
    await outbox.put(b"2222")
    third = asyncio.create_task(outbox.put(b"3333"))
    await asyncio.sleep(0)
    assert not third.done()

    assert await anext(outbox) == b"1111"
    await third
    assert await rest(outbox) == [b"2222", b"3333"]


async def test_one_big_frame_passes_alone() -> None:
    outbox = Outbox(most_bytes=8)
    await outbox.put(b"x" * 100)

    assert not outbox.has_room(1)
    assert await anext(outbox) == b"x" * 100
    assert outbox.has_room(1)


async def test_short_answers_have_a_reserve_and_an_end() -> None:
    outbox = Outbox(most_frames=2)
    answers = [outbox.put_now(b"x") for _ in range(5)]

    assert answers == [True, True, True, True, False]
    assert len(await rest(outbox)) == 4


async def test_what_nobody_reads_holds_nobody_up() -> None:
    outbox = Outbox(most_frames=1)
    await outbox.put(b"1")
    waiting = asyncio.create_task(outbox.put(b"2"))
    await asyncio.sleep(0)
    outbox.abandon()
    await waiting

    assert outbox.put_now(b"3")
    assert [frame async for frame in outbox] == []


async def test_a_reader_waits_for_a_writer() -> None:
    outbox = Outbox()
    reader = asyncio.ensure_future(anext(outbox))
    await asyncio.sleep(0)
    assert not reader.done()

    await outbox.put(b"1")
    assert await reader == b"1"


@pytest.mark.parametrize("end", [Outbox.abandon, Outbox.close])
async def test_a_writer_without_end_can_be_cancelled_though_nothing_holds_it_up(
    end: Callable[[Outbox], None],
) -> None:
    outbox = Outbox()
    end(outbox)

    async def write() -> None:
        for _ in range(10_000):
            await outbox.put(b"x")

    writer = asyncio.create_task(write())
    await asyncio.sleep(0)
    writer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writer
