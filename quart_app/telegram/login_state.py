"""A login under way: what one step must tell the next, sealed like a session so that any worker can go on."""

from __future__ import annotations

import asyncio
import base64
import hmac
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Literal
from uuid import UUID, uuid4

import orjson

from quart_app.storage import keys
from quart_app.telegram.gate import GatedClient
from quart_app.telegram.lease import Lease
from quart_app.telegram.live import Terms
from quart_app.telegram.records import SealedLogin
from quart_app.telegram.refusals import refusal_with
from quart_app.telegram.sealed_session import SealedSession
from quart_app.telegram.state import Problem, QrCode, SentCode, SentEmail, SessionPhase, SessionState
from quart_app.telegram.vault import RecordId, Vault, lookup, open_record, seal_record

CODE_ATTEMPTS: Final = 3
PASSWORD_ATTEMPTS: Final = 5

Method = Literal["code", "qr"]


@dataclass(frozen=True, slots=True)
class Step:
    """Where the login stands. ``phase`` none: it has not begun yet, or ended with a problem to be told."""

    phase: SessionPhase
    terms: Terms
    method: Method = "code"
    phone_mark: str = ""
    """A keyed hash of the phone registered here: whoever scans must have it."""
    code_hash: str = ""
    code: SentCode | None = None
    qr: QrCode | None = None
    email: SentEmail | None = None
    codes_left: int = CODE_ATTEMPTS
    passwords_left: int = PASSWORD_ATTEMPTS
    hint: str | None = None
    problem: str | None = None
    """The code of a refusal."""

    def shown(self) -> SessionState:
        """What belongs to the phase, and nothing from before it."""
        state = SessionState(self.phase, scope=self.terms.scope, keep=self.terms.keep)
        match self.phase:
            case SessionPhase.CODE_SENT:
                return replace(state, code=self.code, attempts_left=self.codes_left)
            case SessionPhase.EMAIL_NEEDED:
                left = None if self.email is None else self.codes_left
                return replace(state, email=self.email, attempts_left=left)
            case SessionPhase.PASSWORD_NEEDED:
                return replace(state, hint=self.hint, attempts_left=self.passwords_left)
            case SessionPhase.QR_WAIT:
                return replace(state, qr=self.qr)
        refusal = refusal_with(self.problem) if self.problem else None
        problem = None if refusal is None else Problem(refusal.code, refusal.said)
        return SessionState(SessionPhase.NONE, problem=problem)


@dataclass(slots=True)
class Login:
    """A login in this worker's memory, with its client."""

    identity: RecordId
    data_key: bytearray = field(repr=False)
    secret: bytearray = field(repr=False)
    """The device's half: a login by QR ends while no request of the device is there to bring it."""
    slot: bytes = field(repr=False)
    step: Step
    client: GatedClient
    lease: Lease
    generation: int = 0
    timer: asyncio.TimerHandle | None = None
    watcher: asyncio.Task[None] | None = None
    scanned: asyncio.Event = field(default_factory=asyncio.Event)
    unsure: bool = False
    """Telegram may have logged the key in: unless it becomes a session, it has to be logged out."""

    @property
    def user_id(self) -> UUID:
        return self.identity.user_id

    @property
    def lookup(self) -> str:
        return lookup(bytes(self.secret))

    def move(self, **changes: Any) -> None:
        self.step = replace(self.step, **changes)

    def phone_mark(self, phone: str) -> str:
        """Of a phone with or without its plus; worth nothing without this login's key."""
        return hmac.digest(bytes(self.data_key), phone.removeprefix("+").encode(), "sha256").hex()

    def sealed(self) -> SealedLogin:
        self.generation += 1
        payload = orjson.dumps(
            {"step": asdict(self.step), "session": base64.b64encode(self.client.session.dump()).decode()}
        )
        blob = seal_record(bytes(self.data_key), self.identity, self.generation, payload)
        return SealedLogin(
            self.identity, self.generation, self.lookup, self.slot, blob, self.step.phase.value
        )

    def wipe(self) -> None:
        """Best effort: Python may have made copies."""
        for key in (self.data_key, self.secret):
            key[:] = bytes(len(key))


def new_identity(user_id: UUID, now: float) -> RecordId:
    return RecordId(user_id, uuid4(), int(now) + keys.LOGIN_SECONDS)


@dataclass(frozen=True, slots=True)
class OpenedLogin:
    """What was sealed, for whoever goes on with it."""

    sealed: SealedLogin
    data_key: bytes = field(repr=False)
    step: Step
    session: SealedSession

    def login(self, secret: bytes, client: GatedClient, lease: Lease) -> Login:
        keys_of_it = bytearray(self.data_key), bytearray(secret)
        return Login(
            self.sealed.identity,
            *keys_of_it,
            self.sealed.slot,
            self.step,
            client,
            lease,
            self.sealed.generation,
        )


def open_login(sealed: SealedLogin, vault: Vault, secret: bytes, *, now: float) -> OpenedLogin:
    """VaultError unless this secret started this login."""
    data_key = vault.unwrap(secret, sealed.slot, sealed.identity)
    payload = orjson.loads(open_record(data_key, sealed.identity, sealed.generation, sealed.blob, now=now))
    fields = payload["step"]
    made = {"code": SentCode, "qr": QrCode, "email": SentEmail, "terms": Terms}
    parts = {name: kind(**fields[name]) for name, kind in made.items() if fields[name] is not None}
    step = Step(**{**fields, **parts, "phase": SessionPhase(fields["phase"])})
    return OpenedLogin(sealed, data_key, step, SealedSession.load(base64.b64decode(payload["session"])))


def belongs(sealed: SealedLogin, secret: bytes | None) -> bool:
    return secret is not None and sealed.lookup == lookup(secret)
