"""Whether an event loop turns: it is knocked at from outside, and how long it doesn't answer is known."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pulse:
    """``soon`` calls something on the loop, from any thread; RuntimeError once it is closed."""

    def __init__(self, soon: Callable[[Callable[[], None]], object]) -> None:
        self._soon = soon
        self._unanswered_since: float | None = None

    @property
    def blocked_seconds(self) -> float:
        """0 while it answers."""
        since = self._unanswered_since
        return 0.0 if since is None else time.monotonic() - since

    def knock(self) -> None:
        if self._unanswered_since is None:
            self._unanswered_since = time.monotonic()
            try:
                self._soon(self._answer)
            except RuntimeError:
                self._answer()

    def _answer(self) -> None:
        self._unanswered_since = None
