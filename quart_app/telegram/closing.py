"""Live sessions that are closed in numbers: what is idle or over while the worker runs, and all of them at its stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from quart_app.stopping import stop
from quart_app.telegram.ending import Endings
from quart_app.telegram.live import Live
from quart_app.telegram.locks import Locks

IDLE_SECONDS: Final = 900.0
"""After the last socket has closed, or after the last command of a script."""
SWEEP_SECONDS: Final = 5.0
CLOSED_AT_ONCE: Final = 50
CLOSE_SECONDS: Final = 8.0
"""For all of them together, at the stop."""

log = logging.getLogger(__name__)


class Closing:
    """``live`` is the pool's own, and changes under way; ``is_present``: whether a user has a terminal open."""

    def __init__(
        self,
        live: Mapping[UUID, Live],
        locks: Locks,
        endings: Endings,
        is_present: Callable[[UUID], bool],
        *,
        idle_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._live, self._locks, self._endings, self._is_present = live, locks, endings, is_present
        self._idle, self._clock = idle_seconds, clock

    async def sweep(self) -> None:
        """Until cancelled: close what is idle, end what is over."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            for live in tuple(self._live.values()):
                try:
                    await self._sweep_one(live)
                except Exception as error:  # noqa: BLE001 (one user's trouble must not keep the others open)
                    log.warning("an idle session could not be closed", extra={"error": type(error).__name__})

    async def _sweep_one(self, live: Live) -> None:
        expired = self._clock() >= live.unlocked.identity.expires_at
        idle = not self._is_present(live.user_id) and live.now() - live.used_at > self._idle
        if not expired and not idle:
            return
        async with self._locks.locked(live.user_id):
            if self._live.get(live.user_id) is not live:
                return
            if expired or live.terms.keep == "until_left":
                await self._endings.log_out(live, "expired" if expired else "left")
            else:
                await self._endings.put_away(live)

    async def all(self, *, log_out: bool) -> None:
        """Log out where nothing could be resumed, else seal everything; many at once, and not for long."""
        at_once = asyncio.Semaphore(CLOSED_AT_ONCE)

        async def close_one(live: Live) -> None:
            async with at_once, self._locks.locked(live.user_id):
                if self._live.get(live.user_id) is live:
                    await (
                        self._endings.log_out(live, "stopped") if log_out else self._endings.put_away(live)
                    )

        tasks = [asyncio.create_task(close_one(live)) for live in tuple(self._live.values())]
        if not tasks:
            return
        done, late = await asyncio.wait(tasks, timeout=CLOSE_SECONDS)
        await stop(late)
        failed = [task for task in done if task.exception() is not None]
        if late or failed:
            log.warning("sessions could not be saved at the stop", extra={"count": len(late) + len(failed)})
