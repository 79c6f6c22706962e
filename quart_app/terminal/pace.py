"""How fast one user's acts may go to Telegram: slowly enough that it never has to ask for a pause."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

PER_SECOND: Final = 1.0
BURST: Final = 5


class SteadyPace:
    """A few requests at once, then one a second. Times are monotonic seconds."""

    def __init__(
        self,
        per_second: float = PER_SECOND,
        burst: int = BURST,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval, self._burst, self._clock = 1 / per_second, burst, clock
        self._next = clock() - burst * self._interval

    def estimate(self, requests: int) -> timedelta:
        """How long so many requests will take from now on."""
        start = max(self._next, self._clock() - self._burst * self._interval)
        return timedelta(seconds=max(0.0, start + requests * self._interval - self._clock()))

    async def turn(self, requests: int) -> None:
        """Wait until so many more may go."""
        now = self._clock()
        self._next = max(self._next, now - self._burst * self._interval) + requests * self._interval
        if self._next > now:
            await asyncio.sleep(self._next - now)
