"""An event loop on a thread of its own, for tests that have none or one of another kind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, Final, TypeVar

Answer = TypeVar("Answer")

SECONDS: Final = 120.0
"""After which something hangs, and the test should say so."""


class LoopThread:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Wait for ``work``, done over there; what it raises is raised here. TimeoutError after two minutes."""
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, SECONDS), self._loop).result()


def until(condition: Callable[[], object], seconds: float) -> None:
    """Look again and again; AssertionError if ``condition`` isn't met in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not met within {seconds} s")
        time.sleep(0.01)


@contextmanager
def loop_thread() -> Iterator[LoopThread]:
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="demo Telegram", daemon=True)
    thread.start()
    try:
        yield LoopThread(loop)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(SECONDS)
        loop.close()
