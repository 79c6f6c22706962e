"""Log-ins that owe the second factor: known by a random id, over after five minutes, five codes, or the right one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from redis.asyncio import Redis

from quart_app.accounts.credentials import ID_BYTES, decode, digest_of, encode, new_id
from quart_app.storage import keys
from quart_app.storage.errors import storage_errors

SECONDS: Final = 300
ATTEMPTS: Final = 5

_ATTEMPT: Final = """
-- KEYS: record; ARGV: attempts. Counts before anything is checked: however many come at once, no more get through.
local found = redis.call('HMGET', KEYS[1], 'user', 'epoch')
if not (found[1] and found[2]) then return false end
if redis.call('HINCRBY', KEYS[1], 'attempts', 1) > tonumber(ARGV[1]) then
  redis.call('DEL', KEYS[1])
  return false
end
return found
"""


@dataclass(frozen=True, slots=True)
class PendingLogIn:
    user_id: UUID
    epoch: int
    """Of the account when the password was given: what has ended since then stays ended."""


class PendingLogIns:
    """Every method raises `StorageUnavailable` without Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._attempt = redis.register_script(_ATTEMPT)

    async def open(self, user_id: UUID, epoch: int) -> str:
        """The id for the browser's cookie; only its hash is kept."""
        identifier = new_id()
        record = keys.pending_log_in(digest_of(identifier))
        with storage_errors():
            async with self._redis.pipeline(transaction=True) as both:
                both.hset(record, mapping={"user": str(user_id), "epoch": epoch})
                both.expire(record, SECONDS)
                await both.execute()
        return encode(identifier)

    async def exists(self, text: str) -> bool:
        record = _record(text)
        with storage_errors():
            return record is not None and bool(await self._redis.exists(record))

    async def attempt(self, text: str) -> PendingLogIn | None:
        """Whose it is, for one more code; ``None`` if there is none (any more)."""
        record = _record(text)
        if record is None:
            return None
        with storage_errors():
            found: list[bytes] | None = await self._attempt(keys=[record], args=[ATTEMPTS])
        return None if found is None else PendingLogIn(UUID(found[0].decode()), int(found[1]))

    async def finish(self, text: str) -> bool:
        """Use it up; true for one caller only."""
        record = _record(text)
        with storage_errors():
            return record is not None and bool(await self._redis.delete(record))


def _record(text: str) -> str | None:
    identifier = decode(text, ID_BYTES)
    return None if identifier is None else keys.pending_log_in(digest_of(identifier))
