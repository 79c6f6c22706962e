"""One caller's way to their Telegram session, for as long as a socket or a request lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import TypeAlias
from uuid import UUID

from commands import CommandError
from quart_app.telegram.errors import Moved, SessionLocked, SessionNeeded, in_words
from quart_app.telegram.gateway import CallerTelegram
from quart_app.telegram.live import Live, Unlocked
from quart_app.telegram.pool import Pool
from quart_app.telegram.state import SessionState

Join: TypeAlias = Callable[[], Awaitable[Unlocked]]
"""What this caller's device may take from the session that is live here. SessionNeeded, SessionLocked or Moved."""


class Caller:
    """One caller's way to their session: holds the opened data key, so that the secret need not be kept."""

    def __init__(
        self,
        user_id: UUID,
        unlocked: Unlocked | None,
        pool: Pool,
        state: Callable[[], Awaitable[SessionState]],
        join: Join,
    ) -> None:
        self.user_id, self._unlocked, self._pool = user_id, unlocked, pool
        self.state = state
        self._join = join
        self._opening, self._closed = asyncio.Lock(), asyncio.Event()
        self.moved = asyncio.Event()
        """Set when the session turns out to be another worker's: this is the wrong place to stay."""
        self.telegram = CallerTelegram(self._use, pool.answered_with)

    async def claim(self) -> None:
        """Asked before anything is opened: Moved if another worker has this session and keeps it."""
        if self._unlocked is not None:
            with in_words():
                await self._pool.claim(self._unlocked)

    async def _use(self) -> Live:
        try:
            return await self._pool.use(await self._opened())
        except Moved:
            self.moved.set()
            raise

    async def _opened(self) -> Unlocked:
        """The session that is there now: it may have been started, unlocked or replaced since this caller came."""
        async with self._opening:
            if not self._closed.is_set() and (self._unlocked is None or self._is_replaced(self._unlocked)):
                # Who has no way into the session that has replaced theirs is told of the end of theirs.
                with nullcontext() if self._unlocked is None else suppress(SessionLocked):
                    self._unlocked = await self._join()
            if self._closed.is_set() or self._unlocked is None:
                self.close()
                raise SessionNeeded
            return self._unlocked

    def _is_replaced(self, unlocked: Unlocked) -> bool:
        live = self._pool.get(self.user_id)
        return live is not None and live.unlocked.identity != unlocked.identity

    @contextmanager
    def present(self) -> Iterator[None]:
        """While it lasts the session isn't idle."""
        with self._pool.presence(self.user_id):
            yield

    async def warm(self) -> None:
        """Connect and load the chats ahead of the first command, so that it answers at once."""
        with suppress(CommandError):
            await self.telegram.chats()

    def close(self) -> None:
        self._closed.set()
        if self._unlocked is not None:
            self._unlocked.wipe()
            self._unlocked = None
