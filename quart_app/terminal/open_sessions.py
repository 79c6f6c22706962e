"""What is open in this worker, by who signed in: whoever signs out loses it at once."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Final
from uuid import UUID

from commands import say
from commands.phrases import Said
from quart_app.terminal.places import Places
from quart_app.terminal.presence import Closable, Presence
from quart_app.terminal.wire import CloseCode

MOST_SOCKETS: Final = 10
"""Of one user in one worker."""
MOST_RUNS: Final = 8
"""Over HTTP, of one user in one worker."""

MOVE_SECONDS: Final = 8.0

StillOpen = Callable[[UUID, str], Awaitable[bool]]


class OpenSessions:
    """Every terminal and every run over HTTP, under its user and the digest of the sign-in that opened it."""

    def __init__(self) -> None:
        self.sockets, self.runs = Places(MOST_SOCKETS), Places(MOST_RUNS)
        self._open: defaultdict[UUID, dict[Closable, str]] = defaultdict(dict)
        self._left: defaultdict[UUID, asyncio.Event] = defaultdict(asyncio.Event)
        self._none = asyncio.Event()
        self._none.set()

    def __len__(self) -> int:
        return sum(map(len, self._open.values()))

    @asynccontextmanager
    async def admitted(self, user_id: UUID, digest: str, still_open: StillOpen) -> AsyncIterator[Presence]:
        """Whoever was just recognised, from now on in the way of every sign-out.

        One that came between their recognition and this was heard by nobody: hence the second look.
        """
        presence = Presence()
        with self._holding(user_id, digest, presence):
            if not await still_open(user_id, digest):
                presence.close(CloseCode.SIGNED_OUT, say("You are logged out."))
            yield presence

    @contextmanager
    def _holding(self, user_id: UUID, digest: str, session: Closable) -> Iterator[None]:
        self._open[user_id][session] = digest
        self._none.clear()
        try:
            yield
        finally:
            del self._open[user_id][session]
            if not self._open[user_id]:
                del self._open[user_id]
                self._left.pop(user_id, asyncio.Event()).set()
            if not self._open:
                self._none.set()

    async def all_closed(self) -> None:
        """Wait until none is left."""
        await self._none.wait()

    def signed_out(self, user_id: UUID, digest: str | None = None) -> None:
        """Close what this sign-in, or any of the user's, has opened."""
        for session, opened_by in tuple(self._open.get(user_id, {}).items()):
            if digest in (None, opened_by):
                session.close(CloseCode.SIGNED_OUT, say("You are logged out."))

    def restart(self, said: Said = say("The server is restarting.")) -> None:  # noqa: B008 (a plain value)
        """Close all: pages come back at once, to whoever serves then."""
        for sessions in tuple(self._open.values()):
            for session in tuple(sessions):
                session.close(CloseCode.RESTART, said)

    async def move(self, user_id: UUID) -> None:
        """The user's session goes to another worker: their pages come back at once and find it there.

        Returns when nothing of theirs is open, or after ``MOVE_SECONDS``.
        """
        for session in tuple(self._open.get(user_id, {})):
            session.close(CloseCode.RESTART, say("Your session has moved to another server."))
        if user_id in self._open:
            with suppress(TimeoutError):
                async with asyncio.timeout(MOVE_SECONDS):
                    await self._left[user_id].wait()

    async def verify(self, still_open: StillOpen) -> None:
        """Close whatever outlived its sign-in: one that ran out, or whose end was missed."""
        for user_id, sessions in tuple(self._open.items()):
            for digest in set(sessions.values()):
                if not await still_open(user_id, digest):
                    self.signed_out(user_id, digest)
