"""The last line of defence: nothing secret should get into a log line, and if it does, it is taken out here."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from typing import Final

MOST_CHARACTERS: Final = 2_000
MOST_FRAMES: Final = 30
_PATTERNS: Final = (
    (re.compile(r"\btcm_[\w-]+"), "tcm_[redacted]"),
    (re.compile(r"(?<![\w.])\+\d(?:[ ()-]?\d){6,14}(?!\d)"), "+[redacted]"),
    (re.compile(r"(?<=://)[^\s/@]*@"), "[redacted]@"),
    (re.compile(r"\btg://\S+"), "tg://[redacted]"),
    (re.compile(r"\b[A-Za-z0-9_-]{40,}={0,2}"), "[redacted]"),
)
"""API tokens, phones, credentials in a URL, login links, and whatever is as long as a key."""


def redact(text: str) -> str:
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text[:MOST_CHARACTERS]


def describe(error: BaseException) -> list[dict[str, object]]:
    """An exception and what led to it: classes and places in the code, without any message or value."""
    return [{"class": name, "frames": frames} for name, frames in places(error)]


def places(error: BaseException) -> Iterator[tuple[str, list[str]]]:
    """Class (module and name) and frames (file, line, function) of ``error`` and of what led to it."""
    for each in _chain(error):
        frames = traceback.extract_tb(each.__traceback__)[-MOST_FRAMES:]
        name = f"{type(each).__module__}.{type(each).__qualname__}"
        yield name, [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
