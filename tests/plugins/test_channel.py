"""A bounded queue between two event loops: nothing is lost, nothing changes places, and the writer waits."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from plugins.channel import Channel


class Writer:
    """Writes numbers from a loop of its own."""

    def __init__(self, channel: Channel[int], count: int) -> None:
        self._channel, self._count, self.written = channel, count, 0
        self.thread = threading.Thread(target=lambda: asyncio.run(self._write()))

    async def _write(self) -> None:
        for number in range(self._count):
            await self._channel.put(number)
            self.written += 1


async def joined(writer: Writer) -> None:
    await asyncio.to_thread(writer.thread.join, 30)
    assert not writer.thread.is_alive()


@pytest.mark.parametrize("most", [1, 3, 1000])
async def test_all_arrive_in_order(most: int) -> None:
    channel = Channel[int](most)
    writer, taken = Writer(channel, 500), list[int]()
    writer.thread.start()
    while len(taken) < 500:
        batch = await channel.take()
        assert 1 <= len(batch) <= most
        taken += batch
    assert taken == list(range(500))
    await joined(writer)


async def test_a_writer_waits_for_its_reader() -> None:
    channel = Channel[int](3)
    writer = Writer(channel, 10)
    writer.thread.start()
    assert await channel.take() != ()
    for _ in range(50):
        await asyncio.sleep(0.001)
    assert writer.written < 10
    channel.close()
    await joined(writer)


async def test_after_the_end_what_is_there_is_still_read() -> None:
    channel = Channel[int](3)
    writer = Writer(channel, 2)
    writer.thread.start()
    await joined(writer)
    channel.close()
    assert await channel.take() == (0, 1)
    assert await channel.take() == ()


async def test_whoever_waits_for_something_hears_of_the_end() -> None:
    channel = Channel[Any]()
    waiting = asyncio.create_task(channel.take())
    await asyncio.sleep(0)
    channel.close()
    assert await waiting == ()
    await channel.put("too late")
    assert await channel.take() == ()
