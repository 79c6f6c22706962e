"""Which tasks a piece of a plugin's work has started: those it leaves behind are found, stopped and named."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from contextvars import ContextVar
from typing import Any, Final

LEAVING_SECONDS: Final = 1.0
"""How long a task that was left behind may clean up."""


class Tasks:
    """Of one piece of work; used on the plugin's thread only."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def add(self, task: asyncio.Task[Any]) -> None:
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def left_behind(self) -> tuple[list[str], bool]:
        """Cancel all but the task that asks: the names of their coroutines, and whether some go on all the same."""
        others = self._running - {asyncio.current_task()}
        for task in others:
            task.cancel()
        going_on: set[asyncio.Task[Any]] = set()
        if others:
            _, going_on = await asyncio.wait(others, timeout=LEAVING_SECONDS)
        for task in others - going_on:
            if not task.cancelled():
                task.exception()  # seen, or asyncio would complain of it
        return sorted(_name(task) for task in others), bool(going_on)


TASKS: Final[ContextVar[Tasks | None]] = ContextVar("tasks of a piece of work", default=None)


def started_here(
    loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any] | Generator[Any, Any, Any], **options: Any
) -> asyncio.Task[Any]:
    """A task factory: what a piece of work starts belongs to it, however deep down it was started."""
    task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **options)
    if (tasks := TASKS.get()) is not None and not task.done():
        tasks.add(task)
    return task


def _name(task: asyncio.Task[Any]) -> str:
    return str(getattr(task.get_coro(), "__qualname__", "task"))[:100]
