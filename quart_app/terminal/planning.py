"""A typed line as a plan: every name, argument and column is checked before anything runs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from commands.arguments import Given
from commands.binding import bind
from commands.command import Command, Sigil
from commands.errors import Span, UnknownCommand, UsageError
from commands.phrases import say
from commands.rows import Columns
from commands.words import Token, Words, split_line
from plugins.registry import Entry, Registry


@dataclass(frozen=True, slots=True)
class Planned:
    """One stage: its command with its values, the columns that enter (None: it comes first) and that leave."""

    entry: Entry
    given: Given
    upstream: Columns | None
    columns: Columns
    at: Span

    @property
    def command(self) -> Command:
        return self.entry.command

    @property
    def name(self) -> str:
        return self.entry.command.name


async def plan(line: str, registry: Registry) -> tuple[Planned, ...]:
    """UnknownCommand or UsageError, pointing into the line, for whatever can't run."""
    planned: list[Planned] = []
    upstream: Columns | None = None
    for words in split_line(line):
        entry, tokens = find(words, registry)
        command, at = entry.command, words.tokens[0].at
        given = bind(command.parameters(piped=upstream is not None), words, tokens)
        try:
            columns = await entry.columns(upstream, given)
        except UsageError as error:
            error.at = error.at or at
            raise
        planned.append(Planned(entry, given, upstream, columns, at))
        upstream = columns
    return tuple(planned)


def find(words: Words, registry: Registry) -> tuple[Entry, list[Token]]:
    """The command of a stage, and the words that are its arguments."""
    if not words.tokens:
        raise UsageError("empty_stage", say("A command is missing here."), at=(words.end, words.end + 1))
    first, *rest = words.tokens
    entry = registry.find(first.text)
    if entry is None:
        raise UnknownCommand(first.text, registry.nearest(first.text), at=first.at)
    if isinstance(entry.command.trigger, Sigil) and len(first.text) > 1:
        rest.insert(0, replace(first, text=first.text[1:], start=first.start + 1))
    return entry, rest
