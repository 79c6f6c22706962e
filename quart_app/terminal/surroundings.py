"""What the terminal lends to one run of one line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from commands.context import Context
from commands.events import Event, Started, Table
from commands.phrases import Said
from commands.rows import Columns
from quart_app.terminal.allowance import Allowance
from quart_app.terminal.caller import Act, Pace
from quart_app.terminal.clock import Clock
from quart_app.terminal.planning import Planned
from quart_app.terminal.question import Question

Shown: TypeAlias = Event | Table | Started
Emit: TypeAlias = Callable[[Shown], Awaitable[None]]
Ask: TypeAlias = Callable[[Question], Awaitable[bool]]


@dataclass(slots=True)
class Surroundings:
    """``rows``, ``tables``, ``silent`` and ``uncertain`` tell how the run went; the rest is fixed."""

    context: Callable[[Planned, bool], Context]
    """For a stage, and whether it is the last one."""
    emit_event: Emit
    ask_person: Ask
    pace: Pace
    record: Callable[[Act], None]
    broken: Callable[[Planned, BaseException], Event]
    """Logs an unexpected error of a stage and says what the caller is told."""
    clock: Clock = field(default_factory=Clock)
    allowance: Allowance = field(default_factory=Allowance)
    rows: int = 0
    """Shown by the last stage."""
    tables: int = 0
    silent: bool = True
    """Nothing was shown so far."""
    uncertain: bool = False
    """Something may or may not have reached Telegram."""

    async def emit(self, event: Event) -> None:
        """CommandError ``too_many`` when it is more than one run may show."""
        self.silent = False
        self.allowance.spend(event)
        await self.emit_event(event)

    async def open(self, columns: Columns) -> str:
        """The id of the table."""
        self.silent = False
        self.tables += 1
        table = f"t{self.tables}"
        await self.emit_event(Table(table, columns))
        return table

    async def ask(self, question: Question) -> bool:
        with self.clock.paused():
            return await self.ask_person(question)

    async def confirm(self, said: Said) -> bool:
        """A question of a command's own."""
        return await self.ask(Question(said))
