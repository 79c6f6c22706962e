"""From a typed line to typed values; usage and completion come from the same declarations."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Generic, Literal, TypeVar, cast, overload

from commands.errors import Span, UsageError
from commands.phrases import Said, say
from commands.rows import Chat

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
D = TypeVar("D")


# --- words -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    end: int
    quoted: bool = False

    @property
    def at(self) -> Span:
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Words:
    """One stage of a line: its tokens and the line they came from, so that errors can point."""

    line: str
    tokens: tuple[Token, ...]
    end: int


# A quote opens only at the start of a word or after "=": people type `search l'offerta`.
_WORD: Final = re.compile(
    r"""\s*(?:(?P<pipe>\|)|(?P<word>(?:[^\s|"'\\]|\\.|(?<=[^\s|=])["']|(?<==)(?P<q1>["'])(?:\\.|(?!(?P=q1)).)*(?P=q1)|\\$)+)|(?P<quoted>(?P<q2>["'])(?:\\.|(?!(?P=q2)).)*(?P=q2)))"""
)
_ESCAPE: Final = re.compile(r"""\\([\s|"'\\])""")


def split_line(line: str) -> tuple[Words, ...]:
    """Split at pipes and spaces; quotes group; a single dash is never an option."""
    stages: list[Words] = []
    tokens: list[Token] = []
    position, end = 0, len(line.rstrip())
    while position < end:
        hit = _WORD.match(line, position)
        if hit is None:
            start = position + len(line[position:]) - len(line[position:].lstrip())
            raise UsageError("open_quote", say("This quote is never closed."), at=(start, end))
        position = hit.end()
        if hit["pipe"]:
            stages.append(Words(line, tuple(tokens), hit.start("pipe")))
            tokens = []
        elif hit["quoted"] is not None:
            text = _ESCAPE.sub(r"\1", hit["quoted"][1:-1])
            tokens.append(Token(text, hit.start("quoted"), position, True))
        else:
            word = re.sub(r"""=(["'])(.*)\1$""", r"=\2", hit["word"])
            tokens.append(Token(_ESCAPE.sub(r"\1", word), hit.start("word"), position))
    return (*stages, Words(line, tuple(tokens), end))


# --- kinds of argument -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ArgumentKind(Generic[T_co]):
    """How one word becomes a value: plain data, so that a declaration can cross to another process."""

    name: str
    choices: tuple[str, ...] = ()
    least: int | None = None
    raw: bool = False
    """Takes the rest of the stage as it was typed, spaces and quotes included."""

    def parse(self, text: str) -> object:
        """ValueError with a sentence when ``text`` doesn't fit."""
        if self.choices and text not in self.choices:
            raise ValueError(f"expected one of {', '.join(self.choices)}")
        value = _PARSERS[self.name](text)
        if self.least is not None and isinstance(value, int) and value < self.least:
            raise ValueError(f"expected at least {self.least}")
        return value


@dataclass(frozen=True, slots=True)
class Reference:
    """A chat as typed, until the gateway has found it."""

    text: str


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("expected some text")
    return text


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,18}", text):
        raise ValueError("expected a whole number, such as 20")
    return int(text)


_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def parse_duration(text: str) -> timedelta:
    if not re.fullmatch(r"(?:\d{1,6}[smhdw])+", text):
        raise ValueError("expected a duration, such as 8h, 30d or 1h30m")
    return timedelta(seconds=sum(int(n) * _UNITS[unit] for n, unit in re.findall(r"(\d+)([smhdw])", text)))


_PARSERS: Final[dict[str, Callable[[str], object]]] = {
    "chat": Reference,
    "column": _text,
    "command": _text,
    "duration": parse_duration,
    "integer": _integer,
    "text": _text,
}
CHAT: Final[ArgumentKind[Chat]] = ArgumentKind("chat")
COLUMN: Final[ArgumentKind[str]] = ArgumentKind("column")
COMMAND: Final[ArgumentKind[str]] = ArgumentKind("command")
COUNT: Final[ArgumentKind[int]] = ArgumentKind("integer", least=1)
DURATION: Final[ArgumentKind[timedelta]] = ArgumentKind("duration")
INTEGER: Final[ArgumentKind[int]] = ArgumentKind("integer")
REST: Final[ArgumentKind[str]] = ArgumentKind("text", raw=True)
TEXT: Final[ArgumentKind[str]] = ArgumentKind("text")


def choice(*words: str) -> ArgumentKind[str]:
    return ArgumentKind("text", choices=words)


# --- declarations ----------------------------------------------------------------------------

_REQUIRED: Final = object()


@dataclass(frozen=True, slots=True, eq=False)
class Argument(Generic[T_co]):
    """One argument. It is also the key to its value: ``given[COUNT]`` has the declared type."""

    name: str
    kind: ArgumentKind[Any]
    help: Said
    shape: Literal["one", "many", "option", "flag"] = "one"
    default: object = _REQUIRED

    @property
    def required(self) -> bool:
        return self.default is _REQUIRED

    @property
    def is_option(self) -> bool:
        return self.shape in ("option", "flag")

    def usage(self) -> str:
        value = "|".join(self.kind.choices) or self.name.upper()
        match self.shape:
            case "flag":
                return f"[--{self.name}]"
            case "option":
                shown = f"--{self.name} {'|'.join(self.kind.choices) or self.kind.name.upper()}"
            case "many":
                shown = f"{value}..."
            case _:
                shown = value + "..." * self.kind.raw
        return shown if self.required else f"[{shown}]"


@overload
def argument(kind: ArgumentKind[T], name: str, help: Said) -> Argument[T]: ...
@overload
def argument(kind: ArgumentKind[T], name: str, help: Said, *, default: D) -> Argument[T | D]: ...
def argument(kind: ArgumentKind[Any], name: str, help: Said, *, default: object = _REQUIRED) -> Argument[Any]:
    """One word, by its place in the line."""
    return Argument(name, kind, help, "one", default)


def many(kind: ArgumentKind[T], name: str, help: Said, *, least: int = 1) -> Argument[tuple[T, ...]]:
    """All the words that are left."""
    return Argument(name, kind, help, "many", _REQUIRED if least else ())


@overload
def option(kind: ArgumentKind[T], name: str, help: Said) -> Argument[T | None]: ...
@overload
def option(kind: ArgumentKind[T], name: str, help: Said, *, default: D) -> Argument[T | D]: ...
def option(kind: ArgumentKind[Any], name: str, help: Said, *, default: object = None) -> Argument[Any]:
    """``--name value`` or ``--name=value``, anywhere in the stage."""
    return Argument(name, kind, help, "option", default)


def flag(name: str, help: Said) -> Argument[bool]:
    """``--name``: true when it is there."""
    return Argument(name, TEXT, help, "flag", False)


@dataclass(frozen=True, slots=True)
class Given:
    """The values of one stage, read by their declarations."""

    values: Mapping[str, object] = field(default_factory=dict)
    spans: Mapping[str, Span] = field(default_factory=dict)

    def __getitem__(self, argument: Argument[T]) -> T:
        return cast(T, self.values[argument.name])

    def at(self, argument: Argument[Any]) -> Span | None:
        return self.spans.get(argument.name)


# --- binding ---------------------------------------------------------------------------------


def _parse(argument: Argument[Any], text: str, at: Span) -> object:
    try:
        return argument.kind.parse(text)
    except ValueError as error:
        raise UsageError("bad_value", f"{argument.name}: {error}", at=at) from None


def nearest(word: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)), None)


def bind(declared: Sequence[Argument[Any]], words: Words, tokens: Sequence[Token]) -> Given:
    """Match the tokens after the trigger with the declared arguments, or point at what's wrong."""
    options = {argument.name: argument for argument in declared if argument.is_option}
    positional: list[Token] = []
    option_spans: list[Span] = []
    values: dict[str, object] = {}
    spans: dict[str, Span] = {}
    queue = iter(tokens)
    for token in queue:
        if token.text == "--" and not token.quoted:
            positional.extend(queue)
        elif token.quoted or not re.match(r"--[a-z]", token.text):
            positional.append(token)
        else:
            name, equals, text = token.text[2:].partition("=")
            found = options.get(name)
            if found is None:
                close = nearest(name, options)
                raise UsageError(
                    "unknown_option",
                    say("There is no option --{name} here.", name=name),
                    at=token.at,
                    hint=say("Did you mean --{close}?", close=close) if close else "",
                )
            if name in values:
                raise UsageError("repeated_option", say("--{name} is given twice.", name=name), at=token.at)
            end = token.end
            if found.shape == "flag":
                if equals:
                    raise UsageError("no_value", say("--{name} takes no value.", name=name), at=token.at)
                values[name] = True
            else:
                at = token.at
                if not equals:
                    following = next(queue, None)
                    if following is None:
                        raise UsageError(
                            "missing_value", say("--{name} needs a value.", name=name), at=token.at
                        )
                    text, at, end = following.text, following.at, following.end
                values[name] = _parse(found, text, at)
            spans[name] = (token.start, end)
            option_spans.append(spans[name])
    for argument in declared:
        if argument.is_option:
            values.setdefault(argument.name, argument.default)
        elif not positional:
            if argument.required:
                raise UsageError(
                    "missing_argument",
                    say("{name} is missing.", name=argument.name.upper()),
                    at=(words.end, words.end + 1),
                )
            values[argument.name] = argument.default
        elif argument.kind.raw:
            start, end = positional[0].start, positional[-1].end
            for span in option_spans:
                if start < span[0] < end:
                    raise UsageError(
                        "option_inside", say("Put options first or last, or quote the text."), at=span
                    )
            alone = len(positional) == 1 and positional[0].quoted
            text = positional[0].text if alone else words.line[start:end]
            values[argument.name] = _parse(argument, text, (start, end))
            spans[argument.name] = (start, end)
            positional = []
        else:
            taken = positional if argument.shape == "many" else positional[:1]
            positional = positional[len(taken) :]
            parsed = tuple(_parse(argument, token.text, token.at) for token in taken)
            values[argument.name] = parsed if argument.shape == "many" else parsed[0]
            spans[argument.name] = (taken[0].start, taken[-1].end)
    if positional:
        raise UsageError(
            "too_many",
            say("This is one word too many."),
            at=positional[0].at,
            hint=say("Quotes make one word of several."),
        )
    return Given(values, spans)
