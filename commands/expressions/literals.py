"""The values of an expression: which may stand beside a column of which kind, and what they mean."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from commands.durations import parse_duration
from commands.rows import Kind

if TYPE_CHECKING:
    from lark import Token

Literal: TypeAlias = int | float | datetime | timedelta
ALLOWED: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.INTEGER: ("NUMBER",),
    Kind.NUMBER: ("NUMBER",),
    Kind.BYTES: ("SIZE", "NUMBER"),
    Kind.DURATION: ("DURATION",),
    Kind.TIME: ("DATE", "DURATION"),
}
"""The terminals of the grammar that a column of a kind can be compared with."""
_SIZE: Final = re.compile(r"([0-9.]+)([kmgt]?)(i?)b")


def literal(token: Token, kind: Kind, now: datetime) -> Literal:
    """A duration beside a time means that long before ``now``. ValueError or OverflowError: no such value."""
    match token.type:
        case "DATE":
            return datetime.fromisoformat(str(token)).replace(tzinfo=UTC)
        case "DURATION":
            span = parse_duration(str(token))
            return now - span if kind is Kind.TIME else span
        case "SIZE":
            return _size(str(token).lower())
        case _:
            return float(token) if "." in token else int(token)


def _size(text: str) -> int:
    hit = _SIZE.fullmatch(text)
    if hit is None:
        raise ValueError(text)
    return int(float(hit[1]) * (1024 if hit[3] else 1000) ** " kmgt".index(hit[2] or " "))


def text_of(token: Token) -> str:
    """The text that a word, a string or a @username stands for."""
    return token[1:-1] if token.type == "STRING" else token.removeprefix("@")
