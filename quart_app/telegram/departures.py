"""How a session ends by its owner's will: here, from another device, everywhere at once, or with the last device."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from quart_app.telegram.errors import Moved, in_words
from quart_app.telegram.login import Logins
from quart_app.telegram.pool import Pool
from quart_app.telegram.records import RecordStore
from quart_app.telegram.slots import Slots
from quart_app.telegram.vault import lookup


class Departures:
    """At Telegram first, then here. What has begun is not to be broken off: see ``steps``."""

    def __init__(self, records: RecordStore, slots: Slots, pool: Pool, logins: Logins) -> None:
        self._records, self._slots, self._pool, self._logins = records, slots, pool, logins

    async def end(self, user_id: UUID, secret: bytes | None, *, only_if_confirmed: bool) -> bool:
        """Whether Telegram has confirmed it. A login that is under way is cancelled."""
        with in_words():
            await self._logins.cancel(user_id)
            async with self._pool.locked(user_id):
                confirmed = await self._pool.end(user_id, only_if_confirmed=only_if_confirmed)
                if confirmed is not None:
                    return confirmed
                record = await self._records.read(user_id)
                if record is None:
                    return False
                opened = await self._slots.opened(record, secret)
                if opened is not None:
                    return await self._pool.end_sealed(opened, only_if_confirmed=only_if_confirmed)
                await self._pool.erase(user_id)
        return False

    async def leave(self, user_id: UUID, secret: bytes) -> None:
        with in_words():
            if await self._logins.state(user_id, secret) is not None:
                await self._logins.cancel(user_id)
            opened = await self._slots.opened(await self._records.read(user_id), secret)
            if opened is None:
                return
            if await self._slots.remove(opened.identity, lookup(secret)):
                opened.wipe()
                return
            async with self._pool.locked(user_id):
                if await self._pool.end(user_id) is None:
                    await self._pool.end_sealed(opened)

    async def show_out(self, user_id: UUID, device: str) -> None:
        """``device``: the one-way name of its secret."""
        with in_words():
            record = await self._records.read(user_id)
            if record is None or await self._records.slot(record.identity, device) is None:
                return
            if not await self._slots.remove(record.identity, device):
                await self.end(user_id, None, only_if_confirmed=False)

    async def everywhere(self, user_id: UUID, secret: bytes | None) -> bool:
        """Whether Telegram has confirmed it to this worker."""
        with in_words():
            record = await self._records.read(user_id)
            opened = await self._slots.opened(record, secret)
            await self._records.drop_slots(user_id)
            await self._logins.cancel(user_id)
            async with self._pool.locked(user_id):
                confirmed = await self._pool.end(user_id)
                if confirmed is not None or record is None:
                    return bool(confirmed)
                if opened is not None:
                    return await self._pool.end_sealed(opened)
                with suppress(Moved):  # its holder has been told to end it
                    await self._pool.erase(user_id)
        return False

    async def live(self, user_id: UUID) -> None:
        """Only what is live in this worker."""
        async with self._pool.locked(user_id):
            await self._pool.end(user_id)
