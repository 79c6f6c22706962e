"""Who may hold a user's Telegram client: one worker at a time, or Telegram kills the auth key.

A lease names a worker and carries a fencing token. One heartbeat keeps all of a worker's leases alive: while
``worker:{id}`` exists, so do they. Telegram can't compare fencing tokens, so the holder stops itself: nothing
is sent once ``deadline`` has passed, which is earlier than anyone else may take over.

LeaseError
├── LeaseHeld    another live worker has it, or another part of this one
└── LeaseLost    this worker has missed its heartbeat
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from quart_app.storage import keys
from quart_app.storage.errors import StorageUnavailable, storage_errors
from quart_app.telegram import lease_scripts as scripts

if TYPE_CHECKING:
    from redis.asyncio import Redis

BEAT_SECONDS: Final = 2.0
WORKER_SECONDS: Final = 15.0
DEADLINE_SECONDS: Final = 11.0
QUARANTINE_SECONDS: Final = 3.0
"""Longer than a heartbeat: a former holder has noticed by then, and Telegram has seen it go."""

log = logging.getLogger(__name__)


class LeaseError(Exception):
    """This worker may not hold that user's client."""


class LeaseHeld(LeaseError):
    """``owner`` is the live worker that holds it; None if that is another part of this one."""

    def __init__(self, owner: str | None) -> None:
        super().__init__("held")
        self.owner = owner


class LeaseLost(LeaseError, ConnectionError):
    """The heartbeat was missed; a ConnectionError, so that Telethon treats it as one."""


@dataclass(frozen=True, slots=True)
class Lease:
    user_id: UUID
    token: int
    """The fencing token: later holders have higher ones."""


@dataclass(frozen=True, slots=True)
class Hold:
    """What one client's connection looks at before each byte: the worker's heartbeat and this very lease."""

    leases: Leases
    lease: Lease

    @property
    def alive(self) -> bool:
        return self.leases.alive and self.leases.keeps(self.lease)


class Leases:
    """The leases of one worker process and the heartbeat under them."""

    def __init__(
        self,
        redis: Redis,
        *,
        quarantine_seconds: float = QUARANTINE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.worker_id = secrets.token_hex(8)
        self.deadline = 0.0
        self._redis, self._clock, self._quarantine = redis, clock, quarantine_seconds
        self._held: dict[UUID, Lease] = {}
        self._taking: set[UUID] = set()
        self._acquire = redis.register_script(scripts.ACQUIRE)
        self._release = redis.register_script(scripts.RELEASE)
        self._holds = redis.register_script(scripts.HOLDS)
        self._restore = redis.register_script(scripts.RESTORE)
        self._known = False
        self._unsure = False
        """Redis had forgotten this worker: until the leases have been looked at, nobody may trust them."""

    @property
    def alive(self) -> bool:
        """Whether this worker may put bytes on a wire to Telegram now."""
        return self._clock() < self.deadline

    def keeps(self, lease: Lease) -> bool:
        """Whether this worker, as far as it knows, has neither lost it nor let it go."""
        return self._held.get(lease.user_id) == lease

    async def acquire(self, user_id: UUID, *, fresh_key: bool = False) -> Lease:
        """Take the lease, and wait until its former holder is surely gone (not for a key nobody has used yet).

        Each lease has one holder, so nobody's release can free what another relies on.
        Raises LeaseHeld, LeaseLost or StorageUnavailable.
        """
        if not self.alive:
            raise StorageUnavailable("the heartbeat is overdue")
        if self.has(user_id):
            raise LeaseHeld(None)
        self._taking.add(user_id)
        try:
            return await self._take(user_id, fresh_key=fresh_key)
        finally:
            self._taking.discard(user_id)

    async def _take(self, user_id: UUID, *, fresh_key: bool) -> Lease:
        user = keys.UserKeys(user_id)
        with storage_errors():
            held, token, owner, wait = await self._acquire(
                keys=[user.lease, user.fence],
                args=[self.worker_id, keys.worker(""), int(self._quarantine * 1000), keys.FENCE_SECONDS],
            )
        if not held:
            raise LeaseHeld(owner.decode())
        lease = self._held[user_id] = Lease(user_id, int(token))
        if wait and not fresh_key:
            try:
                await self._sit_out(lease, int(wait) / 1000)
            except BaseException:
                await self.release(lease)
                raise
        return lease

    async def _sit_out(self, lease: Lease, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if not await self.holds(lease):
            raise LeaseLost("taken while waiting")

    async def release(self, lease: Lease) -> None:
        """Let it go, at the end of use; a Redis that is away is no reason to keep a client."""
        if self.keeps(lease):
            del self._held[lease.user_id]
        with contextlib.suppress(StorageUnavailable), storage_errors():
            await self._release(keys=[keys.UserKeys(lease.user_id).lease], args=[self.worker_id, lease.token])

    def has(self, user_id: UUID) -> bool:
        """Whether some part of this worker has the lease, or is taking it."""
        return user_id in self._held or user_id in self._taking

    async def disown(self, user_id: UUID) -> None:
        """Let go of what nobody here has, though Redis names this worker: a take that was given up half-way."""
        lease = keys.UserKeys(user_id).lease
        with storage_errors():
            named: Any = await self._redis.hmget(lease, ["owner", "token"])
            owner, token = named
            if owner == self.worker_id.encode() and not self.has(user_id):
                await self._release(keys=[lease], args=[self.worker_id, token])

    async def holds(self, lease: Lease) -> bool:
        with storage_errors():
            args: list[str | int] = [self.worker_id, lease.token]
            return (
                bool(await self._holds(keys=[keys.UserKeys(lease.user_id).lease], args=args)) and self.alive
            )

    async def owner(self, user_id: UUID) -> str | None:
        """The live worker, other than this one, that has the lease."""
        with storage_errors():
            named: Any = await self._redis.hget(keys.UserKeys(user_id).lease, "owner")
            owner = (named or b"").decode()
            if owner in ("", self.worker_id) or not await self._redis.exists(keys.worker(owner)):
                return None
        return owner

    async def beat(self) -> float:
        """One heartbeat for all leases; answers when it was sent. The deadline moves on, unless Redis had forgotten
        this worker: then the leases have to be looked at first.
        """
        sent, unsure = self._clock(), self._unsure
        self._unsure = True  # an answer that gets lost may have said that this worker was forgotten
        with storage_errors():
            known = await self._redis.set(
                keys.worker(self.worker_id), b"1", px=int(WORKER_SECONDS * 1000), get=True
            )
        self._unsure = unsure or (self._known and known is None)
        self._known = True
        if not self._unsure:
            self.deadline = sent + DEADLINE_SECONDS
        return sent

    async def keep(
        self,
        on_lost: Callable[[tuple[UUID, ...]], Awaitable[None]],
        on_restored: Callable[[UUID], Awaitable[None]],
    ) -> None:
        """Beat until cancelled. ``on_lost`` is told whose clients must be dropped at once, ``on_restored`` whose
        lease Redis had forgotten with everything else.
        """
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                sent = await self.beat()
                if self._unsure:
                    await self._drop(await self._look_after(on_restored), on_lost)
                    self.deadline, self._unsure = sent + DEADLINE_SECONDS, False
            except Exception as error:  # noqa: BLE001 (a heart that stops by mistake ends everyone's session)
                left = round(self.deadline - self._clock(), 1)
                log.warning("heartbeat failed", extra={"error": type(error).__name__, "seconds_left": left})
            if not self.alive:
                try:
                    await self._drop(tuple(self._held), on_lost)
                except Exception as error:  # noqa: BLE001 (as above)
                    log.error("a lost client could not be dropped", extra={"error": type(error).__name__})

    async def _drop(
        self, lost: tuple[UUID, ...], on_lost: Callable[[tuple[UUID, ...]], Awaitable[None]]
    ) -> None:
        for user_id in lost:
            self._held.pop(user_id, None)
        if lost:
            await on_lost(lost)

    async def _look_after(self, on_restored: Callable[[UUID], Awaitable[None]]) -> tuple[UUID, ...]:
        """After Redis had forgotten this worker: which leases others have taken by now."""
        lost = []
        for user_id, lease in tuple(self._held.items()):
            user = keys.UserKeys(user_id)
            args: list[str | int] = [self.worker_id, str(lease.token), keys.FENCE_SECONDS]
            with storage_errors():
                answer = await self._restore(keys=[user.lease, user.fence], args=args)
            if not answer:
                lost.append(user_id)
                continue
            try:
                await on_restored(user_id)
            except LeaseError:
                lost.append(user_id)
        return tuple(lost)

    async def resign(self) -> None:
        """At the stop: whoever comes next need not wait for the heartbeat to run out."""
        self.deadline = 0.0
        with contextlib.suppress(StorageUnavailable), storage_errors():
            await self._redis.delete(keys.worker(self.worker_id))
