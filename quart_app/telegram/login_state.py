"""A login under way: what one step must tell the next, sealed like a session so that any worker can go on."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final
from uuid import UUID, uuid4

import orjson

from quart_app.storage import keys
from quart_app.telegram.gate import GatedClient
from quart_app.telegram.lease import Lease
from quart_app.telegram.live import Terms
from quart_app.telegram.records import SealedLogin
from quart_app.telegram.sealed_session import SealedSession
from quart_app.telegram.state import SentCode, SessionPhase, SessionState
from quart_app.telegram.vault import RecordId, Vault, lookup, open_record, seal_record

CODE_ATTEMPTS: Final = 3
PASSWORD_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Step:
    """Where the login stands."""

    phase: SessionPhase
    code_hash: str
    code: SentCode
    terms: Terms
    codes_left: int = CODE_ATTEMPTS
    passwords_left: int = PASSWORD_ATTEMPTS
    hint: str | None = None

    def shown(self) -> SessionState:
        asked = self.code if self.phase is SessionPhase.CODE_SENT else None
        return SessionState(
            self.phase, scope=self.terms.scope, keep=self.terms.keep, hint=self.hint, code=asked
        )


@dataclass(slots=True)
class Login:
    """A login in this worker's memory, with its connected client."""

    identity: RecordId
    data_key: bytearray = field(repr=False)
    lookup: str
    slot: bytes = field(repr=False)
    step: Step
    client: GatedClient
    lease: Lease
    generation: int = 0
    timer: asyncio.TimerHandle | None = None
    unsure: bool = False
    """Telegram may have logged the key in: unless it becomes a session, it has to be logged out."""

    def move(self, **changes: Any) -> None:
        self.step = replace(self.step, **changes)

    def sealed(self) -> SealedLogin:
        self.generation += 1
        payload = orjson.dumps(
            {"step": asdict(self.step), "session": base64.b64encode(self.client.session.dump()).decode()}
        )
        blob = seal_record(bytes(self.data_key), self.identity, self.generation, payload)
        return SealedLogin(
            self.identity, self.generation, self.lookup, self.slot, blob, self.step.phase.value
        )


def new_identity(user_id: UUID, now: float) -> RecordId:
    return RecordId(user_id, uuid4(), int(now) + keys.LOGIN_SECONDS)


def open_login(
    sealed: SealedLogin, vault: Vault, secret: bytes, *, now: float
) -> tuple[bytes, Step, SealedSession]:
    """VaultError unless this secret started this login."""
    data_key = vault.unwrap(secret, sealed.slot, sealed.identity)
    payload = orjson.loads(open_record(data_key, sealed.identity, sealed.generation, sealed.blob, now=now))
    fields = payload["step"]
    fields["phase"] = SessionPhase(fields["phase"])
    fields["code"] = SentCode(**fields["code"])
    fields["terms"] = Terms(**fields["terms"])
    return data_key, Step(**fields), SealedSession.load(base64.b64decode(payload["session"]))


def belongs(sealed: SealedLogin, secret: bytes | None) -> bool:
    return secret is not None and sealed.lookup == lookup(secret)
