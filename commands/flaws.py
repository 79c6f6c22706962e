"""What is wrong with a declaration: found when a plugin is admitted, not when somebody types its line."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any, Final, cast

from commands.arguments import Argument
from commands.behaviour import Effect, Source, Stage
from commands.capabilities import Capability
from commands.command import Command, Sigil, Word
from commands.phrases import Phrase
from commands.rows import Column, Columns, Kind

_WORD: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_COLUMN: Final = re.compile(r"[^\W\d][\w.-]*")
_SIGIL: Final = re.compile(r"[^\w\s|\"'\\-]")
_SUBJECTS: Final = (Kind.CHAT, Kind.USER)
MOST_PARTS: Final = 50
"""Arguments, columns, examples, or choices of an argument; every page that opens is told of all of them."""
MOST_CHARACTERS: Final = 500
"""Of any text in a declaration."""


def flaws(command: Command) -> Iterator[str]:
    """A sentence for the author for each thing that could not work."""
    wrong = list(_kinds(command))
    yield from wrong
    if wrong:
        return  # what follows relies on them
    yield from _trigger(command)
    yield from _arguments(command.parameters(piped=False))
    match command.does:
        case Source(run=run, columns=columns):
            yield from _generator(run)
            yield from _columns(columns)
        case Stage(run=run):
            yield from _generator(run)
        case Effect() as effect:
            yield from _effect(effect)
    yield from _sizes(command)
    if command.timeout is not None and command.timeout.total_seconds() <= 0:
        yield "its timeout is not positive"


def _kinds(command: Command) -> Iterator[str]:
    """Python takes whatever is given for a field; a list of capabilities would only be noticed when it is used."""
    wanted: tuple[tuple[str, object, bool], ...] = (
        ("trigger is a Word or a Sigil", command.trigger, isinstance(command.trigger, Word | Sigil)),
        ("summary is a text or say(...)", command.summary, isinstance(command.summary, str | Phrase)),
        ("arguments are a tuple of Argument", command.arguments, _all(command.arguments, tuple, Argument)),
        ("examples are a tuple of texts", command.examples, _all(command.examples, tuple, str)),
        (
            "capabilities are a frozenset of Capability",
            command.capabilities,
            _all(command.capabilities, frozenset, Capability),
        ),
        (
            "timeout is a timedelta or None",
            command.timeout,
            command.timeout is None or isinstance(command.timeout, timedelta),
        ),
        (
            "does is a Source, a Stage or an Effect",
            command.does,
            isinstance(command.does, Source | Stage | Effect),
        ),
    )
    for sentence, given, right in wanted:
        if not right:
            yield f"its {sentence}, not {type(given).__name__[:80]}"
    if isinstance(command.does, Source) and not _all(command.does.columns, tuple, Column):
        yield "its columns are a tuple of Column"
    if isinstance(command.does, Effect):
        for name in (name for name, said in command.does.words.items() if not isinstance(said, str | Phrase)):
            yield f"its {name} is a text, say(...) or say_n(...)"


def _all(given: object, container: type, kind: type) -> bool:
    return isinstance(given, container) and all(
        isinstance(each, kind) for each in cast(Iterable[object], given)
    )


def _trigger(command: Command) -> Iterator[str]:
    match command.trigger:
        case Word(text=text) if not _WORD.fullmatch(text):
            yield "its name is not a word of a-z, 0-9 and single dashes"
        case Sigil(text=text) if not _SIGIL.fullmatch(text):
            yield "its sigil is not one character that may stand before a word"
        case Sigil() if not [argument for argument in command.arguments if not argument.is_option]:
            yield "its sigil has no argument to stand for"


def _arguments(declared: tuple[Argument[Any], ...]) -> Iterator[str]:
    names = [argument.name for argument in declared]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two arguments are called {name}"
    places = [argument for argument in declared if not argument.is_option]
    for name in (argument.name for argument in declared if not _WORD.fullmatch(argument.name)):
        yield f"the argument {name!r} is not a word of a-z, 0-9 and single dashes"
    for argument in places[:-1]:
        if argument.takes_the_rest:
            yield f"{argument.name} takes all that is left, and more comes after it"
    for before, after in pairwise(places):
        if after.required and not before.required:
            yield f"{after.name} is required, and comes after {before.name}, which is not"


def _sizes(command: Command) -> Iterator[str]:
    columns = command.does.columns if isinstance(command.does, Source) else ()
    choices = [argument.kind.choices for argument in command.arguments]
    if any(len(parts) > MOST_PARTS for parts in (command.arguments, command.examples, columns, *choices)):
        yield f"it has more than {MOST_PARTS} of something"
    words = command.does.words.values() if isinstance(command.does, Effect) else ()
    texts = [
        command.name,
        command.summary,
        *words,
        *(said.plural for said in words if isinstance(said, Phrase)),
        *command.examples,
        *(text for argument in command.arguments for text in (argument.name, argument.help)),
        *(text for column in columns for text in (column.name, column.title, *column.words)),
        *(word for choice in choices for word in choice),
    ]
    if any(len(text.id if isinstance(text, Phrase) else text) > MOST_CHARACTERS for text in texts):
        yield f"one of its texts has more than {MOST_CHARACTERS} characters"


def _generator(run: object) -> Iterator[str]:
    if not callable(run):
        yield "its run can't be called"
    if inspect.iscoroutinefunction(run):
        yield "its run never yields: it must be an async generator"


def _columns(columns: Columns) -> Iterator[str]:
    names = [column.name for column in columns]
    if len(set(names)) < len(names):
        yield "two of its columns have one name"
    for name in (name for name in names if not _COLUMN.fullmatch(name)):
        yield f"its column {name!r} can't be typed in an expression"


def _effect(effect: Effect[Any]) -> Iterator[str]:
    if effect.subject.kind.name not in _SUBJECTS:
        yield f"nothing can act on {effect.subject.kind.name}"
    if not effect.subject.required:
        yield "its subject is not required"
    if effect.batch < 1 or effect.requests < 0:
        yield "its batch or its requests make no sense"
    if bool(effect.question) is not bool(effect.act):
        yield "its question and its act come together: who says one says the other"
    for name in ("question", "act", "done"):
        said = effect.words[name]
        if said and "{n}" not in (said if isinstance(said, str) else said.plural or said.id):
            yield f"its {name} does not say {{n}}, how many"
