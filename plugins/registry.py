"""Which command a word means, and which plugin brought it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from commands.arguments import Given
from commands.command import Command, Sigil
from commands.nearness import nearest
from commands.rows import Columns
from plugins.errors import PluginError
from plugins.origin import Origin


@dataclass(frozen=True, slots=True)
class Entry:
    command: Command
    origin: Origin
    shape: Callable[[Columns, Given], Awaitable[Columns]] | None = None
    """Where the code that shapes its columns runs elsewhere."""

    async def columns(self, upstream: Columns | None, given: Given) -> Columns:
        """The columns that leave it; UsageError when what enters doesn't fit."""
        local = self.command.columns(upstream, given)
        return local if self.shape is None or upstream is None else await self.shape(upstream, given)


@dataclass(slots=True)
class Registry:
    """Names are unique: what has one keeps it."""

    words: dict[str, Entry] = field(default_factory=dict)
    sigils: dict[str, Entry] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Entry]:
        yield from self.sigils.values()
        yield from self.words.values()

    def add(self, entries: Sequence[Entry]) -> None:
        """All of a plugin's commands, or none. PluginError names both sides of a collision."""
        seen: dict[str, Entry] = {}
        for entry in entries:
            name = entry.command.name
            other = self._names(entry.command).get(name) or seen.get(name)
            if other is not None:
                raise PluginError(f"{name}: offered by {entry.origin}, but {other.origin} has it")
            seen[name] = entry
        for name, entry in seen.items():
            self._names(entry.command)[name] = entry

    def find(self, word: str) -> Entry | None:
        """The command that ``word``, the first of a stage, calls: its name, or something behind its sigil."""
        return self.words.get(word) or self.sigils.get(word[:1])

    def become(self, other: Registry) -> None:
        """Have what ``other`` has, for whoever holds this one."""
        self.words, self.sigils = dict(other.words), dict(other.sigils)

    def nearest(self, word: str) -> str | None:
        return nearest(word, self.words)

    def _names(self, command: Command) -> dict[str, Entry]:
        return self.sigils if isinstance(command.trigger, Sigil) else self.words
