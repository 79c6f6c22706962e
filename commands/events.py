"""What a command may say: a closed set of values. What the terminal adds to it stands at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from commands.errors import Span
from commands.phrases import Said
from commands.rows import Columns, Row, Value


@dataclass(frozen=True, slots=True)
class Text:
    text: Said


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the table that the command declared."""

    rows: tuple[Row, ...]


def row(*cells: Value) -> Rows:
    return Rows((cells,))


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence beside the answer. ``retry_after`` in seconds."""

    level: Literal["info", "warning", "error"]
    code: str
    text: Said
    at: Span | None = None
    hint: Said = ""
    retry_after: float | None = None
    reason: str = ""
    """What exactly, where ``code`` names a family: ``usage`` has ``bad_value``, ``unknown_option``..."""


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    total: int | None = None
    text: Said = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and the table behind it: the first column is the axis, the others are series."""

    form: Literal["bars", "line", "heat"]
    title: Said
    columns: Columns
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Download:
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ClearScreen:
    pass


Event: TypeAlias = Text | Rows | Notice | Progress | Chart | Download | ClearScreen


@dataclass(frozen=True, slots=True)
class Started:
    """Sent first, by the terminal, once a whole line is understood: the names of its commands."""

    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Opened by the terminal from a declaration; a command never sends it."""

    id: str
    columns: Columns


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a run, and all that an observer may know of it: no rows, no arguments.

    ``command`` and ``plugin`` name all of a pipe; ``status`` is ``unknown`` if any act in it may or may not
    have reached Telegram; ``rows`` were shown, in ``seconds``.
    """

    command: str
    plugin: str
    status: Literal["ok", "error", "cancelled", "unknown"]
    rows: int
    seconds: float
