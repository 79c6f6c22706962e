"""Events on their way from a plugin's thread to the app's: a bounded queue between two event loops."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from typing import Final, Generic, TypeVar

T = TypeVar("T")
MOST: Final = 32
"""Events that may wait; a plugin that is faster than its reader waits as well."""


class Channel(Generic[T]):
    """Made on the reader's loop; ``put`` is called on the writer's, the rest on the reader's."""

    def __init__(self, most: int = MOST) -> None:
        self._reader = asyncio.get_running_loop()
        self._filled = asyncio.Event()
        self._items: deque[T] = deque()
        self._lock = threading.Lock()
        self._most, self._closed = most, False
        self._waiting: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    async def put(self, item: T) -> None:
        """Wait until there is room again. After the end: dropped."""
        room: asyncio.Event | None = None
        with self._lock:
            if self._closed:
                return
            self._items.append(item)
            first, full = len(self._items) == 1, len(self._items) >= self._most
            if full:
                room = asyncio.Event()
                self._waiting = asyncio.get_running_loop(), room
        if first:
            self._reader.call_soon_threadsafe(self._filled.set)
        if room is not None:
            await room.wait()

    async def take(self) -> tuple[T, ...]:
        """All that is there, one at least; nothing once it is closed and empty."""
        while not self._items and not self._closed:
            self._filled.clear()
            if not self._items:
                await self._filled.wait()
        with self._lock:
            taken = tuple(self._items)
            self._items.clear()
            waiting, self._waiting = self._waiting, None
        _wake(waiting)
        return taken

    def close(self) -> None:
        """No more will come; whoever waits for room need not wait any longer."""
        with self._lock:
            self._closed = True
            waiting, self._waiting = self._waiting, None
        self._filled.set()
        _wake(waiting)


def _wake(waiting: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None) -> None:
    if waiting is None:
        return
    loop, room = waiting
    if not loop.is_closed():
        loop.call_soon_threadsafe(room.set)
