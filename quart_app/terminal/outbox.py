"""Frames on their way to one reader: a bounded queue that makes whoever writes too fast wait."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Final

MOST_FRAMES: Final = 256
MOST_BYTES: Final = 1 << 20


class Outbox:
    """Written by several tasks, read by one.

    ``put`` waits for room. ``put_now`` never waits: it is for the short answers of the receiving side, which
    must go on hearing cancels, and may use as much room again.
    """

    def __init__(self, *, most_frames: int = MOST_FRAMES, most_bytes: int = MOST_BYTES) -> None:
        self._most_frames, self._most_bytes = most_frames, most_bytes
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._open = True
        self._room, self._filled = asyncio.Event(), asyncio.Event()

    async def put(self, frame: bytes) -> None:
        """Wait until ``frame`` fits, at the latest until all before it has gone. After the end: dropped."""
        if not self._open:
            await asyncio.sleep(0)  # nothing holds up the writer now, but it must hear that it is cancelled
        while self._open and not self.has_room(len(frame)):
            self._room.clear()
            await self._room.wait()
        self._add(frame)

    def put_now(self, frame: bytes) -> bool:
        """False: even the reserve is full, and the reader beyond help."""
        if self._open and not self.has_room(len(frame), reserve=2):
            return False
        self._add(frame)
        return True

    def has_room(self, size: int, *, reserve: int = 1) -> bool:
        """Whether a frame of ``size`` bytes fits; an empty outbox takes a frame of any size."""
        if not self._frames:
            return True
        within_frames = len(self._frames) < self._most_frames * reserve
        return within_frames and self._bytes + size <= self._most_bytes * reserve

    def close(self) -> None:
        """Take no more; the reader ends after what is here."""
        self._open = False
        self._room.set()
        self._filled.set()

    def abandon(self) -> None:
        """Nobody reads any more: forget what is here, and hold nobody up."""
        self._frames.clear()
        self._bytes = 0
        self.close()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        while not self._frames:
            if not self._open:
                raise StopAsyncIteration
            self._filled.clear()
            await self._filled.wait()
        frame = self._frames.popleft()
        self._bytes -= len(frame)
        self._room.set()
        return frame

    def _add(self, frame: bytes) -> None:
        if self._open:
            self._frames.append(frame)
            self._bytes += len(frame)
            self._filled.set()
