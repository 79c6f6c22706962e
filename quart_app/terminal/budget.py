"""How much one person may ask of us: a bucket of tokens, and a count of strikes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable
from functools import partial
from typing import Final
from weakref import WeakValueDictionary

RATE: Final = 10.0
"""Frames a second, in the long run."""
BURST: Final = 20
MOST_RECENT: Final = 1000

Clock = Callable[[], float]


class TokenBucket:
    def __init__(self, rate: float = RATE, burst: int = BURST, *, clock: Clock = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._tokens, self._seen = float(burst), clock()

    def take(self) -> float | None:
        """None: granted. Else the seconds until the next token; a refusal costs nothing."""
        self._refill()
        if self._tokens >= 1:
            self._tokens -= 1
            return None
        return (1 - self._tokens) / self._rate

    @property
    def full(self) -> bool:
        self._refill()
        return self._tokens >= self._burst

    def _refill(self) -> None:
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._seen) * self._rate)
        self._seen = now


class Budgets:
    """One bucket for each user or client, shared by all their sockets and kept over reconnects."""

    def __init__(self, *, rate: float = RATE, burst: int = BURST, clock: Clock = time.monotonic) -> None:
        self._new = partial(TokenBucket, rate, burst, clock=clock)
        self._in_use: WeakValueDictionary[Hashable, TokenBucket] = WeakValueDictionary()
        self._recent: dict[Hashable, TokenBucket] = {}

    def of(self, key: Hashable) -> TokenBucket:
        """The bucket of ``key``: the same one while anything holds it or it isn't full."""
        bucket = self._in_use.get(key)
        if bucket is None:
            bucket = self._in_use[key] = self._new()
        if len(self._recent) >= MOST_RECENT:
            self._recent = {known: kept for known, kept in self._recent.items() if not kept.full}
        self._recent[key] = bucket
        return bucket


class Strikes:
    """Faults within a window: ``add`` says whether they are too many now."""

    def __init__(self, most: int, seconds: float, *, clock: Clock = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._times: deque[float] = deque(maxlen=most)

    def add(self) -> bool:
        """Count one more. True from the ``most``-th within ``seconds`` on."""
        now = self._clock()
        self._times.append(now)
        return len(self._times) == self._times.maxlen and now - self._times[0] < self._seconds
