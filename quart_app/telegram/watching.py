"""Who waits for the end of each live connection, and brings it back while somebody is there to see it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol
from uuid import UUID

from quart_app.telegram.errors import ends_session
from quart_app.telegram.live import Live

BACKOFF_SECONDS: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)


class Watched(Protocol):
    """What becomes of a connection that has ended is the pool's to say."""

    def is_wanted(self, live: Live) -> bool: ...
    def is_present(self, user_id: UUID) -> bool: ...
    async def session_over(self, live: Live) -> None: ...
    async def bring_back(self, live: Live) -> bool: ...


class Watchers:
    """One task for each live client."""

    def __init__(self, pool: Watched) -> None:
        self._pool = pool
        self._tasks: dict[UUID, asyncio.Task[None]] = {}

    def watch(self, live: Live) -> None:
        """From now on this connection, and no earlier one of the same user."""
        self.forget(live.user_id)
        name = f"watch {live.lease.token}"
        self._tasks[live.user_id] = asyncio.create_task(self._watching(live), name=name)

    def forget(self, user_id: UUID) -> None:
        """May be called by the watcher itself, whose work it then ends."""
        task = self._tasks.pop(user_id, None)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    async def _watching(self, live: Live) -> None:
        cause: BaseException | None = None
        try:
            await live.client.disconnected
        except Exception as error:  # noqa: BLE001 (Telethon hands on whatever ended the connection)
            cause = error
        cause = getattr(live.client, "_updates_error", None) or cause
        if not self._pool.is_wanted(live):
            return
        live.chats.stale = True
        if cause is not None and ends_session(cause):
            await self._pool.session_over(live)
            return
        await _with_pauses(lambda: self._step(live))

    async def _step(self, live: Live) -> bool:
        """True once there is nothing left to wait for."""
        if not self._pool.is_wanted(live) or live.client.is_connected():
            return True
        return self._pool.is_present(live.user_id) and await self._pool.bring_back(live)


async def _with_pauses(step: Callable[[], Awaitable[bool]]) -> None:
    for pause in BACKOFF_SECONDS:
        await asyncio.sleep(pause)
        if await step():
            return
