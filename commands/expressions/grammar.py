"""The grammar of ``where`` and what a person is told when a line doesn't follow it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from commands.errors import UsageError
from commands.phrases import Said, say

if TYPE_CHECKING:
    from lark import Lark, Token, Tree
    from lark.exceptions import UnexpectedInput

GRAMMAR: Final = r"""
    ?any: all (_OR all)*
    ?all: one (_AND one)*
    ?one: _NOT one -> not_ | "(" any ")" | WORD COMPARE value -> compare | WORD -> holds
    ?value: DATE | DURATION | SIZE | NUMBER | STRING | HANDLE | WORD
    _OR.6: /or(?![\w.-])/i
    _AND.6: /and(?![\w.-])/i
    _NOT.6: /not(?![\w.-])/i
    COMPARE.2: "<=" | ">=" | "!=" | "<" | ">" | "=" | "~" | /(before|after)\b/i
    DATE.5: /[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?/
    SIZE.4: /[0-9]+(\.[0-9]+)?([KMGT]i?)?B\b/i
    DURATION.3: /([0-9]+[smhdw])+\b/
    NUMBER.2: /-?[0-9]+(\.[0-9]+)?\b/
    STRING: /"[^"]*"|'[^']*'/
    HANDLE: /@\w+/
    WORD: /[^\W\d][\w.-]*/
    %ignore /\s+/
"""
LONGEST: Final = 1000
"""Characters: nesting is bounded by it, and so is the depth of the compiler."""
_TERMINALS: Final[dict[str, Said]] = {
    "NUMBER": say("a number"),
    "SIZE": say("a size such as 10MB"),
    "DURATION": say("a duration such as 8h"),
    "DATE": say("a date such as 2026-01-31"),
    "STRING": say("text"),
    "HANDLE": say("a @username"),
    "WORD": say("a column"),
    "COMPARE": say("a comparison"),
    "LPAR": "(",
    "RPAR": ")",
    "_NOT": "not",
    "_AND": "and",
    "_OR": "or",
    "$END": say("the end"),
}


def terminal(name: str) -> Said:
    """What a person calls a terminal of the grammar."""
    return _TERMINALS.get(name, name.lower())


def parse(text: str) -> Tree[Token]:
    """UsageError ``bad_expression`` with the place in ``text`` and what may stand there."""
    from lark import UnexpectedInput

    if len(text) > LONGEST:
        raise UsageError(
            "bad_expression",
            say("An expression has {n} characters at most.", n=LONGEST),
            at=(LONGEST, len(text)),
        )
    try:
        return _grammar().parse(text)
    except UnexpectedInput as error:
        raise _misread(text, error) from None


@cache
def _grammar() -> Lark:
    from lark import Lark  # 50 ms: paid in a thread at start, or by the first expression

    return Lark(GRAMMAR, start="any", parser="lalr", maybe_placeholders=False)


def _misread(text: str, error: UnexpectedInput) -> UsageError:
    token: Token | None = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        at = len(text), len(text) + 1
    else:
        start: int = error.pos_in_stream or 0
        at = start, start + max(1, len(token or ""))
    names = getattr(error, "accepts", None) or getattr(error, "allowed", None) or ()
    expected = tuple(terminal(name) for name in sorted(names, key=list(_TERMINALS).index))
    return UsageError("bad_expression", say("Expected {expected}.", expected=expected), at=at)
