"""The live clients of this worker: at most one a user, closed when idle, ended when their time is up."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final, Protocol
from uuid import UUID

from telethon import errors as rpc

from commands import CommandError
from quart_app.storage.errors import StorageUnavailable
from quart_app.telegram.client import ClientFactory, connect, disconnect, log_out
from quart_app.telegram.errors import Moved, SessionEnded, SessionNeeded, Unreachable, ends_session, in_words
from quart_app.telegram.gate import GatedClient
from quart_app.telegram.lease import Hold, Lease, LeaseError, LeaseLost, Leases
from quart_app.telegram.live import Live, Terms, Unlocked, unpack
from quart_app.telegram.records import RecordStore, SealedRecord
from quart_app.telegram.vault import RecordId, VaultError, open_record

IDLE_SECONDS: Final = 900.0
"""After the last socket has closed, or after the last command of a script."""
SWEEP_SECONDS: Final = 5.0
BACKOFF_SECONDS: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)

log = logging.getLogger(__name__)


class Meter(Protocol):
    def live_sessions(self, count: int) -> None: ...
    def lease_lost(self) -> None: ...
    def session_ended(self, why: str) -> None: ...


class Pool:
    """``changed``, set by whoever wants to know, is called with a user's id when the state of their session changes;
    ``ended`` when a session is over, with the reason.
    """

    changed: Callable[[UUID], None] = staticmethod(lambda _user_id: None)
    ended: Callable[[UUID, str], None] = staticmethod(lambda _user_id, _why: None)

    def __init__(
        self,
        factory: ClientFactory,
        records: RecordStore,
        leases: Leases,
        meter: Meter,
        *,
        idle_seconds: float = IDLE_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._factory, self._records, self._leases, self._meter = factory, records, leases, meter
        self._idle, self._clock = idle_seconds, clock
        self._live: dict[UUID, Live] = {}
        self._locks: defaultdict[UUID, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._present: Counter[UUID] = Counter()
        self._watchers: dict[UUID, asyncio.Task[None]] = {}

    def get(self, user_id: UUID) -> Live | None:
        return self._live.get(user_id)

    def __len__(self) -> int:
        return len(self._live)

    @property
    def may_connect(self) -> bool:
        """False while this worker's heartbeat is overdue: nothing goes to Telegram then."""
        return self._leases.alive

    @contextmanager
    def presence(self, user_id: UUID) -> Iterator[None]:
        """While a socket is open its user's session is not idle."""
        self._present[user_id] += 1
        try:
            yield
        finally:
            self._present[user_id] -= 1
            if not self._present[user_id]:
                del self._present[user_id]
            if live := self._live.get(user_id):
                live.touch()

    @asynccontextmanager
    async def locked(self, user_id: UUID) -> AsyncIterator[None]:
        """One change of a user's session at a time in this worker."""
        async with self._locks[user_id]:
            yield

    async def use(self, unlocked: Unlocked) -> Live:
        """The user's live client, connected. Raises SessionNeeded, SessionEnded, Moved, Unreachable, ..."""
        with in_words():
            if not self._leases.alive:  # the fence would swallow the call, and its caller wait for nothing
                raise StorageUnavailable("the heartbeat is overdue")
        live = self._live.get(unlocked.user_id)
        if live is None or not live.client.is_connected() or live.unlocked.identity != unlocked.identity:
            async with self.locked(unlocked.user_id):
                live = await self._connected(unlocked)
        live.touch()
        return live

    async def _connected(self, unlocked: Unlocked) -> Live:
        live = self._live.get(unlocked.user_id)
        if live is not None and live.unlocked.identity == unlocked.identity:
            if not live.client.is_connected():
                await self._reconnect(live)
            return live
        if live is not None:
            raise SessionEnded  # another session has taken the place of the one that was unlocked
        with in_words():
            return await self._resume(unlocked)

    async def _resume(self, unlocked: Unlocked) -> Live:
        own = _own(unlocked)  # before anything is awaited: whoever lent it may wipe it meanwhile
        # A login that is to replace this session holds the same lease: failing later would let go of it.
        await self._open_record(own.identity)
        lease = await self._leases.acquire(unlocked.user_id)
        try:
            # Read again now that the lease is ours: a former holder may have saved until then.
            record = await self._open_record(own.identity)
            try:
                key = bytes(own.data_key)
                payload = open_record(key, record.identity, record.generation, record.blob, now=self._clock())
            except VaultError:
                raise SessionEnded from None
            session, terms = unpack(payload)
            slots = await self._records.slots(own.identity)
            hold = Hold(self._leases, lease)
            client = self._factory.create(session, expires_at=record.identity.expires_at, hold=hold)
            # Last: a client that is connected and not kept would be a second one by the next try.
            await self._connect_or_forget(client, own)
        except BaseException:
            own.wipe()
            await self._leases.release(lease)
            raise
        live = Live(own, terms, lease, client, generation=record.generation)
        live.slots = slots
        self._keep(live)
        return live

    async def _open_record(self, identity: RecordId) -> SealedRecord:
        """Raises SessionNeeded or SessionEnded if it is not there, or another has taken its place."""
        record = await self._records.read(identity.user_id)
        if record is None or record.identity != identity:
            raise SessionNeeded if record is None else SessionEnded
        return record

    async def _connect_or_forget(self, client: GatedClient, unlocked: Unlocked) -> None:
        try:
            await connect(client)
        except Exception as error:
            if ends_session(error):
                await self._forget(unlocked, "revoked")
            raise

    async def _reconnect(self, live: Live) -> None:
        with in_words():
            if not await self._leases.holds(live.lease):
                raise LeaseLost("taken meanwhile")
            try:
                await (
                    live.client.disconnect()
                )  # saves the update states; the connection itself is gone already
                await connect(live.client)
            except Exception as error:
                if ends_session(error):
                    await self._revoked(live)
                raise
            live.chats.stale = True
            live.listen()
            await live.client.catch_up()  # a call that shows at once whether the session is still one
            self._watch(live)

    def adopt(
        self, unlocked: Unlocked, terms: Terms, lease: Lease, client: GatedClient, slots: dict[str, bytes]
    ) -> Live:
        """Take over the client of a login that has just succeeded: its key is never opened a second time."""
        live = Live(_own(unlocked), terms, lease, client, generation=0)
        live.slots = slots
        self._keep(live)
        return live

    def _keep(self, live: Live) -> None:
        self._live[live.user_id] = live
        self._meter.live_sessions(len(self._live))
        self._watch(live)
        self.changed(live.user_id)

    def _watch(self, live: Live) -> None:
        old = self._watchers.pop(live.user_id, None)
        if old is not None and old is not asyncio.current_task():
            old.cancel()
        name = f"watch {live.lease.token}"
        self._watchers[live.user_id] = asyncio.create_task(self._watching(live), name=name)

    async def _watching(self, live: Live) -> None:
        """Wait until the connection is gone; then reconnect, for as long as somebody is there to see it."""
        cause: BaseException | None = None
        try:
            await live.client.disconnected
        except Exception as error:  # noqa: BLE001 (Telethon hands on whatever ended the connection)
            cause = error
        cause = getattr(live.client, "_updates_error", None) or cause
        if live.ending or self._live.get(live.user_id) is not live:
            return
        live.chats.stale = True
        if cause is not None and ends_session(cause):
            async with self.locked(live.user_id):
                await self._revoked(live)
            return
        for pause in BACKOFF_SECONDS:
            await asyncio.sleep(pause)
            if live.ending or self._live.get(live.user_id) is not live or live.client.is_connected():
                return
            if not self._present[live.user_id]:
                continue
            with contextlib.suppress(CommandError):
                async with self.locked(live.user_id):
                    if self._live.get(live.user_id) is live and not live.client.is_connected():
                        await self._reconnect(live)
                return

    async def sweep(self) -> None:
        """Until cancelled: close what is idle, end what is over."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            for live in tuple(self._live.values()):
                try:
                    await self._sweep_one(live)
                except Exception as error:  # noqa: BLE001 (one user's trouble must not keep the others open)
                    log.warning("an idle session could not be closed", extra={"error": type(error).__name__})

    async def _sweep_one(self, live: Live) -> None:
        expired = self._clock() >= live.unlocked.identity.expires_at
        idle = not self._present[live.user_id] and live.now() - live.used_at > self._idle
        if not expired and not idle:
            return
        async with self.locked(live.user_id):
            if self._live.get(live.user_id) is not live:
                return
            if expired or live.terms.keep == "until_left":
                await self._end(live, "expired" if expired else "left")
            else:
                await self._close(live)

    async def end(self, user_id: UUID, *, only_if_confirmed: bool = False) -> bool | None:
        """Log the live session out at Telegram and erase it; None if none is live. The caller holds ``locked``."""
        live = self._live.get(user_id)
        return None if live is None else await self._end(live, "ended", only_if_confirmed=only_if_confirmed)

    async def end_sealed(self, unlocked: Unlocked, *, only_if_confirmed: bool = False) -> bool:
        """The same for a session that is not live but can be opened. The caller holds ``locked``."""
        try:
            live = await self._connected(unlocked)
        except SessionEnded:
            return True
        except CommandError as error:
            if only_if_confirmed or isinstance(error, Moved):
                raise
            await self._forget(unlocked, "erased")
            return False
        return await self._end(live, "ended", only_if_confirmed=only_if_confirmed)

    async def erase(self, user_id: UUID) -> None:
        """Delete a session that nobody here can open. Moved if another worker has it live."""
        lease = await self._leases.acquire(user_id, fresh_key=True)
        await self._records.delete(user_id)
        await self._leases.release(lease)
        self._meter.session_ended("erased")
        self.ended(user_id, "erased")
        self.changed(user_id)

    async def _end(self, live: Live, why: str, *, only_if_confirmed: bool = False) -> bool:
        live.ending = True
        confirmed = await log_out(live.client)
        if only_if_confirmed and not confirmed:
            live.ending = False
            raise Unreachable
        await self._let_go(live, why if confirmed else "unconfirmed")
        return confirmed

    async def _revoked(self, live: Live) -> None:
        live.ending = True
        await self._let_go(live, "revoked")

    async def _let_go(self, live: Live, why: str) -> None:
        """Nothing of it stays: client, record, lease, keys, whichever of them makes trouble."""
        await self._drop(live)
        try:
            await self._forget(live.unlocked, why)
        finally:
            await self._leases.release(live.lease)
            live.unlocked.wipe()

    async def _forget(self, unlocked: Unlocked, why: str) -> None:
        await self._records.delete(unlocked.user_id, unlocked.identity.record_id)
        self._meter.session_ended(why)
        self.ended(unlocked.user_id, why)
        self.changed(unlocked.user_id)

    async def _close(self, live: Live) -> None:
        """Seal what it knows, disconnect, wipe: from here on only the owner's device opens it again."""
        live.ending = True
        await self._drop(live)
        try:
            await self._records.save(live.sealed(), live.lease)
        finally:
            await self._leases.release(live.lease)
            live.unlocked.wipe()

    async def _drop(self, live: Live) -> None:
        self._live.pop(live.user_id, None)
        if (watcher := self._watchers.pop(live.user_id, None)) and watcher is not asyncio.current_task():
            watcher.cancel()
        await disconnect(live.client)
        self._meter.live_sessions(len(self._live))

    async def lost(self, user_ids: tuple[UUID, ...]) -> None:
        """The leases are gone: not a byte more to Telegram, and nothing is saved over a later holder's work."""
        for user_id in user_ids:
            if live := self._live.get(user_id):
                live.ending = True
                self._meter.lease_lost()
                await self._drop(live)
                live.unlocked.wipe()
                self.changed(user_id)

    async def restored(self, user_id: UUID) -> None:
        """Redis has lost its data, this worker has not: the record and its slots are published again."""
        if live := self._live.get(user_id):
            await self._records.publish(live.sealed(), live.lease, live.slots)

    async def answered_with(self, live: Live, error: BaseException) -> None:
        """A command's call has failed: if the session is over, so is everything that belongs to it."""
        if ends_session(error):
            if isinstance(error, rpc.AuthKeyDuplicatedError):
                log.error("an auth key was used twice")
            async with self.locked(live.user_id):
                if self._live.get(live.user_id) is live:
                    await self._revoked(live)
        elif isinstance(error, TimeoutError):
            await live.client.disconnect()  # nobody answers there: the next call begins with a new connection

    async def close(self, *, log_out_all: bool) -> None:
        """At the stop: log out where nothing could be resumed, else seal everything."""
        for live in tuple(self._live.values()):
            async with self.locked(live.user_id):
                if self._live.get(live.user_id) is not live:
                    continue
                try:
                    await (self._end(live, "stopped") if log_out_all else self._close(live))
                except (StorageUnavailable, LeaseError):
                    log.warning("a session could not be saved at the stop")


def _own(unlocked: Unlocked) -> Unlocked:
    """A copy for the pool, which wipes its own when it closes."""
    return Unlocked(unlocked.identity, bytearray(unlocked.data_key))
