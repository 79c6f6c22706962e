"""A tab that stays open through whatever happens to the workers, and knows for how long it was away."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.product.answer import of_run
from tests.product.caller import Browser
from tests.product.terminal import Terminal


class LiveTab:
    """Types ``list`` once a second. ``away`` has the seconds of each time between two answers that was a loss."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.away: list[float] = []
        self.answers = 0
        self.codes: list[int | None] = []
        self._last = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> LiveTab:
        self._task = asyncio.create_task(self._stay(), name="a live tab")
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def answers_again(self, *, than: int, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while self.answers <= than + 2:
                await asyncio.sleep(0.1)

    async def _stay(self) -> None:
        attempts = 0
        while True:
            try:
                async with self.browser.terminal() as terminal:
                    await terminal.hello()
                    attempts = 0
                    await self._use(terminal)
                    self.codes.append(terminal.connection.close_code)
            except (ConnectionClosed, InvalidHandshake, OSError, AssertionError, TimeoutError):
                pass
            # As the page does it: at once after a restart, then ever more slowly.
            await asyncio.sleep(random.random() * (0.25 if attempts == 0 else min(30, 3 * 2**attempts)))
            attempts += 1

    async def _use(self, terminal: Terminal) -> None:
        while terminal.connection.close_code is None:
            run_id = await terminal.begin("list 3")
            await terminal.next("finished", id=run_id)
            if of_run(terminal.frames, run_id).status == "ok":
                self._answered()
            await asyncio.sleep(1)

    def _answered(self) -> None:
        now = time.monotonic()
        if now - self._last > 3:
            self.away.append(round(now - self._last, 1))
        self._last = now
        self.answers += 1
