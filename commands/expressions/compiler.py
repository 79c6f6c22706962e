"""From a parsed expression to one function of a row, every name and value checked against the columns."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from commands.errors import Span, UsageError
from commands.expressions.grammar import terminal
from commands.expressions.literals import ALLOWED, literal, text_of
from commands.nearness import fold, nearest
from commands.phrases import Said, say
from commands.rows import Column, Columns, Kind, Row

if TYPE_CHECKING:
    from lark import Token, Tree

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
_TIMELY: Final = ("before", "after")
_TEXTS: Final = (Kind.TEXT, Kind.CHAT, Kind.USER, Kind.MESSAGE, Kind.LINK)


@dataclass(frozen=True, slots=True)
class Compiler:
    columns: Columns
    now: datetime
    offset: int

    def compile(self, node: Tree[Token]) -> Test:
        parts: Sequence[Any] = node.children
        match node.data:
            case "any":
                return _any(tuple(map(self.compile, parts)))
            case "all":
                return _all(tuple(map(self.compile, parts)))
            case "not_":
                test = self.compile(parts[0])
                return lambda row: not test(row)
            case "holds":
                return self._holds(parts[0])
            case _:
                return self._compare(*parts)

    def _wrong(self, reason: str, token: Token, said: Said, hint: Said = "") -> UsageError:
        start = self.offset + (token.start_pos or 0)
        at: Span = start, start + len(token)
        return UsageError(reason, said, at=at, hint=hint)

    def _column(self, token: Token) -> tuple[int, Column]:
        for index, column in enumerate(self.columns):
            if column.name == token:
                return index, column
        names = tuple(column.name for column in self.columns)
        words = (word for column in self.columns if column.kind is Kind.FLAGS for word in column.words)
        close = nearest(token, (*names, *words))
        raise self._wrong(
            "unknown_column",
            token,
            say("There is no column {name} here; there are {names}.", name=str(token), names=names),
            say("Did you mean {close}?", close=close) if close else "",
        )

    def _holds(self, token: Token) -> Test:
        """A bare word: a flag's column, or a word of a column of flags."""
        word = str(token)
        for index, column in enumerate(self.columns):
            if column.kind is Kind.FLAGS and word in column.words:
                return _contains(index, word)
        index, column = self._column(token)
        if column.kind is not Kind.FLAG:
            raise self._wrong(
                "not_a_flag",
                token,
                say("{name} is {kind}: compare it with something.", name=word, kind=column.kind),
            )
        return lambda row: row[index] is True

    def _compare(self, name: Token, sign: Token, value: Token) -> Test:
        index, column = self._column(name)
        if column.kind in _TEXTS:
            return self._text(index, column, sign, value)
        self._fits(column, sign, value)
        try:
            limit = literal(value, column.kind, self.now)
        except (ValueError, OverflowError):
            raise self._wrong("wrong_value", value, say("{value} doesn't exist.", value=str(value))) from None
        holds = _COMPARE[sign.lower()]
        return lambda row: (cell := row[index]) is not None and holds(cell, limit)

    def _fits(self, column: Column, sign: Token, value: Token) -> None:
        kind, compare = column.kind, sign.lower()
        allowed = ALLOWED.get(kind)
        if allowed is None:
            raise self._wrong(
                "wrong_comparison",
                sign,
                say("{name} is {kind}: it takes no comparison.", name=column.name, kind=kind),
                say("Write the word alone: {word}.", word=_word(column, value)) if column.words else "",
            )
        if value.type not in allowed:
            shown = tuple(terminal(name) for name in allowed)
            raise self._wrong(
                "wrong_value",
                value,
                say("{name} is {kind}: it takes {shown}.", name=column.name, kind=kind, shown=shown),
            )
        if compare == "~" or (compare in _TIMELY and kind is not Kind.TIME):
            raise self._wrong(
                "wrong_comparison", sign, say("{sign} doesn't fit {kind}.", sign=str(sign), kind=kind)
            )
        if kind is Kind.TIME and value.type == "DURATION" and compare not in _TIMELY:
            given = {"name": column.name, "value": str(value)}
            raise self._wrong(
                "ambiguous_time",
                sign,
                say("{name} {sign} {value} can be read two ways.", sign=str(sign), **given),
                say("Say {name} before {value} (longer ago) or {name} after {value} (more recent).", **given),
            )

    def _text(self, index: int, column: Column, sign: Token, value: Token) -> Test:
        if sign not in ("=", "!=", "~"):
            raise self._wrong(
                "wrong_comparison",
                sign,
                say("{sign} doesn't fit {kind}: use =, != or ~.", sign=str(sign), kind=column.kind),
            )
        wanted = fold(text_of(value))
        if sign == "~":
            return lambda row: (cell := row[index]) is not None and wanted in fold(str(cell))
        if column.words and wanted not in map(fold, column.words):
            close = nearest(wanted, column.words)
            raise self._wrong(
                "unknown_word",
                value,
                say("{name} is one of {words}.", name=column.name, words=column.words),
                say("Did you mean {close}?", close=close) if close else "",
            )
        names = _names if column.kind in (Kind.CHAT, Kind.USER) else _itself
        equal = sign == "="
        return lambda row: (cell := row[index]) is not None and (wanted in names(cell)) is equal


def _word(column: Column, value: Token) -> str:
    wanted = text_of(value)
    return wanted if wanted in column.words else column.words[0]


def _any(tests: tuple[Test, ...]) -> Test:
    return lambda row: any(test(row) for test in tests)


def _all(tests: tuple[Test, ...]) -> Test:
    return lambda row: all(test(row) for test in tests)


def _contains(index: int, word: str) -> Test:
    def test(row: Row) -> bool:
        cell = row[index]
        return isinstance(cell, frozenset) and word in cell

    return test


def _names(cell: Any) -> tuple[str, ...]:
    title = fold(getattr(cell, "title", "") or getattr(cell, "name", ""))
    return (title, fold(cell.username)) if cell.username else (title,)


def _itself(cell: Any) -> tuple[str, ...]:
    return (fold(str(cell)),)
