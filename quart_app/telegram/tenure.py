"""How long a worker keeps a session that another worker asks for.

Wherever a user's devices are sent to one worker, they are all at one place, and a session follows them there. Where
they are sent anywhere, it must not: each worker would snatch it from the other, with three seconds' wait each time.
The two are told apart by who comes here. A device that is refused elsewhere comes again; if it is sent anywhere, it
gets here soon, and stays. If it is not, nobody comes here any more, and one other worker alone asks again and again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

KEEP_SECONDS: Final = 10.0
"""At least so long after it was opened, and after the last device has come here."""
DEAF_SECONDS: Final = 60.0
"""So long after the last device has come here, one that nobody uses goes at the first request."""
ASKED_IN_A_ROW: Final = 6


class Tenure:
    """Of one live session in one worker."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._came_at = clock()
        self._asker, self._asked = "", 0

    def came(self) -> None:
        """A device has come here: a handshake or a request, not what is typed into a terminal that is open."""
        self._came_at = self._clock()
        self._asker, self._asked = "", 0

    def yields(self, asker: str, *, in_use: bool) -> bool:
        """Whether the session goes to the worker ``asker``, which has just asked for one of its devices."""
        self._asked = self._asked + 1 if asker == self._asker else 1
        self._asker = asker
        alone = self._clock() - self._came_at
        if alone < KEEP_SECONDS:
            return False
        return self._asked >= ASKED_IN_A_ROW or (not in_use and alone >= DEAF_SECONDS)
