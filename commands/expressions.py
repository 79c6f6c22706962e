"""The language of ``where``: parsed, checked against the columns, then compiled to one function.

    unread > 100 and muted            numbers; a flag by its name
    last before 30d                   30 days ago; also: last after 2026-01-31
    title ~ "offerte" or kind = channel   ~ is "contains", case and accents ignored
    not (size >= 10MB) and idle > 8h  sizes and durations
An empty cell matches nothing, not even ``!=``.
"""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from commands.arguments import nearest, parse_duration
from commands.errors import Span, UsageError
from commands.phrases import say
from commands.rows import Column, Columns, Kind, Row

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

GRAMMAR: Final = r"""
    ?any: all ("or"i all)*
    ?all: one ("and"i one)*
    ?one: "not"i one -> not_ | "(" any ")" | WORD COMPARE value -> compare | WORD -> holds
    ?value: DATE | DURATION | SIZE | NUMBER | STRING | HANDLE | WORD
    COMPARE.2: "<=" | ">=" | "!=" | "<" | ">" | "=" | "~" | /(before|after)\b/i
    DATE.5: /\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?/
    SIZE.4: /\d+(\.\d+)?([KMGT]i?)?B\b/i
    DURATION.3: /(\d+[smhdw])+\b/
    NUMBER.2: /-?\d+(\.\d+)?\b/
    STRING: /"[^"]*"|'[^']*'/
    HANDLE: /@\w+/
    WORD: /[^\W\d][\w.-]*/
    %ignore /\s+/
"""
LONGEST: Final = 1000
Test: TypeAlias = Callable[[Row], bool]
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "before": operator.lt,
    "after": operator.gt,
}
_LITERALS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.INTEGER: ("NUMBER",),
    Kind.NUMBER: ("NUMBER",),
    Kind.BYTES: ("SIZE", "NUMBER"),
    Kind.DURATION: ("DURATION",),
    Kind.TIME: ("DATE", "DURATION"),
}
_TEXTS: Final = (Kind.TEXT, Kind.CHAT, Kind.USER, Kind.MESSAGE, Kind.LINK)
_SHOWN: Final = {
    "NUMBER": "a number",
    "SIZE": "a size such as 10MB",
    "DURATION": "a duration such as 8h",
    "DATE": "a date such as 2026-01-31",
    "STRING": "text",
    "HANDLE": "a @username",
    "WORD": "a column",
    "COMPARE": "a comparison",
    "LPAR": "(",
    "RPAR": ")",
    "NOT": "not",
    "AND": "and",
    "OR": "or",
    "$END": "the end",
}


def fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(1)
def _grammar() -> Lark:
    from lark import Lark  # 50 ms: paid by the first expression, not by the start

    return Lark(GRAMMAR, start="any", parser="lalr", maybe_placeholders=False)


def parse(text: str, offset: int = 0) -> Tree[Token]:
    from lark import UnexpectedEOF, UnexpectedInput, UnexpectedToken

    if len(text) > LONGEST:
        raise UsageError(
            "bad_expression", say("This expression is too long."), at=(offset, offset + len(text))
        )
    try:
        return _grammar().parse(text)
    except UnexpectedInput as error:
        atend = (
            isinstance(error, UnexpectedEOF) or getattr(getattr(error, "token", None), "type", "") == "$END"
        )
        start = len(text) if atend else error.pos_in_stream or 0
        found = getattr(error, "token", None)
        end = start + (len(found) if found is not None and not atend else 1)
        accepted = error.accepts if isinstance(error, UnexpectedToken) else getattr(error, "allowed", set())
        expected = ", ".join(sorted(_SHOWN.get(name, name.lower()) for name in accepted or ()))
        raise UsageError(
            "bad_expression",
            say("Expected {expected}.", expected=expected),
            at=(offset + start, offset + end),
        ) from None


@dataclass(frozen=True, slots=True)
class _Compiler:
    columns: Columns
    now: datetime
    offset: int

    def compile(self, node: Tree[Token] | Token) -> Test:
        parts: Sequence[Any] = getattr(node, "children", ())
        match getattr(node, "data", ""):
            case "any" | "all" as rule:
                tests = tuple(map(self.compile, parts))
                return (
                    (lambda row: any(t(row) for t in tests))
                    if rule == "any"
                    else (lambda row: all(t(row) for t in tests))
                )
            case "not_":
                test = self.compile(parts[0])
                return lambda row: not test(row)
            case "holds":
                return self._holds(parts[0])
            case _:
                return self._compare(*parts)

    def _at(self, token: Token) -> Span:
        start = self.offset + (token.start_pos or 0)
        return start, start + len(token)

    def _column(self, token: Token) -> tuple[int, Column]:
        for index, column in enumerate(self.columns):
            if column.name == token:
                return index, column
        names = [column.name for column in self.columns]
        close = nearest(
            token,
            [
                *names,
                *(word for column in self.columns if column.kind is Kind.FLAGS for word in column.words),
            ],
        )
        raise UsageError(
            "unknown_column",
            say("There is no column {name} here; there are {names}.", name=token, names=", ".join(names)),
            at=self._at(token),
            hint=say("Did you mean {close}?", close=close) if close else "",
        )

    def _holds(self, token: Token) -> Test:
        for index, column in enumerate(self.columns):
            if column.kind is Kind.FLAGS and token in column.words:
                word = str(token)
                return lambda row, i=index: word in (row[i] or ())  # type: ignore[misc]
        index, column = self._column(token)
        if column.kind is not Kind.FLAG:
            raise UsageError(
                "not_a_flag",
                say("{name} is {kind}: compare it with something.", name=token, kind=column.kind),
                at=self._at(token),
            )
        return lambda row: row[index] is True

    def _compare(self, name: Token, sign: Token, value: Token) -> Test:
        index, column = self._column(name)
        compare, kind = sign.lower(), column.kind
        if kind in _TEXTS:
            return self._text(index, kind, compare, sign, value)
        allowed = _LITERALS.get(kind, ())
        if value.type not in allowed:
            shown = " or ".join(_SHOWN[literal] for literal in allowed) or "no comparison"
            raise UsageError(
                "wrong_value",
                say("{name} is {kind}: it takes {shown}.", name=name, kind=kind, shown=shown),
                at=self._at(value),
            )
        timely = kind is Kind.TIME
        if compare == "~" or (compare in ("before", "after") and not timely):
            raise UsageError(
                "wrong_comparison", say("{sign} doesn't fit {kind}.", sign=sign, kind=kind), at=self._at(sign)
            )
        if timely and value.type == "DURATION" and compare not in ("before", "after"):
            raise UsageError(
                "ambiguous_time",
                say("{name} {sign} {value} can be read two ways.", name=name, sign=sign, value=value),
                at=self._at(sign),
                hint=say(
                    "Say {name} before {value} (longer ago) or {name} after {value} (more recent).",
                    name=name,
                    value=value,
                ),
            )
        try:
            limit = _literal(value, timely, self.now)
        except (ValueError, OverflowError):
            raise UsageError(
                "wrong_value", say("{value} doesn't exist.", value=value), at=self._at(value)
            ) from None
        holds = _COMPARE[compare]
        return lambda row: (cell := row[index]) is not None and holds(cell, limit)

    def _text(self, index: int, kind: Kind, compare: str, sign: Token, value: Token) -> Test:
        if compare not in ("=", "!=", "~"):
            raise UsageError(
                "wrong_comparison",
                say("{sign} doesn't fit {kind}: use =, != or ~.", sign=sign, kind=kind),
                at=self._at(sign),
            )
        wanted = fold(value[1:-1] if value.type == "STRING" else value.lstrip("@"))
        if compare == "~":
            return lambda row: (cell := row[index]) is not None and wanted in fold(str(cell))
        names = _names if kind in (Kind.CHAT, Kind.USER) else _itself
        equal = compare == "="
        return lambda row: (cell := row[index]) is not None and (wanted in names(cell)) is equal


def _names(cell: Any) -> tuple[str, ...]:
    title = fold(getattr(cell, "title", "") or getattr(cell, "name", ""))
    return (title, cell.username.lower()) if cell.username else (title,)


def _itself(cell: Any) -> tuple[str, ...]:
    return (fold(str(cell)),)


def _literal(token: Token, timely: bool, now: datetime) -> float | int | datetime | timedelta:
    match token.type:
        case "DATE":
            return datetime.fromisoformat(str(token)).replace(tzinfo=UTC)
        case "DURATION":
            span = parse_duration(str(token))
            return now - span if timely else span
        case "SIZE":
            digits = token.rstrip("BbIiKkMmGgTt")
            prefix = token[len(digits) :].lower()
            return int(
                float(digits)
                * (1024 if "i" in prefix else 1000)
                ** " kmgt".index(prefix[0] if prefix[0] in "kmgt" else " ")
            )
        case _:
            return float(token) if "." in token else int(token)


def compile_expression(text: str, columns: Columns, now: datetime, offset: int = 0) -> Test:
    """A test of rows; UsageError points at ``offset`` plus the place in ``text``."""
    return _Compiler(columns, now, offset).compile(parse(text, offset))


def check_expression(text: str, columns: Columns, offset: int = 0) -> None:
    compile_expression(text, columns, datetime(2026, 1, 1, tzinfo=UTC), offset)
