"""How many new public names one user may have looked up: Telegram's tightest limit, with waits of up to 18 hours."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

WINDOWS: Final = ((60.0, 10), (86_400.0, 150))
"""Seconds, and how many within them."""


class NameBudget:
    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._taken: deque[float] = deque(maxlen=max(most for _, most in WINDOWS))

    def take(self) -> float:
        """0 if one more may be looked up (it is counted), else the seconds to wait."""
        now = self._clock()
        wait = max(self._wait(now, seconds, most) for seconds, most in WINDOWS)
        if wait <= 0:
            self._taken.append(now)
        return max(0.0, wait)

    def _wait(self, now: float, seconds: float, most: int) -> float:
        if len(self._taken) < most:
            return 0.0
        return self._taken[-most] + seconds - now
