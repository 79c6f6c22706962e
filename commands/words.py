"""A typed line as words: split at pipes and spaces, each word knowing where it stands.

Like a shell's, but for people who write prose: a quote groups only at the start of a word or after ``=`` (so
that ``search l'offerta`` works), a single dash is no option, and a backslash makes the space, pipe, quote or
backslash after it plain.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from commands.errors import Span, UsageError
from commands.phrases import say

LONGEST: Final = 16_384
"""Characters of a line: four of the longest messages."""
MOST_STAGES: Final = 20
_QUOTES: Final = "\"'"


@dataclass(frozen=True, slots=True)
class Token:
    """One word as it is meant, and where it was typed."""

    text: str
    start: int
    end: int
    quoted: bool = False
    """In quotes as a whole: then it is no option and no command's sigil."""

    @property
    def at(self) -> Span:
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Words:
    """One stage of a line: its tokens and the line they came from, so that errors can point."""

    line: str
    tokens: tuple[Token, ...]
    end: int


def split_line(line: str) -> tuple[Words, ...]:
    """The stages of a line, one at least. UsageError: open_quote, line_too_long or too_many_stages."""
    if len(line) > LONGEST:
        raise UsageError(
            "line_too_long", say("A line has {n} characters at most.", n=LONGEST), at=(LONGEST, len(line))
        )
    return _Scanner(line).stages()


@dataclass(slots=True)
class _Scanner:
    """Goes through the line once, character by character: the time is linear whatever was typed."""

    line: str
    at: int = 0
    tokens: list[Token] = field(default_factory=list)
    done: list[Words] = field(default_factory=list)

    def stages(self) -> tuple[Words, ...]:
        end = len(self.line.rstrip())
        while self.at < end:
            here = self.line[self.at]
            if here.isspace():
                self.at += 1
            elif here == "|":
                self._close(self.at)
                self.at += 1
            else:
                self.tokens.append(self._quoted() if here in _QUOTES else self._word())
        self._close(end)
        return tuple(self.done)

    def _close(self, end: int) -> None:
        if len(self.done) == MOST_STAGES:
            raise UsageError(
                "too_many_stages", say("A line has {n} commands at most.", n=MOST_STAGES), at=(end, end + 1)
            )
        self.done.append(Words(self.line, tuple(self.tokens), end))
        self.tokens.clear()

    def _quoted(self) -> Token:
        start = self.at
        text = self._inside()
        return Token(text, start, self.at, quoted=True)

    def _inside(self) -> str:
        """What stands between the quote here and its like."""
        start, quote = self.at, self.line[self.at]
        self.at += 1
        parts: list[str] = []
        while self.at < len(self.line):
            if self.line[self.at] == quote:
                self.at += 1
                return "".join(parts)
            parts.append(self._character())
        raise UsageError(
            "open_quote", say("This quote is never closed."), at=(start, len(self.line.rstrip()))
        )

    def _word(self) -> Token:
        start = self.at
        parts: list[str] = []
        while self.at < len(self.line):
            here = self.line[self.at]
            if here.isspace() or here == "|":
                break
            if here in _QUOTES and self.line[self.at - 1] == "=":
                parts.append(self._inside())
            else:
                parts.append(self._character())
        return Token("".join(parts), start, self.at)

    def _character(self) -> str:
        following = self.line[self.at + 1 : self.at + 2]
        if self.line[self.at] == "\\" and following and (following.isspace() or following in "|\\" + _QUOTES):
            self.at += 2
            return following
        self.at += 1
        return self.line[self.at - 1]
