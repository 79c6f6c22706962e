"""How long this machine may take, as busy as it is."""

from __future__ import annotations

import os
from typing import Final

MOST: Final = 10.0


def patience(seconds: float) -> float:
    """For what takes at most ``seconds`` where nothing else runs: up to ten times as many where more waits to run.

    What is to happen at once is told; what isn't told is found after thirty seconds, and so still told apart.
    """
    return seconds * min(MOST, max(1.0, os.getloadavg()[0]))
