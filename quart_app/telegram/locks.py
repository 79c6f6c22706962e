"""One lock a user, there while somebody holds it or waits for it: a worker meets many users, and ids that nobody has
twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakValueDictionary


class Locks:
    def __init__(self) -> None:
        self._locks: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._locks)

    @asynccontextmanager
    async def locked(self, user_id: UUID) -> AsyncIterator[None]:
        """One at a time; not to be entered again by who is inside."""
        async with self._locks.setdefault(user_id, asyncio.Lock()):
            yield
