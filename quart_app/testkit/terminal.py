"""The fixture ``terminal``: type a line, get what was shown. No browser, no socket, the app's own dispatcher."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

from commands import Finished
from commands.capabilities import Capability
from commands.context import Handover
from commands.phrases import render
from plugins.discovery import Candidate
from plugins.errors import PluginError
from plugins.grants import Grants
from plugins.loading import load
from plugins.manager import PluginManager
from plugins.origin import Origin, canonical
from quart_app.telegram.handed_out import HandedOutClient
from quart_app.terminal.dispatch import Caller, Dispatcher
from quart_app.terminal.pace import SteadyPace
from quart_app.terminal.question import Question
from quart_app.testkit.running import Running
from quart_app.testkit.shown import PLAIN, AnyEvent, Shown
from quart_app.testkit.telegram import Telegram


class Terminal:
    """``now`` is what commands take for the time; ``answers`` go to questions in turn, yes when none are left."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.answers: list[bool] = []
        self._managers = [load()]
        self._registry = self._managers[0].registry
        pace = SteadyPace(per_second=1000.0)  # the demo Telegram asks for no patience
        self._caller = Caller(
            telegram.gateway,
            pace,
            PLAIN,
            now=lambda: self.now,
            hand_over=lambda _plugin: Handover(telegram.gateway.send, HandedOutClient),
        )
        self._numbers = itertools.count(1)

    @property
    def view_only(self) -> bool:
        """Whether the session may only look; False at first."""
        return self._caller.view_only

    @view_only.setter
    def view_only(self, value: bool) -> None:
        self._caller.view_only = value

    def load(self, module: str) -> None:
        """Bring in the commands of a plugin's module. PluginError says what is wrong with it."""
        origin = Origin(canonical(module), "under-test")
        manager = PluginManager(Grants({origin.distribution: frozenset(Capability)}))
        manager.admit([Candidate(origin, module)])
        self._managers.append(manager)
        if error := manager.statuses[-1].error:
            raise PluginError(f"{module}: {error}")
        self._registry.add(list(manager.registry))

    def close(self) -> None:
        """End the threads on which the plugins run."""
        for manager in self._managers:
            manager.close()

    def __call__(self, line: str) -> Shown:
        """Run one line to its end. Whatever goes wrong in it is an event too, as it is for people."""
        return self.start(line).finish()

    def start(self, line: str) -> Running:
        """Run one line, and go on with the test meanwhile: to cancel it, or to change what it looks at."""
        events: list[AnyEvent] = []
        asked: list[str] = []

        async def emit(event: AnyEvent) -> None:
            events.append(event)

        async def ask(question: Question) -> bool:
            asked.append(render(question.title, PLAIN))
            return self.answers.pop(0) if self.answers else True

        run = self._dispatcher().run(line, emit, ask, run_id=f"r{next(self._numbers)}")
        return Running(self._telegram.loop, run, events, asked)

    def complete(self, line: str) -> list[str]:
        """What Tab offers at the end of ``line``."""
        offers = self._telegram.loop.run(self._dispatcher().complete(line, len(line)))
        return [offer.text for offer in offers]

    def _dispatcher(self) -> Dispatcher:
        return Dispatcher(self._registry, self._caller, self._finished)

    def _finished(self, finished: Finished) -> None:
        for manager in self._managers:
            manager.finished(finished)
