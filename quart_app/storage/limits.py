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
if wait > 0 then return {string.format('%.0f', wait), ''} end
-- Lua's own tostring would round the moment to 14 digits.
local moment = string.format('%.0f', now)
for i, key in ipairs(KEYS) do
  for _ = 1, tonumber(ARGV[3*i]) do redis.call('RPUSH', key, moment) end
  redis.call('PEXPIRE', key, math.ceil(tonumber(ARGV[3*i-1]) * 1000))
end
return {'0', moment}
"""
# ARGV: a moment, then how often it is in each of KEYS.
_GIVE_BACK: Final = """
for i, key in ipairs(KEYS) do redis.call('LREM', key, -tonumber(ARGV[i + 1]), ARGV[1]) end
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


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken at one moment: it can be given back once, as exactly as it was taken."""

    takes: tuple[Take, ...]
    moment: bytes


class Limits:
    """Takes from limits in Redis. Every key expires with its window. Raises `StorageUnavailable` without Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._script = redis.register_script(_TAKE)
        self._give_back = redis.register_script(_GIVE_BACK)

    async def ping(self) -> None:
        """Asks Redis for an answer."""
        with storage_errors():
            await self._redis.ping()

    async def take(self, scope: str, key: str, *, limit: int, seconds: float, cost: int = 1) -> float | None:
        """``None`` if allowed (and counted), else the seconds to wait; what is refused isn't counted."""
        return await self.take_all([Take(scope=scope, key=key, limit=limit, seconds=seconds, cost=cost)])

    async def take_all(self, takes: Sequence[Take]) -> float | None:
        """From all limits or, if one has too little left, from none: then the longest wait in seconds."""
        taken = await self.take_for_now(takes)
        return None if isinstance(taken, Taken) else taken

    async def take_for_now(self, takes: Sequence[Take]) -> Taken | float:
        """The same for what may come to nothing: ``Taken`` if allowed, else the longest wait in seconds."""
        names = [keys.limit(take.scope, take.key) for take in takes]
        numbers = [number for take in takes for number in (take.limit, take.seconds, take.cost)]
        with storage_errors():
            microseconds, moment = await self._script(keys=names, args=numbers)
        return Taken(tuple(takes), moment) if moment else int(microseconds) / 1_000_000

    async def give_back(self, taken: Taken) -> None:
        """As if it had never been taken. What others took at the same moment stays counted."""
        names = [keys.limit(take.scope, take.key) for take in taken.takes]
        with storage_errors():
            await self._give_back(keys=names, args=[taken.moment, *(take.cost for take in taken.takes)])
