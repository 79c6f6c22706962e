"""The kinds of argument: how a word becomes a value, and with it what completion may offer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, Literal, TypeVar

from commands.durations import parse_duration
from commands.errors import UsageError
from commands.expressions import Expression
from commands.phrases import Said, say
from commands.rows import Chat, User

T_co = TypeVar("T_co", covariant=True)
_WHOLE_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class ArgumentKind(Generic[T_co]):
    """How one word becomes a value: plain data, so that a declaration can cross to another process.

    A check of an author's own goes into ``run``: ``raise UsageError("bad_value", ..., at=given.at(X))``.
    """

    name: str
    choices: tuple[str, ...] = ()
    least: int | None = None
    raw: bool = False
    """Takes the rest of the stage as it was typed, spaces and quotes included."""

    def parse(self, text: str) -> object:
        """UsageError when ``text`` doesn't fit; its ``at``, if any, counts from the start of ``text``."""
        if self.choices and text not in self.choices:
            raise _unfit(say("expected one of {choices}", choices=self.choices))
        value = _PARSERS[self.name](text)
        if self.least is not None and isinstance(value, int) and value < self.least:
            raise _unfit(say("expected at least {least}", least=self.least))
        return value


@dataclass(frozen=True, slots=True)
class Reference:
    """A chat or a person as typed, until the gateway has found it."""

    text: str
    kind: Literal["chat", "user"] = "chat"


def _unfit(said: Said) -> UsageError:
    return UsageError("bad_value", said)


def _text(text: str) -> str:
    if not text.strip():
        raise _unfit(say("expected some text"))
    return text


def _chat(text: str) -> Reference:
    return Reference(_text(text))


def _user(text: str) -> Reference:
    return Reference(_text(text), "user")


def _integer(text: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(text):
        raise _unfit(say("expected a whole number, such as 20"))
    return int(text)


def _duration(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except (ValueError, OverflowError):
        raise _unfit(say("expected a duration, such as 8h, 30d or 1h30m")) from None


_PARSERS: Final[dict[str, Callable[[str], object]]] = {
    "chat": _chat,
    "column": _text,
    "command": _text,
    "duration": _duration,
    "expression": Expression.parse,
    "integer": _integer,
    "text": _text,
    "user": _user,
    "username": _text,
}

CHAT: Final[ArgumentKind[Chat]] = ArgumentKind("chat")
COLUMN: Final[ArgumentKind[str]] = ArgumentKind("column")
COMMAND: Final[ArgumentKind[str]] = ArgumentKind("command")
COUNT: Final[ArgumentKind[int]] = ArgumentKind("integer", least=1)
DURATION: Final[ArgumentKind[timedelta]] = ArgumentKind("duration")
EXPRESSION: Final[ArgumentKind[Expression]] = ArgumentKind("expression", raw=True)
INTEGER: Final[ArgumentKind[int]] = ArgumentKind("integer")
REST: Final[ArgumentKind[str]] = ArgumentKind("text", raw=True)
TEXT: Final[ArgumentKind[str]] = ArgumentKind("text")
USER: Final[ArgumentKind[User]] = ArgumentKind("user")
USERNAME: Final[ArgumentKind[str]] = ArgumentKind("username")


def choice(*words: str) -> ArgumentKind[str]:
    return ArgumentKind("text", choices=words)
