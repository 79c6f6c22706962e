"""What a login becomes once Telegram lets it in: a session, or nothing at all."""

from __future__ import annotations

import contextlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from telethon import errors as rpc
from telethon import types

from quart_app.storage import keys
from quart_app.storage.errors import StorageUnavailable
from quart_app.telegram.client import announce
from quart_app.telegram.lease import LeaseError
from quart_app.telegram.live import Terms, Unlocked, pack
from quart_app.telegram.login_state import Login, Method
from quart_app.telegram.login_words import no_account, other_account
from quart_app.telegram.logins_under_way import LoginsUnderWay
from quart_app.telegram.pool import Pool
from quart_app.telegram.records import RecordStore, SealedRecord
from quart_app.telegram.state import SessionPhase, SessionState
from quart_app.telegram.vault import RecordId, Vault, lookup, new_data_key, seal_record


@dataclass(frozen=True, slots=True)
class Started:
    """A session that has just begun: whose, how they logged in, and until when (Unix seconds)."""

    user_id: UUID
    method: Method
    terms: Terms
    expires_at: int


class NewSessions:
    """``started`` is called with each that begins."""

    started: Callable[[Started], None] = staticmethod(lambda _started: None)

    def __init__(self, logins: LoginsUnderWay, records: RecordStore, vault: Vault, pool: Pool) -> None:
        self._logins, self._records, self._vault, self._pool = logins, records, vault, pool

    async def open(self, login: Login, answer: Any) -> SessionState:
        """The key is logged in: from here on it becomes a session or is logged out again.

        ``answer`` is an auth.Authorization, or whatever else Telegram said. Raises LoginRefused, storage and lease
        errors.
        """
        if not isinstance(answer, types.auth.Authorization):
            await self._logins.over(login)
            raise no_account()
        login.unsure = True
        if not _is_expected(login, answer.user):
            problem = other_account()
            await self._logins.over(login, problem)
            raise problem
        return await self._admit(login, answer.user)

    async def _admit(self, login: Login, user: Any) -> SessionState:
        user_id, expires = login.user_id, int(self._logins.now()) + keys.SESSION_SECONDS
        identity = RecordId(user_id, uuid4(), expires)
        unlocked = Unlocked(identity, bytearray(new_data_key()))
        terms, method, secret = login.step.terms, login.step.method, bytes(login.secret)
        slots = {lookup(secret): self._vault.wrap(secret, bytes(unlocked.data_key), identity)}
        try:
            await self._store(login, unlocked, slots)
        except (StorageUnavailable, LeaseError):
            await self._logins.over(login)
            raise
        live = self._pool.adopt(unlocked, terms, login.lease, login.client, slots)
        with contextlib.suppress(rpc.RPCError, OSError):
            await login.client._on_login(user)  # updates flow from here on
            await announce(login.client, expires)
        live.touch()
        unlocked.wipe()
        self.started(Started(user_id, method, terms, expires))
        return SessionState(SessionPhase.ACTIVE, expires, terms.scope, terms.keep)

    async def _store(self, login: Login, unlocked: Unlocked, slots: dict[str, bytes]) -> None:
        identity, terms, key = unlocked.identity, login.step.terms, bytes(unlocked.data_key)
        blob = seal_record(key, identity, 0, pack(login.client.session, terms), terms=str(terms))
        record = SealedRecord(identity, 0, blob, terms.scope, terms.keep)
        ((name, slot),) = slots.items()
        await self._records.create(record, login.lease, lookup=name, slot=slot)
        await self._logins.hand_on(login)


def _is_expected(login: Login, user: Any) -> bool:
    """Whoever scans a QR code may be anybody; a code goes to the phone that is registered here."""
    phone = getattr(user, "phone", None)
    if not phone:
        return login.step.method == "code"
    return hmac.compare_digest(login.phone_mark(str(phone)), login.step.phone_mark)
