"""Lengths of time as people type them: ``8h``, ``30d``, ``1h30m``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_WHOLE: Final = re.compile(r"(?:[0-9]{1,6}[smhdw])+")
_PART: Final = re.compile(r"([0-9]+)([smhdw])")


def parse_duration(text: str) -> timedelta:
    """ValueError if ``text`` is none; OverflowError beyond what a timedelta holds."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    return timedelta(seconds=sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(text)))
