"""The live clients of this worker: at most one a user, closed when idle, ended when their time is up."""

from __future__ import annotations

import contextlib
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Protocol, TypeAlias
from uuid import UUID

from telethon import errors as rpc

from commands import CommandError
from quart_app.storage.errors import StorageUnavailable
from quart_app.telegram.alerts import Alert
from quart_app.telegram.client import ClientFactory, connect, disconnect
from quart_app.telegram.closing import IDLE_SECONDS, Closing
from quart_app.telegram.ending import Endings
from quart_app.telegram.errors import Moved, SessionEnded, ends_session, in_words
from quart_app.telegram.gate import GatedClient
from quart_app.telegram.hand_over import HandOvers
from quart_app.telegram.lease import Lease, LeaseLost, Leases
from quart_app.telegram.live import Live, Terms, Unlocked
from quart_app.telegram.locks import Locks
from quart_app.telegram.records import RecordStore
from quart_app.telegram.resuming import Resuming
from quart_app.telegram.watching import Watchers

log = logging.getLogger(__name__)


class Meter(Protocol):
    def live_sessions(self, count: int) -> None: ...
    def lease_lost(self) -> None: ...
    def session_ended(self, why: str) -> None: ...


Evict: TypeAlias = Callable[[UUID], Awaitable[None]]
"""Closes what is open for a user in this worker; returns once its commands have ended and been reported."""


async def _nothing_open(_user_id: UUID) -> None:
    """Where nobody has a terminal."""


class Pool:
    """``changed``, set by whoever wants to know, is called with a user's id when the state of their session changes;
    ``ended`` when a session is over, with the reason; ``evict`` before a session goes to another worker.
    """

    evict: Evict = staticmethod(_nothing_open)
    changed: Callable[[UUID], None] = staticmethod(lambda _user_id: None)
    ended: Callable[[UUID, str], None] = staticmethod(lambda _user_id, _why: None)
    alerted: Callable[[UUID, Alert], None] = staticmethod(lambda _user_id, _alert: None)

    def __init__(
        self,
        factory: ClientFactory,
        records: RecordStore,
        leases: Leases,
        hand_overs: HandOvers,
        meter: Meter,
        *,
        idle_seconds: float = IDLE_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._records, self._leases, self._meter = records, leases, meter
        self._hand_overs = hand_overs
        self._live: dict[UUID, Live] = {}
        self._locks = Locks()
        self.locked = self._locks.locked
        """One change of a user's session at a time in this worker."""
        self._present: Counter[UUID] = Counter()
        self._leaving: set[UUID] = set()
        self._watchers = Watchers(self)
        self._endings = Endings(records, leases, self._drop, self._over)
        self._closing = Closing(
            self._live, self._locks, self._endings, self.is_present, idle_seconds=idle_seconds, clock=clock
        )
        self._resuming = Resuming(factory, records, leases, hand_overs, self._endings.gone, clock)
        hand_overs.serve(self)

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

    async def claim(self, unlocked: Unlocked) -> None:
        """Asked for each device that comes here: Moved if another worker has its session and keeps it."""
        user_id = unlocked.user_id
        if live := self._live.get(user_id):
            live.tenure.came()
        if user_id in self._leaving:
            raise Moved
        if live is None:
            owner = await self._leases.owner(user_id)
            if owner is not None and not await self._hand_overs.ask(user_id, owner):
                raise Moved

    async def is_elsewhere(self, user_id: UUID) -> bool:
        """Whether another live worker has the user's session, or a login of theirs."""
        return await self._leases.owner(user_id) is not None

    async def use(self, unlocked: Unlocked) -> Live:
        """The user's live client, connected. Raises SessionNeeded, SessionEnded, Moved, Unreachable, ..."""
        with in_words():
            if not self._leases.alive:  # the fence would swallow the call, and its caller wait for nothing
                raise StorageUnavailable("the heartbeat is overdue")
            if unlocked.user_id in self._leaving:
                raise Moved
        live = self._live.get(unlocked.user_id)
        if live is None or not live.client.is_connected() or live.unlocked.identity != unlocked.identity:
            async with self.locked(unlocked.user_id):
                live = await self._connected(unlocked)
        live.touch()
        return live

    async def _connected(self, unlocked: Unlocked, *, insist: bool = False) -> Live:
        live = self._live.get(unlocked.user_id)
        if live is not None and live.unlocked.identity == unlocked.identity:
            if not live.client.is_connected():
                await self._reconnect(live)
            return live
        if live is not None:
            raise SessionEnded  # another session has taken the place of the one that was unlocked
        with in_words():
            live = await self._resuming.resume(unlocked, insist=insist)
        self._keep(live)
        return live

    async def _reconnect(self, live: Live) -> None:
        with in_words():
            if not await self._leases.holds(live.lease):
                raise LeaseLost("taken meanwhile")
            try:
                # Saves the update states; the connection itself is gone already.
                await live.client.disconnect()
                await connect(live.client)
            except Exception as error:
                if ends_session(error):
                    await self._endings.revoked(live)
                raise
            live.chats.stale = True
            live.listen()
            await live.client.catch_up()  # a call that shows at once whether the session is still one
            self._watchers.watch(live)

    def adopt(
        self, unlocked: Unlocked, terms: Terms, lease: Lease, client: GatedClient, slots: dict[str, bytes]
    ) -> Live:
        """Take over the client of a login that has just succeeded: its key is never opened a second time."""
        live = Live(unlocked.copy(), terms, lease, client, generation=0)
        live.slots, live.shown = slots, set(slots)
        self._keep(live)
        return live

    def _keep(self, live: Live) -> None:
        self._live[live.user_id] = live
        live.alerted = partial(self.alerted, live.user_id)
        live.client.on_moved = partial(self._moved, live)
        self._meter.live_sessions(len(self._live))
        self._watchers.watch(live)
        self.changed(live.user_id)

    async def _moved(self, live: Live) -> None:
        """Telegram has sent the client to another data centre: its new key is saved at once, and its new connection
        watched.
        """
        self._watchers.watch(live)
        await self._records.save(live.sealed(), live.lease)

    def is_wanted(self, live: Live) -> bool:
        """Whether its connection is still of interest; this and what follows is what the watchers ask."""
        return not live.ending and self._live.get(live.user_id) is live

    def is_present(self, user_id: UUID) -> bool:
        return self._present[user_id] > 0

    async def session_over(self, live: Live) -> None:
        async with self.locked(live.user_id):
            if self.is_wanted(live):
                await self._endings.revoked(live)

    async def bring_back(self, live: Live) -> bool:
        with contextlib.suppress(CommandError):
            async with self.locked(live.user_id):
                if self.is_wanted(live) and not live.client.is_connected():
                    await self._reconnect(live)
            return True
        return False

    def yields(self, user_id: UUID, asker: str, *, insist: bool) -> bool:
        """Whether the session goes to the worker that has asked for it."""
        live = self._live.get(user_id)
        if live is None or live.ending or user_id in self._leaving:
            return False
        return live.tenure.yields(asker, in_use=self.is_present(user_id)) or insist

    async def hand_over(self, user_id: UUID) -> None:
        """Close what is open for the user here, then save, disconnect and let go."""
        self._leaving.add(user_id)
        try:
            await self.evict(user_id)
            async with self.locked(user_id):
                if live := self._live.get(user_id):
                    await self._endings.put_away(live)
        finally:
            self._leaving.discard(user_id)

    async def sweep(self) -> None:
        """Until cancelled: close what is idle, end what is over."""
        await self._closing.sweep()

    async def end(self, user_id: UUID, *, only_if_confirmed: bool = False) -> bool | None:
        """Log the live session out at Telegram and erase it; None if none is live. The caller holds ``locked``."""
        live = self._live.get(user_id)
        return (
            None
            if live is None
            else await self._endings.log_out(live, "ended", only_if_confirmed=only_if_confirmed)
        )

    async def end_sealed(self, unlocked: Unlocked, *, only_if_confirmed: bool = False) -> bool:
        """The same for a session that is not live but can be opened. The caller holds ``locked``."""
        try:
            live = await self._connected(unlocked, insist=True)
        except SessionEnded as error:
            # Telegram's own word for it, or only a record that nobody can open.
            if not error.at_telegram:
                await self._endings.forget(unlocked, "erased")
            return error.at_telegram
        except CommandError as error:
            if only_if_confirmed or isinstance(error, Moved):
                raise
            await self._endings.forget(unlocked, "erased")
            return False
        return await self._endings.log_out(live, "ended", only_if_confirmed=only_if_confirmed)

    async def erase(self, user_id: UUID) -> None:
        """Delete a session that nobody here can open. Moved if another worker has it live."""
        lease = await self._leases.acquire(user_id, fresh_key=True)
        await self._records.delete(user_id)
        await self._leases.release(lease)
        self._over(user_id, "erased")

    def _over(self, user_id: UUID, why: str) -> None:
        self._meter.session_ended(why)
        self.ended(user_id, why)
        self.changed(user_id)

    async def _drop(self, live: Live) -> None:
        self._live.pop(live.user_id, None)
        self._watchers.forget(live.user_id)
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
                    await self._endings.revoked(live)
        elif isinstance(error, TimeoutError):
            await live.client.disconnect()  # nobody answers there: the next call begins with a new connection

    async def close(self, *, log_out_all: bool) -> None:
        """At the stop."""
        await self._closing.all(log_out=log_out_all)
