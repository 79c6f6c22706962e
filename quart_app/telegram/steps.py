"""Steps that run to their end, whoever still waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Steps:
    """Half of a login or of an end would leave a key that is logged in and that nobody holds."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def unbroken(self, step: Coroutine[Any, Any, T]) -> T:
        """Its answer. A caller that is cancelled, as when a browser goes away, only stops listening."""
        return await asyncio.shield(self.begin(step))

    def begin(self, step: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """For who wants no answer."""
        task = asyncio.create_task(step)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # whoever still listens hears of it; nobody else need

    async def settle(self) -> None:
        """At the stop: wait for the steps that nobody waits for any more."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
