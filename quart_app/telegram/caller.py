"""One caller's way to their Telegram session, for as long as a socket or a request lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from commands import CommandError
from quart_app.telegram.errors import Moved, SessionNeeded, in_words
from quart_app.telegram.gateway import CallerTelegram
from quart_app.telegram.live import Live, Unlocked
from quart_app.telegram.pool import Pool
from quart_app.telegram.state import SessionState


class Caller:
    """One caller's way to their session: holds the opened data key, so that the secret need not be kept."""

    def __init__(
        self,
        user_id: UUID,
        unlocked: Unlocked | None,
        refused: CommandError | None,
        pool: Pool,
        state: Callable[[], Awaitable[SessionState]],
    ) -> None:
        self.user_id, self._unlocked, self._refused, self._pool = user_id, unlocked, refused, pool
        self.state = state
        self.moved = asyncio.Event()
        """Set when the session turns out to be another worker's: this is the wrong place to stay."""
        self.telegram = CallerTelegram(self._use, pool.answered_with)

    async def claim(self) -> None:
        """Asked before anything is opened: Moved if another worker has this session and keeps it."""
        if self._unlocked is not None:
            with in_words():
                await self._pool.claim(self._unlocked)

    async def _use(self) -> Live:
        if self._unlocked is None:
            raise self._refused or SessionNeeded()
        try:
            return await self._pool.use(self._unlocked)
        except Moved:
            self.moved.set()
            raise

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
        if self._unlocked is not None:
            self._unlocked.wipe()
            self._unlocked, self._refused = None, SessionNeeded()
