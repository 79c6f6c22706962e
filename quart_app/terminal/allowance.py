"""How much one run may show: a command that floods its reader is stopped, whoever wrote it."""

from __future__ import annotations

from typing import Final

from commands.errors import CommandError
from commands.events import Chart, Download, Notice, Progress, Rows, Text
from commands.phrases import Phrase, Said, say
from commands.rows import Row

MOST_ROWS: Final = 50_000
MOST_EVENTS: Final = 20_000
MOST_CHARACTERS: Final = 32 << 20
MOST_OF_ONE: Final = 1 << 20
"""Characters of one event that is not rows; a file has limits of its own."""


class Allowance:
    """Of one run: ``spend`` raises CommandError ``too_many`` for the event that is one too many."""

    def __init__(self) -> None:
        self._rows = self._events = self._characters = 0

    def spend(self, event: object) -> None:
        size = _size(event)
        self._characters += size
        if isinstance(event, Rows):
            self._rows += len(event.rows)
        else:
            self._events += 1
        if self._rows > MOST_ROWS:
            raise _too_many(say("More than {n} rows: narrow them first.", n=MOST_ROWS))
        if self._events > MOST_EVENTS or self._characters > MOST_CHARACTERS:
            raise _too_many(say("This is more than one run may show."))
        if size > MOST_OF_ONE and not isinstance(event, Rows):
            raise _too_many(say("This is more than one run may show."))


def _too_many(said: Said) -> CommandError:
    return CommandError("too_many", said)


def _size(event: object) -> int:
    """Characters, roughly: what is counted is what grows without bound."""
    match event:
        case Text(text=said):
            return _length(said)
        case Notice(text=said, hint=hint):
            return _length(said) + _length(hint)
        case Progress(text=said):
            return _length(said)
        case Rows(rows=rows) | Chart(rows=rows):
            return sum(map(_row, rows))
        case Download(name=name):
            return len(name)
        case _:
            return 0


def _length(said: Said) -> int:
    if isinstance(said, Phrase):
        return len(said.id) + sum(len(value) for _, value in said.values if isinstance(value, str))
    return len(said)


def _row(row: Row) -> int:
    return sum(len(cell) for cell in row if isinstance(cell, str))
