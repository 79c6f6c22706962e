"""Completions as one types: one at a time, and only the newest request is worth an effort."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

from commands.errors import CommandError
from quart_app.terminal import failures, frames
from quart_app.terminal.frames import Frame
from quart_app.terminal.offers import Completion
from quart_app.terminal.requests import Complete
from quart_app.terminal.running import Dispatching

SECONDS: Final = 3.0
"""Later than this nobody wants them any more."""
logger = logging.getLogger(__name__)


class NewestCompletion:
    """Each request gets one answer; one that a newer overtakes gets an empty one."""

    def __init__(
        self, dispatcher: Dispatching, tell: Callable[[Frame], None], *, seconds: float = SECONDS
    ) -> None:
        self._dispatcher, self._tell, self._seconds = dispatcher, tell, seconds
        self._newest: Complete | None = None
        self._wanted = asyncio.Event()

    def request(self, request: Complete) -> None:
        if self._newest is not None:
            self._tell(frames.completions(self._newest.id, ()))
        self._newest = request
        self._wanted.set()

    async def work(self) -> None:
        """Answer until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            request, self._newest = self._newest, None
            if request is not None:
                self._tell(frames.completions(request.id, await self._offers(request)))

    async def _offers(self, request: Complete) -> Sequence[Completion]:
        """Nothing to offer is no fault that a person who types should read about."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._dispatcher.complete(request.line, request.cursor)
        except (CommandError, TimeoutError):
            return ()
        except Exception as error:  # noqa: BLE001 (a plugin's words, completed by code of its own)
            failures.report(logger, error, run_id=request.id, command="", plugin="")
            return ()
