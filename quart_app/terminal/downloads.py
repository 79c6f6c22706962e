"""Files that commands make, kept in memory until their reader fetches them: once, soon, or never."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID

from commands.errors import CommandError
from commands.phrases import say
from quart_app.terminal.values import file_name

MOST_BYTES_OF_USER: Final = 16 << 20
MOST_BYTES: Final = 256 << 20
SECONDS: Final = 600.0


class Downloads(Protocol):
    """Where a terminal session leaves a file for its own user."""

    def offer(self, name: str, media_type: str, data: bytes) -> str:
        """A URL that works once. CommandError ``too_big`` or ``too_many`` when there is no room."""
        ...


@dataclass(frozen=True, slots=True)
class Offered:
    name: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Kept:
    offered: Offered
    expiry: asyncio.TimerHandle

    @property
    def size(self) -> int:
        return len(self.offered.data)


class MemoryDownloads:
    """All users' files of one worker. A user's oldest give way to the newest; nobody's to another user's."""

    def __init__(
        self,
        prefix: str,
        *,
        most_of_user: int = MOST_BYTES_OF_USER,
        most: int = MOST_BYTES,
        seconds: float = SECONDS,
    ) -> None:
        """``prefix`` is the path that a ticket is appended to, with its final slash."""
        self._prefix, self._most_of_user, self._most, self._seconds = prefix, most_of_user, most, seconds
        self._kept: dict[UUID, dict[str, _Kept]] = {}
        self._bytes = 0

    def of(self, user_id: UUID) -> Downloads:
        return _DownloadsOf(self, user_id)

    def offer(self, user_id: UUID, offered: Offered) -> str:
        """Keep ``offered`` for ``user_id`` and answer with its URL; must be called on the running loop."""
        size = len(offered.data)
        if size > self._most_of_user:
            raise CommandError(
                "too_big", say("This file is too big to be kept for you. Narrow the rows first.")
            )
        mine = self._kept.setdefault(user_id, {})
        while sum(kept.size for kept in mine.values()) + size > self._most_of_user:
            self._drop(user_id, next(iter(mine)))
        if self._bytes + size > self._most:
            raise CommandError(
                "too_many", say("Too many files are waiting to be fetched. Try again in a few minutes.")
            )
        ticket = secrets.token_urlsafe(24)
        expiry = asyncio.get_running_loop().call_later(self._seconds, self._drop, user_id, ticket)
        self._kept.setdefault(user_id, {})[ticket] = _Kept(offered, expiry)
        self._bytes += size
        return self._prefix + ticket

    def take(self, user_id: UUID, ticket: str) -> Offered | None:
        """What was offered to this user under ``ticket``: the first time, within the time."""
        kept = self._drop(user_id, ticket)
        return kept.offered if kept else None

    def forget(self, user_id: UUID) -> None:
        """Drop all that waits for a user who has gone."""
        for ticket in list(self._kept.get(user_id, ())):
            self._drop(user_id, ticket)

    def _drop(self, user_id: UUID, ticket: str) -> _Kept | None:
        mine = self._kept.get(user_id, {})
        kept = mine.pop(ticket, None)
        if kept is not None:
            kept.expiry.cancel()
            self._bytes -= kept.size
        if not mine:
            self._kept.pop(user_id, None)
        return kept


class _DownloadsOf:
    def __init__(self, downloads: MemoryDownloads, user_id: UUID) -> None:
        self._downloads, self._user_id = downloads, user_id

    def offer(self, name: str, media_type: str, data: bytes) -> str:
        return self._downloads.offer(self._user_id, Offered(file_name(name), media_type, data))
