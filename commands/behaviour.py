"""What a command does: a Source answers by itself, a Stage reads rows, an Effect acts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeAlias, TypeVar

from commands.arguments import Argument, Given
from commands.context import Context
from commands.events import Event
from commands.phrases import Said, say
from commands.rows import Column, Columns, Kind, Stream, Value

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Starts a pipe. ``run`` is an async generator of events; its Rows have ``columns``."""

    run: Callable[[Context, Given], AsyncIterator[Event]]
    columns: Columns = ()


def same(columns: Columns, _given: Given) -> Columns:
    """The shape of a stage that keeps the columns it reads."""
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

    The terminal builds the rest: preview, question, pace, progress, flood wait, report. ``apply`` gets at
    most ``batch`` items, changes them with ``requests`` requests and answers with what has changed (what was
    so already is left out). With ``restore``, which puts changes back, it is reversible; without, lasting;
    both are asked about once in bulk. With ``destroys`` it is asked about twice, always.

    What it is called is said in ``question`` and ``act``, with ``{n}`` for how many: the terminal counts, and
    has words of its own for whatever is left out.
    """

    subject: Argument[T] | Argument[tuple[T, ...]]
    apply: Callable[[Context, Given, tuple[T, ...]], Awaitable[tuple[Change[T], ...]]]
    restore: Callable[[Context, tuple[Change[T], ...]], Awaitable[None]] | None = None
    destroys: bool = False
    batch: int = 1
    requests: int = 1
    question: Said = ""
    """``say_n("Archive {n} chat?", "Archive {n} chats?")``"""
    act: Said = ""
    """On the button that does it, and beside the progress: ``say_n("Archive {n} chat", "Archive {n} chats")``"""
    keep: Said = ""
    """On the button that doesn't."""
    after: Said = ""
    """What it will be like then, in one plain sentence. Whether it can be put back is said by the terminal."""
    done: Said = ""
    """``say_n("{n} chat archived.", "{n} chats archived.")``"""

    @property
    def words(self) -> dict[str, Said]:
        return {name: getattr(self, name) for name in WORDS}

    @property
    def kind(self) -> Kind:
        return Kind(self.subject.kind.name)

    @property
    def columns(self) -> Columns:
        return (
            Column(self.kind, self.kind),
            Column(
                "outcome", Kind.TEXT, title=say("Outcome"), words=("done", "already", "failed", "unknown")
            ),
            Column("reason", Kind.TEXT, title=say("Reason")),
        )


WORDS: Final = ("question", "act", "keep", "after", "done")
"""What the author of an act says of it."""
Does: TypeAlias = Source | Stage | Effect[Any]
