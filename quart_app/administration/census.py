"""Which worker holds whose Telegram session now, as the leases in Redis have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from redis.asyncio import Redis

from quart_app.storage import keys
from quart_app.storage.errors import storage_errors
from quart_app.storage.keys import UserKeys


@dataclass(frozen=True, slots=True)
class Presence:
    """Of one user: the live worker that holds the session, and when the sealed record expires (Unix seconds)."""

    worker: str | None
    expires_at: int | None


class Census:
    """Every method raises `StorageUnavailable` without Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def workers(self) -> Mapping[str, int]:
        """How many sessions each live worker holds; a worker without any is there too."""
        with storage_errors():
            alive = {key.decode().removeprefix(keys.worker("")) async for key in self._scan(keys.worker("*"))}
            leases = [key async for key in self._scan(keys.LEASES)]
            async with self._redis.pipeline(transaction=False) as pipe:
                for lease in leases:
                    pipe.hget(lease, "owner")
                owners = await pipe.execute()
        held = Counter(owner.decode() for owner in owners if owner)
        return {worker: held[worker] for worker in sorted(alive)}

    async def of(self, user_ids: Iterable[UUID]) -> Mapping[UUID, Presence]:
        asked = list(user_ids)
        alive = await self.workers()
        with storage_errors():
            async with self._redis.pipeline(transaction=False) as pipe:
                for user_id in asked:
                    pipe.hget(UserKeys(user_id).lease, "owner")
                    pipe.expiretime(UserKeys(user_id).telegram_session)
                answers = iter(await pipe.execute())
        found = {}
        for user_id, owner, expires_at in zip(asked, answers, answers, strict=False):
            worker = owner.decode() if owner else ""
            found[user_id] = Presence(
                worker if worker in alive else None, int(expires_at) if expires_at > 0 else None
            )
        return found

    def _scan(self, pattern: str) -> AsyncIterator[bytes]:
        return self._redis.scan_iter(match=pattern, count=500)
