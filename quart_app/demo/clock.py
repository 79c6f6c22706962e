"""The clock of the demo world: the time of day, and as much later as whoever tries it says."""

from __future__ import annotations

import time
from collections.abc import Callable


class MovableClock:
    """Unix seconds. It is only ever put forward: nothing that was promised for later comes undone.

    What people do goes by it: ages of logins, codes and file references, flood waits, temporary keys, dates.
    The protocol's own times (message ids, salts, sessions) go by the real one, so that no client is shaken off.
    """

    def __init__(self, base: Callable[[], float] = time.time) -> None:
        self._base = base
        self.ahead = 0.0

    def __call__(self) -> float:
        return self._base() + self.ahead

    def advance(self, seconds: float) -> float:
        """Put forward by so many seconds; how far ahead it is now. ValueError for a step back."""
        if seconds < 0:
            raise ValueError("a clock is put forward only")
        self.ahead += seconds
        return self.ahead
