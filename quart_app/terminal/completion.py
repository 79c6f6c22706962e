"""What may stand where the cursor is, from the declarations that also plan and explain a line."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from commands.arguments import Argument
from commands.behaviour import Source, Stage
from commands.command import Command, Sigil
from commands.errors import CommandError
from commands.rows import Columns
from commands.words import Token, Words, split_line
from plugins.registry import Registry
from quart_app.terminal import failures
from quart_app.terminal.caller import Caller
from quart_app.terminal.catalogue import Catalogue
from quart_app.terminal.offers import Completion, chats_by_name, column_names, people, usernames
from quart_app.terminal.planning import find, plan

MOST: Final = 50
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the cursor is: in a stage's words, of which ``part`` is the one being typed."""

    words: Words
    tokens: tuple[Token, ...]
    part: str
    upstream: Columns | None


class Completer:
    def __init__(self, registry: Registry, caller: Caller, catalogue: Catalogue) -> None:
        self._registry, self._caller, self._catalogue = registry, caller, catalogue

    async def complete(self, typed: str) -> Sequence[Completion]:
        """At most MOST, for a line that ends at the cursor; nothing for one that makes no sense."""
        try:
            return list(islice(await self._offers(await self._place(typed)), MOST))
        except CommandError:
            return []
        except Exception as error:  # noqa: BLE001 (a plugin's shape() may fail in its own way)
            failures.report(logger, error, run_id="", command="", plugin="")
            return []

    async def _place(self, typed: str) -> _Place:
        *before, words = split_line(typed)
        tokens, part = words.tokens, ""
        if tokens and tokens[-1].end == len(typed):
            tokens, part = tokens[:-1], tokens[-1].text
        upstream = None
        if before:
            upstream = (await plan(typed[: before[-1].end], self._registry))[-1].columns
        return _Place(words, tokens, part, upstream)

    async def _offers(self, place: _Place) -> Iterable[Completion]:
        if not place.tokens:
            return await self._first_words(place)
        entry, rest = find(Words(place.words.line, place.tokens, place.words.end), self._registry)
        declared = entry.command.parameters(piped=place.upstream is not None)
        argument, value_of = _argument(declared, rest, place.part)
        if argument is not None and value_of:
            name, _, part = place.part.partition("=")
            return [
                Completion(f"{name}={offer.text}", offer.help)
                for offer in await self._values(argument, part, place.upstream)
            ]
        if argument is not None:
            return await self._values(argument, place.part, place.upstream)
        return self._options(declared, rest, place.part)

    async def _first_words(self, place: _Place) -> Iterable[Completion]:
        entries = [entry for entry in self._catalogue.entries() if _fits(entry.command, place.upstream)]
        offers = [
            Completion(entry.command.name, self._catalogue.render(entry.command.summary)) for entry in entries
        ]
        for entry in entries:
            command = entry.command
            if isinstance(command.trigger, Sigil) and place.part.startswith(command.name):
                values = await self._values(command.arguments[0], place.part.removeprefix(command.name), None)
                return [Completion(command.name + value.text, value.help) for value in values]
        return [offer for offer in offers if offer.text.startswith(place.part)]

    def _options(
        self, declared: Sequence[Argument[Any]], rest: Sequence[Token], part: str
    ) -> Iterator[Completion]:
        given = {token.text.partition("=")[0] for token in rest}
        for option in declared:
            text = f"--{option.name}"
            if option.is_option and text.startswith(part) and text not in given:
                yield Completion(text, self._catalogue.render(option.help))

    async def _values(
        self, argument: Argument[Any], part: str, upstream: Columns | None
    ) -> Iterable[Completion]:
        match argument.kind.name:
            case "chat":
                return chats_by_name(await self._caller.telegram.chats(), part)
            case "user":
                return chats_by_name(people(await self._caller.telegram.chats()), part)
            case "username":
                return usernames(await self._caller.telegram.chats(), part)
            case "command":
                return [offer for offer in self._all_commands() if offer.text.startswith(part)]
            case "column":
                sign = "-" * part.startswith("-")
                names = [Completion(sign + column.name, str(column.kind)) for column in upstream or ()]
                return [name for name in names if name.text.startswith(part)]
            case "expression":
                return [name for name in column_names(upstream or ()) if name.text.startswith(part)]
            case _:
                return [Completion(word) for word in argument.kind.choices if word.startswith(part)]

    def _all_commands(self) -> Iterator[Completion]:
        for entry in self._catalogue.entries():
            yield Completion(entry.command.name, self._catalogue.render(entry.command.summary))


def _fits(command: Command, upstream: Columns | None) -> bool:
    """Whether it may stand here: some commands come first only, some after a pipe only."""
    return not isinstance(command.does, Stage if upstream is None else Source)


def _argument(
    declared: Sequence[Argument[Any]], before: Sequence[Token], part: str
) -> tuple[Argument[Any] | None, bool]:
    """Whose value is being typed, and whether behind ``--name=``; None while it is the name of an option."""
    options = {f"--{option.name}": option for option in declared if option.is_option}
    waiting: Argument[Any] | None = None
    count = 0
    for token in before:
        if waiting is not None:
            waiting = None
        elif token.text in options and not token.quoted:
            waiting = options[token.text] if options[token.text].shape == "option" else None
        elif token.quoted or not token.text.startswith("--"):
            count += 1
    if waiting is not None:
        return waiting, False
    name, equals, _ = part.partition("=")
    if equals and name in options:
        return options[name], True
    places = [argument for argument in declared if not argument.is_option]
    if part.startswith("--") or not places:
        return None, False
    if count < len(places) or places[-1].takes_the_rest:
        return places[min(count, len(places) - 1)], False
    return None, False
