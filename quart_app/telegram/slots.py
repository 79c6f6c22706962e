"""Which devices open a session: each has a slot, in which the session's data key is wrapped for its secret alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from quart_app.telegram.errors import Moved, SessionLocked, SessionNeeded, in_words
from quart_app.telegram.live import Unlocked
from quart_app.telegram.pool import Pool
from quart_app.telegram.records import RecordStore, SealedRecord
from quart_app.telegram.vault import RecordId, Vault, VaultError, lookup


class Slots:
    """A session that is live in this worker knows its slots, to say them again to a Redis that has lost its data."""

    def __init__(
        self, records: RecordStore, vault: Vault, pool: Pool, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._records, self._vault, self._pool, self._clock = records, vault, pool, clock

    async def opened(self, record: SealedRecord | None, secret: bytes | None) -> Unlocked | None:
        """What this device's secret opens, to be wiped after use; None for no slot, or once the session is over."""
        if record is None or secret is None or self._clock() >= record.identity.expires_at:
            return None
        slot = await self._records.slot(record.identity, lookup(secret))
        if slot is None:
            return None
        try:
            return Unlocked(record.identity, bytearray(self._vault.unwrap(secret, slot, record.identity)))
        except VaultError:
            return None

    async def add(self, identity: RecordId, data_key: bytes, secret: bytes) -> bool:
        """False if the session is no more."""
        name, slot = lookup(secret), self._vault.wrap(secret, data_key, identity)
        added = await self._records.add_slot(identity, lookup=name, slot=slot)
        live = self._pool.get(identity.user_id)
        if added and live is not None and live.unlocked.identity == identity:
            live.slots[name] = slot
            live.shown.add(name)
        return added

    async def remove(self, identity: RecordId, name: str) -> bool:
        """By the one-way name of the device's secret. Whether another device still opens the session."""
        if live := self._pool.get(identity.user_id):
            live.shown.discard(name)
            live.slots.pop(name, None)  # or a Redis that has lost its data would be told of it again
        return bool(await self._records.remove_slot(identity, name))

    async def joined(self, user_id: UUID, name: str | None) -> Unlocked:
        """The data key of the live session, for a device that came before it and has been let in since.

        Its secret is not kept, so that Redis' word for its slot proves nothing: it must have been shown to this worker.
        To another it has to be shown again (Moved). SessionNeeded, SessionLocked.
        """
        with in_words():
            record = await self._records.read(user_id)
            if record is None:
                raise SessionNeeded
            if name is None or await self._records.slot(record.identity, name) is None:
                raise SessionLocked
            live = self._pool.get(user_id)
            if live is None and await self._pool.is_elsewhere(user_id):
                raise Moved
        if live is None or live.unlocked.identity != record.identity or name not in live.shown:
            raise SessionLocked
        return live.unlocked.copy()
