"""The data centre's own message ids: odd, unique, increasing with its clock."""

from __future__ import annotations

from collections.abc import Callable


class MessageIds:
    """One for all connections of a data centre, so that a session may move between them."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = 0

    def next(self, *, reply: bool) -> int:
        """1 mod 4 for a reply, 3 mod 4 for anything unasked."""
        self._last = max(int(self._clock() * (1 << 32)) & ~3, self._last + 4)
        return self._last + (1 if reply else 3)
