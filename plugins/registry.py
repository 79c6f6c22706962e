"""Which command a word means, and which plugin brought it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from commands.arguments import nearest
from commands.command import Command, Sigil


class PluginError(Exception):
    """A plugin that is left out, in a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Origin:
    distribution: str
    version: str = ""
    builtin: bool = False

    def __str__(self) -> str:
        return f"{self.distribution} {self.version}".rstrip()


@dataclass(frozen=True, slots=True)
class Entry:
    command: Command
    origin: Origin


@dataclass(frozen=True, slots=True)
class Status:
    """One line of ``plugins list``."""

    origin: Origin
    state: Literal["ready", "left out"]
    commands: tuple[str, ...] = ()
    error: str = ""


@dataclass(slots=True)
class Registry:
    words: dict[str, Entry] = field(default_factory=dict)
    sigils: dict[str, Entry] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Entry]:
        yield from self.sigils.values()
        yield from self.words.values()

    def collision(self, command: Command) -> Entry | None:
        return (self.sigils if isinstance(command.trigger, Sigil) else self.words).get(command.name)

    def add(self, entries: list[Entry]) -> None:
        """All of a plugin's commands, or none."""
        seen: dict[str, Entry] = {}
        for entry in entries:
            other = self.collision(entry.command) or seen.get(entry.command.name)
            if other is not None:
                raise PluginError(
                    f"{entry.command.name}: offered by {entry.origin}, but {other.origin} has it"
                )
            seen[entry.command.name] = entry
        for entry in entries:
            (self.sigils if isinstance(entry.command.trigger, Sigil) else self.words)[entry.command.name] = (
                entry
            )

    def find(self, word: str) -> Entry | None:
        return self.words.get(word) or self.sigils.get(word[:1])

    def nearest(self, word: str) -> str | None:
        return nearest(word, self.words)
