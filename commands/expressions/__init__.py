"""The language of ``where``: parsed once, checked against the columns, compiled to one function.

    unread > 100 and muted                numbers; a flag by its name
    last before 30d                       30 days ago; also: last after 2026-01-31
    title ~ "offerte" or kind = channel   ~ is "contains", case and accents ignored
    not (size >= 10MB) and idle > 8h      sizes and durations

An empty cell matches nothing, not even ``!=``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from commands.expressions.compiler import Compiler, Test
from commands.expressions.grammar import parse
from commands.rows import Columns

if TYPE_CHECKING:
    from lark import Token, Tree

__all__ = ["Expression", "Test", "warm"]

_SOME_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression whose grammar is right; its columns are not known yet."""

    text: str
    tree: Tree[Token] = field(compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> Expression:
        """UsageError ``bad_expression``, its place counted from the start of ``text``."""
        return cls(text, parse(text))

    def test(self, columns: Columns, now: datetime, offset: int = 0) -> Test:
        """A test of rows with ``columns``; UsageError points at ``offset`` plus the place in the text."""
        return Compiler(columns, now, offset).compile(self.tree)

    def check(self, columns: Columns, offset: int = 0) -> None:
        """The UsageError that ``test`` would raise, before there is a time to compare with."""
        self.test(columns, _SOME_DAY, offset)


def warm() -> None:
    """Load the grammar (about 100 ms, once): in a thread at start, so that nobody's first ``where`` waits."""
    Expression.parse("a = 1")
