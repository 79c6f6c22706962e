"""What Telegram may still list among somebody's devices though nobody here can end it any more.

A session that expires while it is idle is erased with its key, so that nobody can log it out; one whose log-out
Telegram did not confirm may be there as well. Both are counted, and their owner is told.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, Protocol
from uuid import UUID

from redis.asyncio import Redis

from quart_app.storage import keys
from quart_app.storage.errors import StorageUnavailable, storage_errors

SWEEP_SECONDS: Final = 60.0
NOTE_SECONDS: Final = 172_800
CONFIRMED: Final = frozenset({"ended", "expired", "left", "stopped", "revoked"})
"""Ends that Telegram knows of; any other leaves an orphan."""
_MOST: Final = 500

# KEYS: the open ones; ARGV: now or '', user or '', most. Takes out this user's, or what has expired: users, expiries.
_TAKE: Final = """
local found
if ARGV[2] ~= '' then
  local expires = redis.call('ZSCORE', KEYS[1], ARGV[2])
  found = expires and {ARGV[2], expires} or {}
else
  found = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[3])
end
for i = 1, #found, 2 do redis.call('ZREM', KEYS[1], found[i]) end
return found
"""

log = logging.getLogger(__name__)


class Meter(Protocol):
    def session_orphaned(self) -> None: ...


class Orphans:
    """One list for all workers; whichever of them looks first counts what has expired."""

    def __init__(self, redis: Redis, meter: Meter, *, clock: Callable[[], float] = time.time) -> None:
        self._redis, self._meter, self._clock = redis, meter, clock
        self._take = redis.register_script(_TAKE)
        self._tasks: set[asyncio.Task[None]] = set()

    def note_started(self, user_id: UUID, expires_at: int) -> None:
        self._later(self.started(user_id, expires_at))

    def note_ended(self, user_id: UUID, why: str) -> None:
        self._later(self.ended(user_id, confirmed=why in CONFIRMED))

    def note_left(self, user_id: UUID) -> None:
        """A login that came to nothing and could not be logged out."""
        self._later(self._left(user_id, int(self._clock()) + keys.SESSION_SECONDS))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(self._in_peace(work), name="the list of open sessions")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _in_peace(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except StorageUnavailable:
            log.warning("an open session could not be noted")

    async def started(self, user_id: UUID, expires_at: int) -> None:
        with storage_errors():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.zadd(keys.OPEN_AT_TELEGRAM, {str(user_id): expires_at})
                pipe.expire(keys.OPEN_AT_TELEGRAM, keys.FENCE_SECONDS)
                await pipe.execute()

    async def ended(self, user_id: UUID, *, confirmed: bool) -> None:
        for _, expires_at in await self._taken(user=str(user_id)):
            if not confirmed:
                await self._left(user_id, expires_at)

    async def sweep(self) -> None:
        """Until cancelled: count what has expired while it was idle."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await self._in_peace(self.count_expired())

    async def count_expired(self) -> None:
        for user_id, expires_at in await self._taken(now=self._clock()):
            await self._left(user_id, expires_at)

    async def _taken(self, *, now: float | None = None, user: str = "") -> list[tuple[UUID, int]]:
        args: list[str | float] = ["" if now is None else now, user, _MOST]
        with storage_errors():
            found = await self._take(keys=[keys.OPEN_AT_TELEGRAM], args=args)
        pairs = zip(found[::2], found[1::2], strict=True)
        return [(UUID(member.decode()), int(float(score))) for member, score in pairs]

    async def _left(self, user_id: UUID, expires_at: int) -> None:
        self._meter.session_orphaned()
        with storage_errors():
            await self._redis.set(keys.UserKeys(user_id).left_behind, expires_at, ex=NOTE_SECONDS)

    async def of(self, user_id: UUID) -> int | None:
        """When the latest one ends, in Unix seconds, that its device's name says at Telegram."""
        with storage_errors():
            found = await self._redis.get(keys.UserKeys(user_id).left_behind)
        return None if found is None else int(found)

    async def settle(self) -> None:
        await asyncio.gather(*self._tasks)
