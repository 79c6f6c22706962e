"""Match the words of one stage with the declared arguments, or point at what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from commands.arguments import Argument, Given
from commands.errors import Span, UsageError
from commands.nearness import nearest
from commands.phrases import say
from commands.words import Token, Words

MOST_WORDS: Final = 500
"""Words that one argument takes: each chat among them may cost a request."""
_OPTION: Final = re.compile(r"--[a-z]")


def bind(declared: Sequence[Argument[Any]], words: Words, tokens: Sequence[Token]) -> Given:
    """The values of ``tokens``, the words after the trigger. UsageError with the place in the line."""
    return _Binder(declared, words).bind(tokens)


class _Binder:
    def __init__(self, declared: Sequence[Argument[Any]], words: Words) -> None:
        self._options = {argument.name: argument for argument in declared if argument.is_option}
        self._places = [argument for argument in declared if not argument.is_option]
        self._words = words
        self._left: list[Token] = []
        self._values: dict[str, object] = {name: option.default for name, option in self._options.items()}
        self._spans: dict[str, tuple[Span, ...]] = {}
        self._option_spans: list[Span] = []

    def bind(self, tokens: Sequence[Token]) -> Given:
        self._sort_out(iter(tokens))
        for argument in self._places:
            if not self._left:
                self._values[argument.name] = self._default(argument)
            elif argument.kind.raw:
                self._take_raw(argument)
            else:
                self._take(argument)
        if self._left:
            raise UsageError(
                "too_many",
                say("This is one word too many."),
                at=self._left[0].at,
                hint=say("Quotes make one word of several.") if self._places else "",
            )
        return Given(self._values, self._spans)

    def _sort_out(self, tokens: Iterator[Token]) -> None:
        """Options are read wherever they stand; what is left goes by its place."""
        for token in tokens:
            if token.quoted or not token.text.startswith("--"):
                self._left.append(token)
            elif token.text == "--":
                self._left.extend(tokens)
            elif _OPTION.match(token.text):
                self._option(token, tokens)
            else:
                self._left.append(token)

    def _option(self, token: Token, following: Iterator[Token]) -> None:
        name, equals, text = token.text[2:].partition("=")
        option = self._options.get(name)
        if option is None:
            close = nearest(name, self._options)
            raise UsageError(
                "unknown_option",
                say("There is no option --{name} here.", name=name),
                at=token.at,
                hint=say("Did you mean --{close}?", close=close) if close else "",
            )
        if name in self._spans:
            raise UsageError("repeated_option", say("--{name} is given twice.", name=name), at=token.at)
        end = token.end
        if option.shape == "flag":
            if equals:
                raise UsageError("no_value", say("--{name} takes no value.", name=name), at=token.at)
            self._values[name] = True
        elif equals:
            self._values[name] = _parse(option, text, (token.start + len(name) + 3, token.end), token.at)
        else:
            value = next(following, None)
            if value is None:
                raise UsageError("missing_value", say("--{name} needs a value.", name=name), at=token.at)
            self._values[name] = _parse(option, value.text, value.at, value.at)
            end = value.end
        self._spans[name] = ((token.start, end),)
        self._option_spans.append((token.start, end))

    def _default(self, argument: Argument[Any]) -> object:
        if argument.required:
            end = self._words.end
            raise UsageError(
                "missing_argument", say("{name} is missing.", name=argument.name.upper()), at=(end, end + 1)
            )
        return argument.default

    def _take(self, argument: Argument[Any]) -> None:
        taken = self._left if argument.shape == "many" else self._left[:1]
        self._left = self._left[len(taken) :]
        if len(taken) > MOST_WORDS:
            raise UsageError(
                "too_many",
                say("{n} words at most.", n=MOST_WORDS),
                at=(taken[MOST_WORDS].start, taken[-1].end),
            )
        parsed = tuple(_parse(argument, token.text, token.at, token.at) for token in taken)
        self._values[argument.name] = parsed if argument.shape == "many" else parsed[0]
        self._spans[argument.name] = tuple(token.at for token in taken)

    def _take_raw(self, argument: Argument[Any]) -> None:
        """The line as typed, from the first word to the last; one quoted word loses its quotes."""
        first, last = self._left[0], self._left[-1]
        at = first.start, last.end
        for span in self._option_spans:
            if at[0] < span[0] < at[1]:
                raise UsageError(
                    "option_inside", say("Put options first or last, or quote the text."), at=span
                )
        if first is last and first.quoted:
            inside = first.start + 1, first.end - 1
            self._values[argument.name] = _parse(argument, first.text, inside, at)
            self._spans[argument.name] = (inside,)
        else:
            self._values[argument.name] = _parse(argument, self._words.line[slice(*at)], at, at)
            self._spans[argument.name] = (at,)
        self._left = []


def _parse(argument: Argument[Any], text: str, inside: Span, whole: Span) -> object:
    """``inside`` is where ``text`` stands, ``whole`` what to point at when no part of it is to blame."""
    try:
        return argument.kind.parse(text)
    except UsageError as error:
        error.at = whole if error.at is None else _within(inside, error.at)
        if error.reason == "bad_value":
            error.said = say("{argument}: {problem}", argument=argument.name, problem=error.said)
        raise


def _within(inside: Span, at: Span) -> Span:
    return min(inside[0] + at[0], inside[1]), min(inside[0] + at[1], inside[1] + 1)
