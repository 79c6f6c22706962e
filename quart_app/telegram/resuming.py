"""From a sealed record to a connected client: what a worker does that takes a session over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from quart_app.telegram.client import ClientFactory, connect
from quart_app.telegram.errors import SessionEnded, SessionNeeded, ends_session
from quart_app.telegram.hand_over import HandOvers
from quart_app.telegram.lease import Hold, Lease, Leases
from quart_app.telegram.live import Live, Unlocked, unpack
from quart_app.telegram.records import RecordStore, SealedRecord
from quart_app.telegram.vault import RecordId, VaultError, open_record


class Resuming:
    """``gone`` is awaited when Telegram says that a session is no more."""

    def __init__(
        self,
        factory: ClientFactory,
        records: RecordStore,
        leases: Leases,
        hand_overs: HandOvers,
        gone: Callable[[Unlocked], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self._factory, self._records, self._leases = factory, records, leases
        self._hand_overs, self._gone, self._clock = hand_overs, gone, clock

    async def resume(self, unlocked: Unlocked, *, insist: bool = False) -> Live:
        """Connected, on keys of its own. ``insist``: whoever has it live must hand it over.

        Raises SessionNeeded, SessionEnded, LeaseError, StorageUnavailable, and what ``connect`` raises.
        """
        own = unlocked.copy()  # before anything is awaited: whoever lent it may wipe it meanwhile
        try:
            # A login that is to replace this session has the lease: it is not asked for without need.
            await self._record(own.identity)
            lease = await self._hand_overs.take(unlocked.user_id, insist=insist)
            try:
                return await self._open(own, lease)
            except BaseException:
                await self._leases.release(lease)
                raise
        except BaseException:
            own.wipe()
            raise

    async def _open(self, own: Unlocked, lease: Lease) -> Live:
        # Read again now that the lease is ours: a former holder may have saved until then.
        record = await self._record(own.identity)
        key = bytes(own.data_key)
        try:
            payload = open_record(
                key,
                record.identity,
                record.generation,
                record.blob,
                now=self._clock(),
                terms=record.terms,
            )
        except VaultError:
            raise SessionEnded from None
        session, terms = unpack(payload)
        slots = await self._records.slots(own.identity)
        hold = Hold(self._leases, lease)
        client = self._factory.create(session, expires_at=record.identity.expires_at, hold=hold)
        # Last: a client that is connected and not kept would be a second one by the next try.
        try:
            await connect(client)
        except Exception as error:
            if ends_session(error):
                await self._gone(own)
            raise
        live = Live(own, terms, lease, client, generation=record.generation)
        live.slots = slots
        return live

    async def _record(self, identity: RecordId) -> SealedRecord:
        """Raises SessionNeeded or SessionEnded if it is not there, or another has taken its place."""
        record = await self._records.read(identity.user_id)
        if record is None or record.identity != identity:
            raise SessionNeeded if record is None else SessionEnded
        return record
