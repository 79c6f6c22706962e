"""Frames that come up from the page: decoded strictly, or refused as ``BadFrame`` and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import orjson

MOST_ID: Final = 64
MOST_LINE: Final = 4096
"""Characters of a line (code points)."""


class BadFrame(Exception):
    """``reason`` is a stable word; ``run_id`` is set if the sender meant a run and waits for its end."""

    def __init__(self, reason: str, *, run_id: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.run_id = reason, run_id


@dataclass(frozen=True, slots=True)
class Run:
    id: str
    line: str


@dataclass(frozen=True, slots=True)
class Cancel:
    id: str


@dataclass(frozen=True, slots=True)
class Complete:
    id: str
    line: str
    cursor: int
    """Code points before the cursor."""


@dataclass(frozen=True, slots=True)
class Answer:
    id: str
    ask: str
    value: str


@dataclass(frozen=True, slots=True)
class Ping:
    id: str


Request: TypeAlias = Run | Cancel | Complete | Answer | Ping
Fields: TypeAlias = dict[str, Any]


def decode(data: str) -> Request:
    """One text frame. Unknown fields are ignored and of a field given twice the last counts."""
    try:
        fields = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise BadFrame("malformed_json") from None
    if not isinstance(fields, dict):
        raise BadFrame("not_an_object")
    kind = fields.get("type")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise BadFrame("unknown_type")
    return read(fields)


def _word(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= MOST_ID or not value.isprintable():
        raise BadFrame(f"bad_{name}")
    return value


def _line(fields: Fields) -> str:
    value = fields.get("line")
    if not isinstance(value, str):
        raise BadFrame("bad_line")
    if len(value) > MOST_LINE:
        raise BadFrame("line_too_long")
    return value


def _cursor(fields: Fields, line: str) -> int:
    value = fields.get("cursor")
    # A browser counts UTF-16 units: after an emoji, its cursor may lie beyond our last character.
    if type(value) is not int or not 0 <= value <= len(line.encode("utf-16-le")) // 2:
        raise BadFrame("bad_cursor")
    return min(value, len(line))


def _run(fields: Fields) -> Run:
    run_id = _word(fields, "id")
    try:
        return Run(run_id, _line(fields))
    except BadFrame as bad:
        raise BadFrame(bad.reason, run_id=run_id) from None


def _complete(fields: Fields) -> Complete:
    line = _line(fields)
    return Complete(_word(fields, "id"), line, _cursor(fields, line))


_READERS: Final[dict[str, Callable[[Fields], Request]]] = {
    "run": _run,
    "cancel": lambda fields: Cancel(_word(fields, "id")),
    "complete": _complete,
    "answer": lambda fields: Answer(_word(fields, "id"), _word(fields, "ask"), _word(fields, "value")),
    "ping": lambda fields: Ping(_word(fields, "id")),
}
UP_KINDS: Final = tuple(_READERS)
