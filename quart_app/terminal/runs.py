"""The runs of one socket: one at work, a few in line, each with exactly one ``finished``."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from commands.events import Notice
from commands.phrases import say
from quart_app.terminal import frames
from quart_app.terminal.asks import Asks
from quart_app.terminal.frames import Frame, SayIt
from quart_app.terminal.output import Output
from quart_app.terminal.requests import Answer, BadFrame, Run
from quart_app.terminal.running import Dispatching, Running

MOST_WAITING: Final = 8


class Runs:
    """``begin`` makes the output of a run; ``tell`` sends a frame at once."""

    def __init__(
        self,
        dispatcher: Dispatching,
        begin: Callable[[str], Output],
        tell: Callable[[Frame], None],
        say_it: SayIt,
        *,
        grace_seconds: float,
    ) -> None:
        self._dispatcher, self._begin, self._tell, self._say_it = dispatcher, begin, tell, say_it
        self._grace_seconds = grace_seconds
        self._waiting: deque[Run] = deque()
        self._current: tuple[Run, Running, Asks] | None = None
        self._changed = asyncio.Event()
        self._stopping = False

    def submit(self, run: Run) -> None:
        """Put a run in line. BadFrame while another has its id."""
        self._check_free(run.id)
        if len(self._waiting) >= MOST_WAITING + (self._current is None):  # the first won't have to wait
            self._refuse(run, None)
            return
        self._waiting.append(run)
        self._changed.set()

    def refuse(self, run: Run, retry_after: float) -> None:
        """End a run that comes too soon after others. BadFrame while another has its id."""
        self._check_free(run.id)
        self._refuse(run, retry_after)

    def fail(self, run_id: str, notice: Notice) -> None:
        """End a run that could not be read. BadFrame while another has its id."""
        self._check_free(run_id)
        self._tell(frames.notice(notice, self._say_it, run_id))
        self._tell(frames.finished(run_id, "error"))

    def cancel(self, run_id: str) -> None:
        """End a run wherever it stands. One that has ended already is left in peace: the two have crossed."""
        if self._current is not None and self._current[0].id == run_id:
            self._current[1].cancel()
        for run in [run for run in self._waiting if run.id == run_id]:
            self._waiting.remove(run)
            self._tell(frames.finished(run.id, "cancelled"))

    def answer(self, answer: Answer) -> None:
        """Hand an answer to the run that asked. BadFrame if it is no answer at all."""
        if self._current is not None and self._current[0].id == answer.id:
            self._current[2].answer(answer.ask, answer.value)

    def withdraw(self) -> None:
        """End a run that waits for an answer: what it is about can't be done any more."""
        if self._current is not None and self._current[2].is_waiting:
            self._current[1].cancel()

    def stop(self) -> None:
        """Cancel everything; ``work`` ends once all has been said."""
        self._stopping = True
        for run in tuple(self._waiting):
            self.cancel(run.id)
        if self._current is not None:
            self._current[1].cancel()
        self._changed.set()

    async def work(self) -> None:
        """Run what comes in, one after the other, until ``stop``."""
        while not self._stopping:
            if not self._waiting:
                self._changed.clear()
                await self._changed.wait()
                continue
            await self._one(self._waiting.popleft())

    async def _one(self, run: Run) -> None:
        output = self._begin(run.id)
        asks = Asks(output)
        running = Running(self._dispatcher, run.line, output, asks.ask, grace_seconds=self._grace_seconds)
        self._current = run, running, asks
        try:
            await running.finish()
        finally:
            self._current = None

    def _check_free(self, run_id: str) -> None:
        """Of two with one id at once, nobody could tell whose the frames are. Afterwards it may be used again."""
        current = () if self._current is None else (self._current[0],)
        if any(run.id == run_id for run in (*current, *self._waiting)):
            raise BadFrame("id_in_use")

    def _refuse(self, run: Run, retry_after: float | None) -> None:
        notice = Notice(
            "error", "too_many", say("Slow down: too many commands at once."), retry_after=retry_after
        )
        self._tell(frames.notice(notice, self._say_it, run.id))
        self._tell(frames.finished(run.id, "error"))
