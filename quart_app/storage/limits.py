"""Limits that hold exactly, however many requests arrive at once on however many workers: one Lua script in Redis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from redis.asyncio import Redis

from quart_app.storage import keys
from quart_app.storage.errors import storage_errors

_TAKE: Final = """
-- A log of moments (microseconds) for each key: never more than LIMIT within any window.
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local wait = 0
for i, key in ipairs(KEYS) do
  local limit, window, cost = tonumber(ARGV[3*i-2]), tonumber(ARGV[3*i-1]) * 1000000, tonumber(ARGV[3*i])
  local oldest = redis.call('LINDEX', key, 0)
  while oldest and tonumber(oldest) <= now - window do
    redis.call('LPOP', key)
    oldest = redis.call('LINDEX', key, 0)
  end
  local over = redis.call('LLEN', key) + cost - limit
  if over > 0 then
    local free = redis.call('LINDEX', key, over - 1)
    local due = free and tonumber(free) + window - now or window
    wait = math.max(wait, math.min(due, window))
  end
end
if wait > 0 then return string.format('%.0f', wait) end
-- Lua's own tostring would round the moment to 14 digits.
local moment = string.format('%.0f', now)
for i, key in ipairs(KEYS) do
  for _ = 1, tonumber(ARGV[3*i]) do redis.call('RPUSH', key, moment) end
  redis.call('PEXPIRE', key, math.ceil(tonumber(ARGV[3*i-1]) * 1000))
end
return '0'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One limit to be taken from: at most ``limit`` within any ``seconds`` for ``key`` in ``scope``.

    ``key`` is a keyed hash or a user id, never an address or a phone in clear.
    """

    scope: str
    key: str
    limit: int
    seconds: float
    cost: int = 1


class Limits:
    """Takes from limits in Redis. Every key expires with its window. Raises `StorageUnavailable` without Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._script = redis.register_script(_TAKE)

    async def ping(self) -> None:
        """Asks Redis for an answer."""
        with storage_errors():
            await self._redis.ping()

    async def take(self, scope: str, key: str, *, limit: int, seconds: float, cost: int = 1) -> float | None:
        """``None`` if allowed (and counted), else the seconds to wait; what is refused isn't counted."""
        return await self.take_all([Take(scope=scope, key=key, limit=limit, seconds=seconds, cost=cost)])

    async def take_all(self, takes: Sequence[Take]) -> float | None:
        """From all limits or, if one has too little left, from none: then the longest wait in seconds."""
        names = [keys.limit(take.scope, take.key) for take in takes]
        numbers = [number for take in takes for number in (take.limit, take.seconds, take.cost)]
        with storage_errors():
            microseconds = int(await self._script(keys=names, args=numbers))
        return microseconds / 1_000_000 if microseconds else None
