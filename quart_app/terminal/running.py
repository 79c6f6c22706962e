"""One run, from its first event to its one ``finished``, whatever happens in between."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Final, Protocol

from commands.events import Finished, Notice
from quart_app.terminal import failures
from quart_app.terminal.offers import Completion
from quart_app.terminal.output import Output
from quart_app.terminal.run import Status
from quart_app.terminal.surroundings import Ask, Emit

GRACE_SECONDS: Final = 5.0
"""How long a cancelled command may clean up before the run is declared over without it."""
logger = logging.getLogger(__name__)


class Dispatching(Protocol):
    """What a terminal needs of a dispatcher: it is bound to its caller already."""

    async def run(self, line: str, emit: Emit, ask: Ask, *, run_id: str) -> Finished: ...
    async def complete(self, line: str, cursor: int) -> Sequence[Completion]: ...


class Running:
    """A command at work in a task of its own, so that it alone can be cancelled."""

    def __init__(
        self,
        dispatcher: Dispatching,
        line: str,
        output: Output,
        ask: Ask,
        *,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._dispatcher, self._line, self._ask = dispatcher, line, ask
        self._output, self._grace_seconds = output, grace_seconds
        self._given_up: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._timer: asyncio.TimerHandle | None = None
        self._task = asyncio.create_task(self._run(), name=f"run {output.run_id}")

    def cancel(self) -> None:
        """Once is enough: a second blow would hit the command while it cleans up."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._grace_seconds, self._give_up)
            self._task.cancel()

    async def finish(self) -> None:
        """Wait for the end and say it. Cancelled itself, it cancels the command and waits for that."""
        try:
            await self._wait()
        except asyncio.CancelledError:
            self.cancel()
            await self._wait()
            self._outcome()
            self._output.shut()
            raise
        finally:
            if self._timer is not None:
                self._timer.cancel()
        ended = self._outcome()
        if isinstance(ended, Notice):
            await self._output.emit(ended)
            await self._output.finish("error")
        elif isinstance(ended, Finished):
            await self._output.finish(ended.status, seconds=ended.seconds, rows=ended.rows)
        else:
            await self._output.finish(ended)

    async def _run(self) -> Finished:
        output = self._output
        return await self._dispatcher.run(self._line, output.emit, self._ask, run_id=output.run_id)

    async def _wait(self) -> None:
        either: set[asyncio.Future[Any]] = {self._task, self._given_up}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)

    def _outcome(self) -> Finished | Notice | Status:
        """The dispatcher answers for every fault of a command; what gets by it is a fault of ours."""
        if not self._task.done():
            logger.error("a cancelled command goes on", extra={"run": self._output.run_id})
            self._output.shut()
            self._task.add_done_callback(_look_at)
            return "unknown"
        if self._task.cancelled():
            return "cancelled"
        error = self._task.exception()
        if error is None:
            return self._task.result()
        return failures.report(logger, error, run_id=self._output.run_id, command="", plugin="")

    def _give_up(self) -> None:
        if not self._given_up.done():
            self._given_up.set_result(None)


def _look_at(task: asyncio.Task[Finished]) -> None:
    """Nobody waits for it any more; asyncio would complain of an exception that nobody saw."""
    if not task.cancelled():
        task.exception()
