"""How long a loop has not answered: nothing while it turns, counted from the first knock while it does not."""

from __future__ import annotations

import time
from collections.abc import Callable

from plugins.pulse import Pulse


def test_unanswered_it_counts_from_the_first_knock_and_answered_from_none() -> None:
    waiting: list[Callable[[], None]] = []
    pulse = Pulse(waiting.append)
    assert pulse.blocked_seconds == 0
    began = time.monotonic()
    pulse.knock()
    time.sleep(0.02)
    pulse.knock()
    assert 0.02 <= pulse.blocked_seconds <= time.monotonic() - began
    (answer,) = waiting
    answer()
    assert pulse.blocked_seconds == 0


def test_a_loop_that_is_closed_blocks_nobody() -> None:
    def closed(_answer: Callable[[], None]) -> None:
        raise RuntimeError

    pulse = Pulse(closed)
    pulse.knock()
    assert pulse.blocked_seconds == 0
