"""A command as its author declares it. Everything that is said about a command is read from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, TypeAlias

from commands.arguments import Argument, Given, flag
from commands.behaviour import Does, Effect, Source, Stage
from commands.capabilities import Capability
from commands.description import Description, describe
from commands.errors import UsageError
from commands.phrases import Said, say
from commands.rows import Columns, Kind

DRY_RUN: Final = flag("dry-run", say("show what would happen, and do nothing"))
YES: Final = flag("yes", say("don't ask"))


@dataclass(frozen=True, slots=True)
class Word:
    """``list``: the first word of a stage."""

    text: str


@dataclass(frozen=True, slots=True)
class Sigil:
    """``@durov``: a character whose rest is the first argument."""

    text: str
    placeholder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command.

    ``timeout`` is how long a run may take, without the time in which a person reads a question; an act that
    is under way has as long as it needs. None: until it is cancelled.
    """

    trigger: Word | Sigil
    summary: Said
    does: Does
    arguments: tuple[Argument[Any], ...] = ()
    examples: tuple[str, ...] = ()
    capabilities: frozenset[Capability] = field(default_factory=frozenset)
    timeout: timedelta | None = timedelta(seconds=20)

    @property
    def name(self) -> str:
        return self.trigger.text

    @property
    def uses(self) -> frozenset[Capability]:
        """Declared, and what its arguments imply."""
        if any(argument.kind.name in ("chat", "user") for argument in self.parameters(piped=False)):
            return self.capabilities | {Capability.CHATS_RESOLVE}
        return self.capabilities

    @property
    def acts(self) -> bool:
        """Changes something, so that a view-only session can't run it."""
        return isinstance(self.does, Effect) or any(capability.acts for capability in self.uses)

    def parameters(self, *, piped: bool) -> tuple[Argument[Any], ...]:
        """What the line may hold: rows from a pipe stand in for the subject of an act."""
        if not isinstance(self.does, Effect):
            return self.arguments
        subject: tuple[Argument[Any], ...] = () if piped else (self.does.subject,)
        return (*subject, *self.arguments, DRY_RUN, YES)

    def columns(self, upstream: Columns | None, given: Given) -> Columns:
        """The columns that leave; UsageError when what enters doesn't fit (None: nothing, it comes first)."""
        match self.does:
            case Source(columns=columns):
                if upstream is not None:
                    raise UsageError(
                        "reads_no_rows", say("{name} reads no rows: it can only come first.", name=self.name)
                    )
                return columns
            case Stage(wants=wants, shape=shape):
                if not upstream:
                    raise self._starved(upstream)
                for kind in wants:
                    self._want(kind, upstream)
                return shape(upstream, given)
            case Effect() as effect:
                if upstream is not None:
                    self._want(effect.kind, upstream)
                return effect.columns

    def _starved(self, upstream: Columns | None) -> UsageError:
        if upstream is None:
            return UsageError("needs_rows", say("{name} needs rows: put it after a pipe.", name=self.name))
        return UsageError(
            "needs_rows", say("{name} needs rows, and what comes before it gives none.", name=self.name)
        )

    def _want(self, kind: Kind, upstream: Columns) -> None:
        if not any(column.kind is kind for column in upstream):
            raise UsageError(
                "wrong_rows",
                say(
                    "{name} needs a column of kind {kind}; there are {columns}.",
                    name=self.name,
                    kind=kind,
                    columns=tuple(f"{column.name} ({column.kind})" for column in upstream) or (say("none"),),
                ),
            )

    def usage(self) -> str:
        """``list [N] [--fresh]``: one line, as it would be typed."""
        shown = [argument.usage() for argument in self.parameters(piped=False)]
        if isinstance(self.trigger, Sigil):
            return " ".join((f"{self.trigger.text}{self.trigger.placeholder}", *shown[1:]))
        before = ("ROWS", "|") if isinstance(self.does, Stage) else ()
        return " ".join((*before, self.name, *shown))

    def describe(
        self, render: Callable[[Said], str], plugin: str = "", *, builtin: bool = False
    ) -> Description:
        return describe(self, render, plugin, builtin=builtin)


Register: TypeAlias = Callable[[Command], None]
