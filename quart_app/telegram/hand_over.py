"""How a session goes from one worker to another: the one asks, over Redis pub/sub, the other lets it go.

Events on the user's channel, each with ``to`` (the worker that is meant) and ``by`` (the one that says it):
``hand_over`` asks, with ``insist`` where the session is to be ended anyway; the answers are ``kept``, ``leaving``
(its terminals are being closed) and ``left`` (the lease is free). Nobody is believed further than that: whoever
hears ``left`` takes the lease as always, with its wait, or fails to.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any, Final, Protocol
from uuid import UUID

from redis.asyncio import Redis

from quart_app.storage.errors import StorageUnavailable, storage_errors
from quart_app.storage.keys import UserKeys
from quart_app.telegram.lease import Lease, LeaseHeld, LeaseLost, Leases

ANSWER_SECONDS: Final = 1.0
"""A worker that says nothing for so long is paused, or gone."""
LEAVING_SECONDS: Final = 9.0
"""Its running commands may take so long to end."""


class Holder(Protocol):
    """The part of this worker that has live sessions."""

    def yields(self, user_id: UUID, asker: str, *, insist: bool) -> bool: ...
    async def hand_over(self, user_id: UUID) -> None: ...


class HandOvers:
    """Both sides of it, for one worker. ``hear`` is given every event of every user."""

    def __init__(self, redis: Redis, leases: Leases) -> None:
        self._redis, self._leases = redis, leases
        self._holders: list[Holder] = []
        self._waiting: dict[UUID, asyncio.Queue[str]] = {}
        self._answering: set[asyncio.Task[None]] = set()

    def serve(self, holder: Holder) -> None:
        """From now on it is asked as well."""
        self._holders.append(holder)

    async def take(self, user_id: UUID, *, fresh_key: bool = False, insist: bool = False) -> Lease:
        """The lease, asking for it where another worker has it. Raises as ``Leases.acquire`` does."""
        try:
            return await self._leases.acquire(user_id, fresh_key=fresh_key)
        except LeaseHeld as held:
            if held.owner is None or not await self.ask(user_id, held.owner, insist=insist):
                raise
        return await self._leases.acquire(user_id, fresh_key=fresh_key)

    async def ask(self, user_id: UUID, owner: str, *, insist: bool = False) -> bool:
        """Whether the owner has let it go. StorageUnavailable if it can't be asked."""
        if user_id in self._waiting:  # one question at a time; another device of the user has asked it
            return False
        answers = self._waiting[user_id] = asyncio.Queue()
        try:
            await self._say(user_id, "hand_over", owner, insist=insist)
            async with asyncio.timeout(ANSWER_SECONDS) as limit:
                while (answer := await answers.get()) == "leaving":
                    limit.reschedule(asyncio.get_running_loop().time() + LEAVING_SECONDS)
                return answer == "left"
        except TimeoutError:
            return False
        finally:
            del self._waiting[user_id]

    def hear(self, user_id: UUID, event: dict[str, Any]) -> None:
        """What is not for this worker is let by."""
        if event.get("to") != self._leases.worker_id:
            return
        kind, by = event.get("kind"), str(event.get("by"))
        if kind == "hand_over":
            self._asked(user_id, by, insist=event.get("insist") is True)
        elif kind in ("kept", "leaving", "left") and user_id in self._waiting:
            self._waiting[user_id].put_nowait(str(kind))

    def _asked(self, user_id: UUID, by: str, *, insist: bool) -> None:
        wanted = [holder for holder in self._holders if holder.yields(user_id, by, insist=insist)]
        task = asyncio.create_task(self._answer(user_id, by, wanted), name="an answer to another worker")
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self, user_id: UUID, by: str, holders: list[Holder]) -> None:
        # In either case the other one gives up by itself. A lease is found lost here by a worker that was paused.
        with suppress(StorageUnavailable, LeaseLost):
            if not self._leases.has(user_id):
                await self._leases.disown(user_id)
                await self._say(user_id, "left", by)
                return
            if not holders:
                await self._say(user_id, "kept", by)
                return
            await self._say(user_id, "leaving", by)
            for holder in holders:
                await holder.hand_over(user_id)
            await self._say(user_id, "left", by)

    async def _say(self, user_id: UUID, kind: str, to: str, **more: bool) -> None:
        event = json.dumps({"kind": kind, "to": to, "by": self._leases.worker_id, **more})
        with storage_errors():
            await self._redis.publish(UserKeys(user_id).events, event)

    async def settle(self) -> None:
        """At the stop: wait for what is being handed over."""
        await asyncio.gather(*self._answering, return_exceptions=True)
