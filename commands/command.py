"""A command as its author declares it. Everything that is said about a command is read from here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Generic, TypeAlias, TypeVar

from commands.arguments import Argument, Given, flag
from commands.capabilities import Capability
from commands.context import Context
from commands.errors import UsageError
from commands.events import Event
from commands.phrases import Said, say
from commands.rows import Column, Columns, Kind, Stream, Value

T = TypeVar("T")
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
class Source:
    """Starts a pipe: answers by itself."""

    run: Callable[[Context, Given], AsyncIterator[Event]]
    columns: Columns = ()


def same(columns: Columns, given: Given) -> Columns:
    return columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Reads rows. ``shape`` says which columns leave for those that enter, or raises UsageError."""

    run: Callable[[Context, Given, Stream], AsyncIterator[Event]]
    wants: tuple[Kind, ...] = ()
    shape: Callable[[Columns, Given], Columns] = same


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """One item that an act has changed, and what was there before: a plain value."""

    item: T
    before: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect(Generic[T]):
    """Acts on chats, users or messages: given in the line, or by the rows of a pipe.

    The terminal builds the rest: preview, question, pace, progress, report, undo. ``apply`` gets at
    most ``batch`` items, changes them with ``requests`` requests and answers with what has changed
    (what was so already is left out).
    """

    subject: Argument[T] | Argument[tuple[T, ...]]
    apply: Callable[[Context, Given, tuple[T, ...]], Awaitable[tuple[Change[T], ...]]]
    restore: Callable[[Context, tuple[Change[T], ...]], Awaitable[None]] | None = None
    destroys: bool = False
    batch: int = 1
    requests: int = 1

    @property
    def kind(self) -> Kind:
        return Kind(self.subject.kind.name)

    @property
    def columns(self) -> Columns:
        return (
            Column(self.kind, self.kind),
            Column("outcome", Kind.TEXT, words=("done", "already", "failed", "unknown")),
            Column("reason", Kind.TEXT),
        )


Does: TypeAlias = Source | Stage | Effect[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
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
        if any(argument.kind.name == "chat" for argument in self.parameters(piped=False)):
            return self.capabilities | {Capability.CHATS_RESOLVE}
        return self.capabilities

    def parameters(self, *, piped: bool) -> tuple[Argument[Any], ...]:
        """What the line may hold: rows from a pipe stand in for the subject of an act."""
        if not isinstance(self.does, Effect):
            return self.arguments
        subject: tuple[Argument[Any], ...] = () if piped else (self.does.subject,)
        return (*subject, *self.arguments, DRY_RUN, YES)

    def columns(self, upstream: Columns | None, given: Given) -> Columns:
        """The columns that leave; UsageError when what enters doesn't fit."""
        match self.does:
            case Source(columns=columns):
                if upstream is not None:
                    raise UsageError(
                        "reads_no_rows", say("{name} reads no rows: it can only come first.", name=self.name)
                    )
                return columns
            case Stage(wants=wants, shape=shape):
                if upstream is None:
                    raise UsageError(
                        "needs_rows", say("{name} needs rows: put it after a pipe.", name=self.name)
                    )
                for kind in wants:
                    self._want(kind, upstream)
                return shape(upstream, given)
            case Effect() as effect:
                if upstream is not None:
                    self._want(effect.kind, upstream)
                return effect.columns

    def _want(self, kind: Kind, upstream: Columns) -> None:
        if not any(column.kind is kind for column in upstream):
            raise UsageError(
                "wrong_rows",
                say(
                    "{name} needs a column of kind {kind}; these rows have {columns}.",
                    name=self.name,
                    kind=kind,
                    columns=", ".join(f"{c.name} ({c.kind})" for c in upstream) or "none",
                ),
            )

    def usage(self) -> str:
        first, *rest = (
            (a.usage() for a in self.parameters(piped=False)) if self.parameters(piped=False) else ("",)
        )
        if isinstance(self.trigger, Sigil):
            return " ".join((f"{self.trigger.text}{self.trigger.placeholder}", *rest))
        before = "ROWS | " if isinstance(self.does, Stage) else ""
        return " ".join(filter(None, (before + self.name, first, *rest)))

    def describe(self, say_it: Callable[[Said], str], plugin: str = "") -> Description:
        return describe(self, say_it, plugin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A command as plain values: what help, completion, the API and another process know of it."""

    name: str
    usage: str
    summary: str
    does: str
    plugin: str
    arguments: tuple[Mapping[str, Any], ...]
    capabilities: tuple[str, ...]
    columns: tuple[Mapping[str, str], ...]
    examples: tuple[str, ...]
    effect: Mapping[str, Any] | None


def describe(command: Command, say_it: Callable[[Said], str], plugin: str) -> Description:
    does = command.does
    columns = () if isinstance(does, Stage) else does.columns
    return Description(
        name=command.name,
        usage=command.usage(),
        summary=say_it(command.summary),
        does=type(does).__name__.lower(),
        plugin=plugin,
        arguments=tuple(
            {
                "name": argument.name,
                "kind": argument.kind.name,
                "shape": argument.shape,
                "required": argument.required,
                "choices": argument.kind.choices,
                "help": say_it(argument.help),
            }
            for argument in command.parameters(piped=False)
        ),
        capabilities=tuple(sorted(command.uses)),
        columns=tuple({"name": c.name, "kind": c.kind, "title": say_it(c.title) or c.name} for c in columns),
        examples=command.examples,
        effect={
            "on": does.kind,
            "reversible": does.restore is not None,
            "destroys": does.destroys,
            "batch": does.batch,
            "requests": does.requests,
        }
        if isinstance(does, Effect)
        else None,
    )


Register: TypeAlias = Callable[[Command], None]
