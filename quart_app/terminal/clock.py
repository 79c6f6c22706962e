"""The time that a run may take. It stands still while a person reads a question."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager


class Clock:
    def __init__(self) -> None:
        self._timeout: asyncio.Timeout | None = None

    @property
    def expired(self) -> bool:
        """Whether a TimeoutError came from here."""
        return self._timeout is not None and self._timeout.expired()

    @asynccontextmanager
    async def limited(self, seconds: float | None) -> AsyncIterator[None]:
        """TimeoutError after so many seconds, None for no limit. What blocks the loop can't be stopped by it."""
        async with asyncio.timeout(seconds) as self._timeout:
            yield

    @contextmanager
    def paused(self) -> Iterator[None]:
        when = self._timeout.when() if self._timeout is not None else None
        if self._timeout is None or when is None:
            yield
            return
        loop = asyncio.get_running_loop()
        left = when - loop.time()
        self._timeout.reschedule(None)
        try:
            yield
        finally:
            self._timeout.reschedule(loop.time() + left)

    def stop(self) -> None:
        """From here on only the caller ends the run."""
        if self._timeout is not None:
            self._timeout.reschedule(None)
