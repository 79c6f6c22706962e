"""What this caller may run, in their language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from commands.command import Command
from commands.description import Description
from commands.phrases import Said, render
from plugins.registry import Entry, Registry
from quart_app.terminal.caller import Caller


class Catalogue:
    """Satisfies ``commands.context.Catalogue``. A view-only session has no commands that act."""

    def __init__(self, registry: Registry, caller: Caller) -> None:
        self._registry, self._caller = registry, caller

    def all(self) -> Sequence[Description]:
        return [self._describe(entry) for entry in self.entries()]

    def find(self, name: str) -> Description | None:
        entry = self._registry.find(name)
        return self._describe(entry) if entry else None

    def nearest(self, name: str) -> str | None:
        return self._registry.nearest(name)

    def entries(self) -> Iterator[Entry]:
        return (entry for entry in self._registry if self.allows(entry.command))

    def allows(self, command: Command) -> bool:
        return not (self._caller.view_only and command.acts)

    def render(self, said: Said) -> str:
        return render(said, self._caller.translations)

    def _describe(self, entry: Entry) -> Description:
        origin = entry.origin
        return entry.command.describe(self.render, str(origin), builtin=origin.builtin)
