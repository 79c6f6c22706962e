"""The sign-ins that a worker has seen lately: enough to say them again to a Redis that has lost its data.

Without this, a Redis that restarts empty would log out everybody, though their Telegram sessions live on in the memory
of the workers. Only what is in Redis anyway is remembered: hashes, by which nobody can sign in.

Whether data was lost is told by a mark that each worker sets under a name of its own: while it stands, whatever is
gone has ended and is forgotten here too. Sign-outs must not be undone: one that any worker has seen to in the last
quarter of an hour is said again as well, after the sign-ins, should its message have been lost with the data.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from redis.asyncio import Redis

from quart_app.accounts import sign_in_scripts as scripts
from quart_app.storage import keys
from quart_app.storage.errors import StorageUnavailable, storage_errors
from quart_app.storage.keys import UserKeys

REMEMBER_SECONDS: Final = 900.0
"""After its last use; as long as a Telegram session stays in memory."""
MOST: Final = 20_000
LOOK_SECONDS: Final = 2.0
SETTLING_SECONDS: Final = 6.0
"""After a loss other workers may still be saying what they know: an unknown sign-in is no stranger's yet."""
_MARK_SECONDS: Final = 172_800


@dataclass(frozen=True, slots=True)
class _Seen:
    user_id: UUID
    fields: Mapping[str, str]
    at: float


class RememberedSignIns:
    """Of one worker. Its methods raise `StorageUnavailable` while Redis is away."""

    def __init__(self, redis: Redis, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis, self._clock = redis, clock
        self._mark, self._marked_at = keys.memory_of_sign_ins(secrets.token_hex(8)), float("-inf")
        self._seen: OrderedDict[str, _Seen] = OrderedDict()
        self._ended: OrderedDict[str, tuple[UUID, float]] = OrderedDict()
        self._lost_at = float("-inf")
        self._looking = asyncio.Lock()
        self._restore = redis.register_script(scripts.RESTORE)
        self._close = redis.register_script(scripts.CLOSE)

    @property
    def settling(self) -> bool:
        """Whether data was lost so short a time ago that others may not have said yet what they know."""
        return self._clock() - self._lost_at < SETTLING_SECONDS

    def saw(self, record: str, user_id: UUID, fields: Mapping[str, str]) -> None:
        """A sign-in was found in Redis just now."""
        self._seen[record] = _Seen(user_id, fields, self._clock())
        self._seen.move_to_end(record)
        while len(self._seen) > MOST:
            self._seen.popitem(last=False)

    def forget(self, record: str) -> None:
        """It is over, as another worker says."""
        self._seen.pop(record, None)

    def forget_all(self, user_id: UUID) -> list[str]:
        """All of this user's; which they were."""
        gone = [record for record, seen in self._seen.items() if seen.user_id == user_id]
        for record in gone:
            del self._seen[record]
        return gone

    def ended(self, user_id: UUID, *records: str) -> None:
        """This worker ends them: whatever happens to Redis, they are not to come back."""
        for record in records:
            self.forget(record)
            self._ended[record] = user_id, self._clock()
        while len(self._ended) > MOST:
            self._ended.popitem(last=False)

    async def keep(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(StorageUnavailable):
                await self.look()

    async def look(self) -> bool:
        """Whether Redis had lost its data; all that is remembered has been said again then."""
        async with self._looking:
            first = self._marked_at == float("-inf")
            with storage_errors():
                stands = bool(await self._redis.exists(self._mark))
            if not stands and not first:
                self._lost_at = self._clock()
                await self._say_again()
            if not stands or self._clock() - self._marked_at > _MARK_SECONDS / 4:
                await self._set_mark()
            return not stands and not first

    async def _set_mark(self) -> None:
        with storage_errors():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.hset(self._mark, "mark", "1")
                pipe.expire(self._mark, int(_MARK_SECONDS))
                await pipe.execute()
        self._marked_at = self._clock()

    async def _say_again(self) -> None:
        since = self._clock() - REMEMBER_SECONDS
        for record, seen in tuple(self._seen.items()):
            if seen.at >= since:
                fields = [part for pair in seen.fields.items() for part in pair]
                with storage_errors():
                    await self._restore(keys=[record, UserKeys(seen.user_id).sign_ins], args=fields)
        for record, (user_id, at) in tuple(self._ended.items()):
            if at >= since:
                await self.end(record, user_id)

    async def end(self, record: str, user_id: UUID) -> None:
        """Delete it and tell every worker."""
        of_user = UserKeys(user_id)
        event = json.dumps({"kind": "signed_out", "digest": keys.kind_of_sign_in(record)[1]})
        with storage_errors():
            await self._close(keys=[record, of_user.sign_ins], args=[of_user.events, event])
