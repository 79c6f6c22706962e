"""The terminals that are open in this worker, by who signed in: whoever signs out loses theirs at once."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol
from uuid import UUID

from commands import say
from commands.phrases import Said
from quart_app.terminal.wire import CloseCode

MOST_OF_USER: Final = 10
"""Sockets of one user in one worker."""


class Closable(Protocol):
    def close(self, code: int, text: Said) -> None: ...


class OpenSessions:
    """Every open terminal under its user and the digest of the sign-in that opened it."""

    def __init__(self) -> None:
        self._open: defaultdict[UUID, dict[Closable, str]] = defaultdict(dict)
        self._places: Counter[UUID] = Counter()
        self._none = asyncio.Event()
        self._none.set()

    def __len__(self) -> int:
        return sum(map(len, self._open.values()))

    @contextmanager
    def place(self, user_id: UUID) -> Iterator[bool]:
        """Whether there is a place for one more of this user's; taken before anything is awaited, or any number of
        handshakes under way at once would find the same one free.
        """
        free = self._places[user_id] < MOST_OF_USER
        self._places[user_id] += free
        try:
            yield free
        finally:
            self._places[user_id] -= free
            if not self._places[user_id]:
                del self._places[user_id]

    @contextmanager
    def holding(self, user_id: UUID, digest: str, session: Closable) -> Iterator[None]:
        self._open[user_id][session] = digest
        self._none.clear()
        try:
            yield
        finally:
            del self._open[user_id][session]
            if not self._open[user_id]:
                del self._open[user_id]
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

    def restart(self) -> None:
        """At the stop: pages come back at once, to whoever serves then."""
        for sessions in tuple(self._open.values()):
            for session in tuple(sessions):
                session.close(CloseCode.RESTART, say("The server is restarting."))

    async def verify(self, still_open: Callable[[UUID, str], Awaitable[bool]]) -> None:
        """Close whatever outlived its sign-in: one that ran out, or whose end was missed."""
        for user_id, sessions in tuple(self._open.items()):
            for digest in set(sessions.values()):
                if not await still_open(user_id, digest):
                    self.signed_out(user_id, digest)
