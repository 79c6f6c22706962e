"""Rows as one text: shown where it can be copied, or offered as a file when it is long."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Final

from commands.errors import CommandError
from commands.events import Download, Event, Text
from commands.phrases import say
from commands.rows import Row, Stream

MOST_SHOWN: Final = 64 * 1024
"""Bytes; what is longer becomes a file."""
MOST_KEPT: Final = 16 * 1024 * 1024
"""Bytes; a stream that never ends must not fill the memory."""


async def collect(rows: Stream, write: Callable[[Row], str]) -> list[str]:
    """Each row as ``write`` puts it. CommandError ``too_many`` beyond MOST_KEPT."""
    parts: list[str] = []
    size = 0
    async for batch in rows.batches:
        written = [write(row) for row in batch]
        size += sum(len(part.encode(errors="replace")) for part in written)
        if size > MOST_KEPT:
            raise CommandError("too_many", say("These are too many rows for one file: narrow them first."))
        parts += written
    return parts


async def export(text: str, name: str, media_type: str, *, encoding: str = "utf-8") -> AsyncIterator[Event]:
    """``text`` itself, or a file called ``name`` that holds it in ``encoding``."""
    if len(text.encode(errors="replace")) <= MOST_SHOWN:
        yield Text(text)
    else:
        yield Download(name, media_type, text.encode(encoding, errors="replace"))
