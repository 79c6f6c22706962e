"""One user's open session in this worker's memory: the client, its keys, its chats."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, cast
from uuid import UUID

from commands import Profile
from quart_app.telegram.advertising import Advertisers
from quart_app.telegram.alerts import Alert, alert_in
from quart_app.telegram.chats import ChatBook
from quart_app.telegram.dialogs import DialogLoader
from quart_app.telegram.gate import GatedClient
from quart_app.telegram.lease import Lease
from quart_app.telegram.name_budget import NameBudget
from quart_app.telegram.records import Keep, Scope, SealedRecord
from quart_app.telegram.sealed_session import SealedSession
from quart_app.telegram.tenure import Tenure
from quart_app.telegram.updates import apply_update
from quart_app.telegram.vault import RecordId, seal_record

_NEW_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Terms:
    """What the owner has agreed to: how wide the session is, and when it ends."""

    scope: Scope = "full"
    keep: Keep = "24h"

    def __str__(self) -> str:
        return f"{self.scope} {self.keep}"


@dataclass(slots=True)
class Unlocked:
    """A data key in memory: whoever holds this can open the record again, without the device's secret."""

    identity: RecordId
    data_key: bytearray = field(repr=False)

    @property
    def user_id(self) -> UUID:
        return self.identity.user_id

    def copy(self) -> Unlocked:
        """For who keeps it longer than its lender; each wipes their own."""
        return Unlocked(self.identity, bytearray(self.data_key))

    def wipe(self) -> None:
        """Best effort: Python may have made copies."""
        self.data_key[:] = bytes(len(self.data_key))


class Live:
    """Made with a connected client. Everything in here is of one user. ``alerted`` is called with what its owner should
    see at once.
    """

    alerted: Callable[[Alert], None] = staticmethod(lambda _alert: None)

    def __init__(
        self,
        unlocked: Unlocked,
        terms: Terms,
        lease: Lease,
        client: GatedClient,
        *,
        generation: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.unlocked, self.terms, self.lease, self.client = unlocked, terms, lease, client
        self.generation = generation
        client.gate.narrow(terms.scope)
        self.chats = ChatBook()
        self.slots: dict[str, bytes] = {}
        """The record's slots by lookup, to be said again to a Redis that has lost them."""
        self.shown: set[str] = set()
        """Those whose device has shown its secret to this worker while the session was live."""
        self.profiles: dict[str, tuple[float, Profile]] = {}
        """By lower-case username: when it was asked for, and the answer."""
        self.names = NameBudget(clock=clock)
        self.advertisers = Advertisers(client, clock)
        self.ending = False
        self.tenure = Tenure(clock=clock)
        self._clock = clock
        self._began = self.used_at = clock()
        self._loader = DialogLoader(client, self.chats)
        self._loading = asyncio.Lock()
        self.listen()

    @property
    def user_id(self) -> UUID:
        return self.unlocked.user_id

    @property
    def session(self) -> SealedSession:
        return cast(SealedSession, self.client.session)

    def touch(self) -> None:
        self.used_at = self._clock()

    def now(self) -> float:
        return self._clock()

    async def load_chats(self, *, fresh: bool = False) -> None:
        """Ask Telegram for the chats unless they are known and current. One load at a time."""
        async with self._loading:
            if fresh or self.chats.stale:
                await self._loader.load()

    def sealed(self) -> SealedRecord:
        """The next generation of the record, with what the session knows now."""
        self.generation += 1
        identity, key = self.unlocked.identity, bytes(self.unlocked.data_key)
        payload = pack(self.session, self.terms)
        blob = seal_record(key, identity, self.generation, payload, terms=str(self.terms))
        return SealedRecord(identity, self.generation, blob, self.terms.scope, self.terms.keep)

    def listen(self) -> None:
        """Keep the chats current by what Telegram pushes."""
        self.client.on_update = self._updated

    def _updated(self, update: Any) -> None:
        apply_update(self.chats, update)
        alert = alert_in(update)
        if alert is None or (alert.event == "service_notice" and self._is_new()):
            return  # the login that made this session is told of in the same chat
        self.alerted(alert)

    def _is_new(self) -> bool:
        return not self.generation and self._clock() - self._began < _NEW_SECONDS


def pack(session: SealedSession, terms: Terms) -> bytes:
    """Terms stand inside the seal, and are authenticated with it: whoever changes what Redis says of them in clear
    makes the record one that nobody can open.
    """
    return f"{terms}\n".encode() + session.dump()


def unpack(payload: bytes) -> tuple[SealedSession, Terms]:
    head, _, dump = payload.partition(b"\n")
    scope, keep = head.decode().split(" ")
    return SealedSession.load(dump), Terms(cast(Scope, scope), cast(Keep, keep))
