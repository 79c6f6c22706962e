"""A prompt without a browser, for tests of lines: type a line, get what was shown."""

from __future__ import annotations

import asyncio
import gettext
import itertools
from dataclasses import dataclass, field
from datetime import timedelta

from commands import Command, Event, Finished, Notice, Progress, Row, Rows, Text
from commands.events import Started, Table
from commands.phrases import render
from plugins.bridge import bridged, rebuilt
from plugins.host import Host
from plugins.loading import load
from plugins.manager import PluginManager
from plugins.origin import Origin
from plugins.registry import Entry
from quart_app.terminal.dispatch import Caller, Dispatcher
from quart_app.terminal.question import Question
from tests.doubles.memory_telegram import NOW, MemoryTelegram

PLAIN = gettext.NullTranslations()


@dataclass
class StepPace:
    """No budget: one second a request in the estimate. ``gate`` holds the turns back until it is set."""

    spent: int = 0
    gate: asyncio.Event | None = None
    after: int = 0
    """Turns that pass before the gate counts."""

    def estimate(self, requests: int) -> timedelta:
        return timedelta(seconds=requests)

    async def turn(self, requests: int) -> None:
        if self.gate is not None and self.spent >= self.after:
            await self.gate.wait()
        self.spent += requests


@dataclass
class Outcome:
    """What one line has shown."""

    finished: Finished
    events: list[Event | Table | Started]
    asked: list[str]

    @property
    def rows(self) -> list[Row]:
        return [row for event in self.events if isinstance(event, Rows) for row in event.rows]

    @property
    def tables(self) -> list[list[str]]:
        return [
            [column.name for column in event.columns] for event in self.events if isinstance(event, Table)
        ]

    @property
    def notices(self) -> list[Notice]:
        return [event for event in self.events if isinstance(event, Notice)]

    @property
    def notice(self) -> Notice:
        return self.notices[-1]

    @property
    def said(self) -> str:
        return render(self.notice.text, PLAIN)

    @property
    def hint(self) -> str:
        return render(self.notice.hint, PLAIN)

    @property
    def texts(self) -> list[str]:
        return [render(event.text, PLAIN) for event in self.events if isinstance(event, Text)]

    @property
    def progress(self) -> list[int]:
        return [event.done for event in self.events if isinstance(event, Progress)]


@dataclass
class LineTerminal:
    telegram: MemoryTelegram
    manager: PluginManager = field(default_factory=load)
    pace: StepPace = field(default_factory=StepPace)
    answers: list[bool] = field(default_factory=list)
    """To questions, in turn; yes when there are none left."""
    view_only: bool = False
    host: Host | None = None
    """Where the commands run that are added; None: here."""

    def __post_init__(self) -> None:
        self.caller = Caller(self.telegram, self.pace, PLAIN, view_only=self.view_only, now=lambda: NOW)
        self.dispatcher = Dispatcher(self.manager.registry, self.caller, self.manager.finished)
        self.numbers = itertools.count(1)
        self.events: list[Event | Table | Started] = []

    def add(self, *commands: Command) -> None:
        """As if a plugin called ``sample`` had brought them; from outside if there is a host for it."""
        self.manager.registry.add([self._entry(command) for command in commands])

    def _entry(self, command: Command) -> Entry:
        origin = Origin("sample", "1.0")
        if self.host is None:
            return Entry(command, origin)
        local, shape = bridged(rebuilt(command, "sample"), self.host)
        return Entry(local, origin, shape)

    async def __call__(self, line: str) -> Outcome:
        self.events, asked = [], list[str]()
        events = self.events

        async def emit(event: Event | Table | Started) -> None:
            events.append(event)

        async def ask(question: Question) -> bool:
            asked.append(render(question.whole, PLAIN))
            return self.answers.pop(0) if self.answers else True

        finished = await self.dispatcher.run(line, emit, ask, run_id=f"r{next(self.numbers)}")
        return Outcome(finished, events, asked)

    async def completions(self, line: str) -> list[str]:
        return [offer.text for offer in await self.dispatcher.complete(line, len(line))]
