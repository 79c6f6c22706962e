"""The door of this package: what pages, API and terminal may do with one user's Telegram session.

A user is named once, by whoever has checked who is calling; a device proves itself by its secret.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeAlias
from uuid import UUID

from quart_app.telegram.alerts import Alert
from quart_app.telegram.caller import Caller
from quart_app.telegram.departures import Departures
from quart_app.telegram.errors import Moved, SessionExists, SessionLocked, SessionNeeded, in_words
from quart_app.telegram.hand_over import HandOvers
from quart_app.telegram.listeners import Listeners
from quart_app.telegram.live import Terms
from quart_app.telegram.login import Asking, Logins
from quart_app.telegram.login_state import Method
from quart_app.telegram.new_session import Started
from quart_app.telegram.orphans import Orphans
from quart_app.telegram.pool import Evict, Pool
from quart_app.telegram.records import RecordStore
from quart_app.telegram.slots import Slots
from quart_app.telegram.state import SessionPhase, SessionState
from quart_app.telegram.steps import Steps
from quart_app.telegram.vault import Vault, lookup

Unspent: TypeAlias = Callable[[], Awaitable[None]]

_NONE: Final = SessionState(SessionPhase.NONE)


class TelegramSessions:
    """Every method raises CommandErrors: storage_unavailable, telegram_unreachable, moved and those it names."""

    def __init__(
        self,
        records: RecordStore,
        vault: Vault,
        pool: Pool,
        logins: Logins,
        hand_overs: HandOvers,
        orphans: Orphans,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._records, self._pool, self._logins = records, pool, logins
        self._hand_overs, self._orphans, self._steps = hand_overs, orphans, Steps()
        self._slots = Slots(records, vault, pool, clock=clock)
        self._departures = Departures(records, self._slots, pool, logins)
        self._changes, self._alerts = Listeners(), Listeners()
        pool.changed, pool.alerted = self._changes.tell, self._alerts.tell
        pool.ended = self._ended
        self._end_listeners: list[Callable[[UUID, str], None]] = [orphans.note_ended]
        logins.new_sessions.started = self._started
        self._start_listeners: list[Callable[[Started], None]] = []
        logins.under_way.orphaned = orphans.note_left

    async def state(self, user_id: UUID, secret: bytes | None) -> SessionState:
        """For this device: an open session is ``locked`` to a device that has no slot."""
        with in_words():
            record = await self._records.read(user_id)
            if record is None:
                state = await self._logins.state(user_id, secret) or _NONE
                if state.state is SessionPhase.NONE:
                    return replace(state, left_behind=await self._orphans.of(user_id))
                return state
            opened = await self._slots.opened(record, secret)
            phase = SessionPhase.LOCKED if opened is None else SessionPhase.ACTIVE
            if opened is not None:
                opened.wipe()
            return SessionState(phase, record.identity.expires_at, record.scope, record.keep)

    def health(self) -> dict[str, str | int]:
        """For the health check: this worker's view, no one's name."""
        return {"status": "ok" if self._pool.may_connect else "paused", "live": len(self._pool)}

    async def check_free(self, user_id: UUID, *, replace: bool) -> None:
        """SessionExists if a session is open that may not be replaced."""
        with in_words():
            if not replace and await self._records.read(user_id) is not None:
                raise SessionExists

    async def start(
        self,
        user_id: UUID,
        phone: str,
        secret: bytes,
        terms: Terms,
        *,
        old_secret: bytes | None,
        replace: bool,
        method: Method = "code",
        unspent: Unspent | None = None,
    ) -> SessionState:
        """Begin a login. With ``replace`` a session that is open is ended first.

        ``unspent`` is awaited if Telegram has surely sent no code.
        """

        async def begin(asking: Asking) -> SessionState:
            await self.check_free(user_id, replace=replace)
            if replace:
                await self._departures.end(user_id, old_secret, only_if_confirmed=True)
            return await self._logins.start(user_id, phone, secret, terms, method=method, asking=asking)

        return await self._steps.unbroken(_asked(begin, unspent))

    async def submit_email(
        self, user_id: UUID, phone: str, secret: bytes, address: str, *, unspent: Unspent | None = None
    ) -> SessionState:
        """An address for login codes, where Telegram asks for one: a code goes there to prove it."""
        step = partial(self._logins.submit_email, user_id, phone, secret, address)
        return await self._steps.unbroken(_asked(step, unspent))

    async def prove_email(self, user_id: UUID, phone: str, secret: bytes, code: str) -> SessionState:
        return await self._steps.unbroken(self._logins.prove_email(user_id, phone, secret, code))

    async def submit_code(self, user_id: UUID, phone: str, secret: bytes, code: str) -> SessionState:
        return await self._steps.unbroken(self._logins.submit_code(user_id, phone, secret, code))

    async def submit_password(self, user_id: UUID, secret: bytes, password: str) -> SessionState:
        return await self._steps.unbroken(self._logins.submit_password(user_id, secret, password))

    async def resend(
        self, user_id: UUID, phone: str, secret: bytes, *, unspent: Unspent | None = None
    ) -> SessionState:
        step = partial(self._logins.resend, user_id, phone, secret)
        return await self._steps.unbroken(_asked(step, unspent))

    async def unlock(self, user_id: UUID, secret: bytes) -> SessionState:
        """A slot for one more device, whose owner has just given the password. SessionLocked unless live here."""
        with in_words():
            live = self._pool.get(user_id)
            if live is None:
                if await self._pool.is_elsewhere(user_id):
                    raise Moved
                raise SessionLocked if await self._records.read(user_id) else SessionNeeded
            identity = live.unlocked.identity
            if not await self._slots.add(identity, bytes(live.unlocked.data_key), secret):
                raise SessionNeeded
        self._changes.tell(user_id)
        return SessionState(SessionPhase.ACTIVE, identity.expires_at, live.terms.scope, live.terms.keep)

    async def share(self, user_id: UUID, secret: bytes, other: bytes) -> bool:
        """A slot for ``other``, a token made by a device that can open the session. False if it can't."""
        with in_words():
            opened = await self._slots.opened(await self._records.read(user_id), secret)
            if opened is None:
                return False
            data_key = bytes(opened.data_key)
            opened.wipe()
            return await self._slots.add(opened.identity, data_key, other)

    async def end(self, user_id: UUID, secret: bytes | None, *, only_if_confirmed: bool = False) -> bool:
        """Cancel a login, end a session: at Telegram first, then here. True once Telegram has confirmed it.

        ``only_if_confirmed``: a session that could be ended at Telegram stays while that doesn't answer (Unreachable).
        """
        ending = self._departures.end(user_id, secret, only_if_confirmed=only_if_confirmed)
        return await self._steps.unbroken(ending)

    async def leave(self, user_id: UUID, secret: bytes | None) -> None:
        """This device logs out of the app: its slot goes, and with the last slot the session, at Telegram too."""
        if secret is not None:
            await self._steps.unbroken(self._departures.leave(user_id, secret))

    async def owner_of(self, secret: bytes) -> UUID | None:
        """Whose session this device's secret opens."""
        with in_words():
            return await self._records.slot_owner(lookup(secret))

    async def forget_device(self, user_id: UUID, device: str) -> None:
        """Another device of the user, by the one-way name of its secret, is shown out: as if it had left."""
        await self._steps.unbroken(self._departures.show_out(user_id, device))

    async def end_everywhere(self, user_id: UUID, secret: bytes | None) -> bool:
        """No device opens the session from here on, and it ends: at Telegram too where this device, or whichever
        worker has it live, can. True once Telegram has confirmed it.
        """
        return await self._steps.unbroken(self._departures.everywhere(user_id, secret))

    def end_live(self, user_id: UUID) -> None:
        """Another worker says that all of a user's sign-ins are over: so is the session, if it is live here."""
        if self._pool.get(user_id) is not None:
            self._steps.begin(self._departures.live(user_id))

    async def settle(self) -> None:
        """At the stop: wait for the steps that nobody waits for any more."""
        await self._steps.settle()

    async def open(self, user_id: UUID, secret: bytes | None) -> Caller:
        """What one socket or one request holds while it lasts. A session that isn't there shows at its first use."""
        with in_words():
            opened = await self._slots.opened(await self._records.read(user_id), secret)
        device = None if secret is None else lookup(secret)
        state, join = partial(self._state_for, user_id, device), partial(self._slots.joined, user_id, device)
        return Caller(user_id, opened, self._pool, state, join)

    async def _state_for(self, user_id: UUID, device: str | None) -> SessionState:
        """The same as ``state`` for who has kept only the one-way name of its secret."""
        with in_words():
            record = await self._records.read(user_id)
            if record is None:
                return _NONE
            known = device is not None and await self._records.slot(record.identity, device) is not None
        phase = SessionPhase.ACTIVE if known else SessionPhase.LOCKED
        return SessionState(phase, record.identity.expires_at, record.scope, record.keep)

    def listening(self, user_id: UUID, listener: Callable[[], None]) -> AbstractContextManager[None]:
        """``listener`` is called when the state of this user's session has changed in this worker."""
        return self._changes.listening(user_id, listener)

    def hearing_alerts(
        self, user_id: UUID, listener: Callable[[Alert], None]
    ) -> AbstractContextManager[None]:
        """``listener`` is called with what this user should see at once."""
        return self._alerts.listening(user_id, listener)

    def on_hand_over(self, evict: Evict) -> None:
        """``evict`` is awaited before a session goes to another worker."""
        self._pool.evict = evict

    def hear(self, user_id: UUID, event: dict[str, Any]) -> None:
        """What other workers say about a user's session."""
        self._hand_overs.hear(user_id, event)

    def on_end(self, listener: Callable[[UUID, str], None]) -> None:
        """``listener`` is called with user and reason whenever a session is over that this worker has ended."""
        self._end_listeners.append(listener)

    def on_start(self, listener: Callable[[Started], None]) -> None:
        """``listener`` is called with each session that begins in this worker."""
        self._start_listeners.append(listener)

    def _ended(self, user_id: UUID, why: str) -> None:
        for listener in self._end_listeners:
            listener(user_id, why)

    def _started(self, started: Started) -> None:
        self._orphans.note_started(started.user_id, started.expires_at)
        for listener in self._start_listeners:
            listener(started)


async def _asked(step: Callable[[Asking], Awaitable[SessionState]], unspent: Unspent | None) -> SessionState:
    """A step that may make Telegram send a code; what surely came to nothing is said."""
    asking = Asking()
    try:
        return await step(asking)
    finally:
        if unspent is not None and not asking.maybe_sent:
            await unspent()
