"""Every way in which a live session ends in this worker: logged out, revoked by Telegram, or sealed and put away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from quart_app.telegram.client import log_out
from quart_app.telegram.errors import Unreachable
from quart_app.telegram.lease import Leases
from quart_app.telegram.live import Live, Unlocked
from quart_app.telegram.records import RecordStore


class Endings:
    """``drop`` takes a live session out of the pool and disconnects it; ``over`` is told of each that is no more."""

    def __init__(
        self,
        records: RecordStore,
        leases: Leases,
        drop: Callable[[Live], Awaitable[None]],
        over: Callable[[UUID, str], None],
    ) -> None:
        self._records, self._leases, self._drop, self._over = records, leases, drop, over

    async def log_out(self, live: Live, why: str, *, only_if_confirmed: bool = False) -> bool:
        """At Telegram first; whether it has confirmed. Unreachable, and nothing is changed, ``only_if_confirmed``."""
        live.ending = True
        confirmed = await log_out(live.client)
        if only_if_confirmed and not confirmed:
            live.ending = False
            raise Unreachable
        await self._let_go(live, why if confirmed else "unconfirmed")
        return confirmed

    async def revoked(self, live: Live) -> None:
        """Telegram says that it is no more."""
        live.ending = True
        await self._let_go(live, "revoked")

    async def gone(self, unlocked: Unlocked) -> None:
        """The same of one that was about to be opened."""
        await self.forget(unlocked, "revoked")

    async def forget(self, unlocked: Unlocked, why: str) -> None:
        """Record and slots."""
        await self._records.delete(unlocked.user_id, unlocked.identity.record_id)
        self._over(unlocked.user_id, why)

    async def put_away(self, live: Live) -> None:
        """Seal what it knows, disconnect, wipe: from here on only the owner's device opens it again."""
        live.ending = True
        await self._drop(live)
        try:
            await self._records.save(live.sealed(), live.lease)
        finally:
            await self._leases.release(live.lease)
            live.unlocked.wipe()

    async def _let_go(self, live: Live, why: str) -> None:
        """Nothing of it stays: client, record, lease, keys, whichever of them makes trouble."""
        await self._drop(live)
        try:
            await self.forget(live.unlocked, why)
        finally:
            await self._leases.release(live.lease)
            live.unlocked.wipe()
