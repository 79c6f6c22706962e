"""A line that is still running, in the hands of a test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from commands import Finished
from quart_app.testkit.shown import AnyEvent, Shown
from quart_app.testkit.thread import LoopThread, until


class Running:
    """``events`` and ``asked`` grow as the line goes on; ``finish`` waits for its end."""

    def __init__(
        self,
        loop: LoopThread,
        run: Coroutine[Any, Any, Finished],
        events: list[AnyEvent],
        asked: list[str],
    ) -> None:
        self._loop, self.events, self.asked = loop, events, asked

        async def begin() -> asyncio.Task[Finished]:
            return asyncio.create_task(run)

        self._task = loop.run(begin())

    def until(self, condition: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait, say for ``lambda: running.events``. AssertionError if it isn't met in time."""
        until(condition, seconds)

    def cancel(self) -> Shown:
        """As Ctrl-C does; what was shown before it ended."""

        async def cancel() -> None:
            self._task.cancel()

        self._loop.run(cancel())
        return self.finish()

    def finish(self) -> Shown:
        async def end() -> Finished:
            return await self._task

        finished = self._loop.run(end())
        return Shown(tuple(self.events), tuple(self.asked), finished)
