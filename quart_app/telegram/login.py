"""Signing in at Telegram as an explicit state machine: a QR code or a code, then perhaps a password, then a session.

none -> qr_wait ----------------------------> active
  |        `------------> password_needed --> active
  `--> code_sent -----------> password_needed
  `--> email_needed -> code_sent
The state is sealed after each step and kept for ten minutes, so that any worker can go on with it. Raw requests are
used throughout: Telethon's own helper mistakes several of Telegram's answers.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, NoReturn
from uuid import UUID

from telethon import errors as rpc
from telethon import functions, types

from commands import say
from quart_app.telegram.client import ClientFactory
from quart_app.telegram.errors import LoginRefused, SessionExists, in_words
from quart_app.telegram.hand_over import HandOvers
from quart_app.telegram.lease import LeaseHeld, Leases
from quart_app.telegram.live import Terms
from quart_app.telegram.login_email import note_sent_code, send_email_code, verify_email
from quart_app.telegram.login_state import Login, Method
from quart_app.telegram.login_words import refusal, refused, wrong
from quart_app.telegram.logins_under_way import LoginsUnderWay
from quart_app.telegram.new_session import NewSessions
from quart_app.telegram.pool import Pool
from quart_app.telegram.qr_login import QrLogins
from quart_app.telegram.records import RecordStore
from quart_app.telegram.refusals import REFUSALS
from quart_app.telegram.second_step import ask_password, check_password
from quart_app.telegram.state import SessionPhase, SessionState
from quart_app.telegram.vault import Vault, lookup

_RESTARTS: Final = 2
_WRONG_CODE: Final = (
    rpc.PhoneCodeInvalidError,
    rpc.PhoneCodeEmptyError,
    rpc.CodeInvalidError,
    rpc.CodeEmptyError,
)
_COUNTED: Final = (rpc.FloodError, rpc.PhoneNumberFloodError)
"""What Telegram answers to a request that it has counted, though it sent nothing."""


@dataclass(slots=True)
class Asking:
    """Whether a code may have been sent: what stays counted, whatever becomes of the step."""

    maybe_sent: bool = False


class Logins:
    """The steps of logins. Every method raises CommandErrors, LoginRefused above all."""

    def __init__(
        self,
        factory: ClientFactory,
        records: RecordStore,
        leases: Leases,
        vault: Vault,
        pool: Pool,
        hand_overs: HandOvers,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._pool = pool
        self.under_way = LoginsUnderWay(factory, records, leases, vault, hand_overs, clock=clock)
        self.new_sessions = NewSessions(self.under_way, records, vault, pool)
        self._qr = QrLogins(self.under_way, self.new_sessions)

    async def state(self, user_id: UUID, secret: bytes | None) -> SessionState | None:
        """How far this device's login is; None if this device has none under way."""
        if secret is None:
            return None
        login = self.under_way.get(user_id)
        if login is None:
            opened = await self.under_way.sealed(user_id, secret)
            if opened is None:
                return None
            step = opened.step
            if step.phase is not SessionPhase.QR_WAIT:
                return step.shown()
            login = await self._watched(user_id, secret)
            if login is None:
                return step.shown()  # the worker that has it keeps it current
        return login.step.shown() if login.lookup == lookup(secret) else None

    async def _watched(self, user_id: UUID, secret: bytes) -> Login | None:
        """Take up a QR code that nobody keeps current any more; None if somebody does."""
        async with self.under_way.locked(user_id):
            try:
                login = await self.under_way.find(user_id, secret, insist=False)
            except (LeaseHeld, OSError, TimeoutError):
                return None
            if login is not None and login.step.phase is SessionPhase.QR_WAIT:
                self._qr.watch(login)
            return login

    async def start(
        self,
        user_id: UUID,
        phone: str,
        secret: bytes,
        terms: Terms,
        *,
        method: Method = "code",
        asking: Asking | None = None,
    ) -> SessionState:
        """Show a QR code, or have Telegram send a code. A login that was under way is given up."""
        async with self.under_way.locked(user_id):
            with in_words():
                await self.under_way.give_up(user_id)
                if self._pool.get(user_id) is not None:  # opened meanwhile, by another tab
                    raise SessionExists
                login = await self._begun(user_id, phone, secret, method, terms, asking or Asking())
                live = self._pool.get(user_id)
                if live is not None:  # Telegram let it in without any code
                    expires = live.unlocked.identity.expires_at
                    return SessionState(SessionPhase.ACTIVE, expires, terms.scope, terms.keep)
            return login.step.shown()

    async def _begun(
        self, user_id: UUID, phone: str, secret: bytes, method: Method, terms: Terms, asking: Asking
    ) -> Login:
        try:
            login = await self.under_way.begin(user_id, phone, secret, method, terms)
            try:
                if method == "qr":
                    await self._qr.show(login)
                    self._qr.watch(login)
                else:
                    await self._send_code(login, phone, asking)
            except BaseException:
                if self.under_way.holds(login):
                    await self.under_way.over(login)
                raise
        except rpc.RPCError as error:
            if found := refusal(error):
                raise found from error
            raise
        return login

    async def _send_code(self, login: Login, phone: str, asking: Asking) -> None:
        api = self.under_way.factory.api
        request = functions.auth.SendCodeRequest(phone, api.id, api.hash, types.CodeSettings())
        for _ in range(_RESTARTS):
            with contextlib.suppress(rpc.AuthRestartError):
                answer = await _counting(login.client(request), asking)
                break
        else:
            raise refused(REFUSALS["AUTH_RESTART"])
        if isinstance(answer, types.auth.SentCodeSuccess):
            await self.new_sessions.open(login, answer.authorization)
            return
        note_sent_code(login, answer)
        await self.under_way.keep(login)

    async def submit_code(self, user_id: UUID, phone: str, secret: bytes, code: str) -> SessionState:
        async with self.under_way.locked(user_id):
            with in_words():
                login = await self._at(user_id, secret, SessionPhase.CODE_SENT)
                try:
                    answer = await self.under_way.ask(login, _sign_in(login, phone, code))
                except rpc.SessionPasswordNeededError:
                    await ask_password(self.under_way, login)
                    return login.step.shown()
                except _WRONG_CODE:
                    await self._wrong(login, "code")
                return await self.new_sessions.open(login, answer)

    async def submit_password(self, user_id: UUID, secret: bytes, password: str) -> SessionState:
        """The password answers Telegram's question once and is not kept."""
        async with self.under_way.locked(user_id):
            with in_words():
                login = await self._at(user_id, secret, SessionPhase.PASSWORD_NEEDED)
                try:
                    answer = await check_password(self.under_way, login, password)
                except rpc.PasswordHashInvalidError:
                    await self._wrong(login, "password")
                return await self.new_sessions.open(login, answer)

    async def submit_email(
        self, user_id: UUID, phone: str, secret: bytes, address: str, asking: Asking | None = None
    ) -> SessionState:
        """An address to which login codes shall go: Telegram sends a code there first."""
        async with self.under_way.locked(user_id):
            with in_words():
                login = await self._at(user_id, secret, SessionPhase.EMAIL_NEEDED)
                sending = send_email_code(self.under_way, login, phone, address)
                await _counting(sending, asking or Asking())
            return login.step.shown()

    async def prove_email(self, user_id: UUID, phone: str, secret: bytes, code: str) -> SessionState:
        """The code that came to the address; the login code follows it."""
        async with self.under_way.locked(user_id):
            with in_words():
                login = await self._at(user_id, secret, SessionPhase.EMAIL_NEEDED)
                try:
                    await verify_email(self.under_way, login, phone, code)
                except _WRONG_CODE:
                    await self._wrong(login, "code")
            return login.step.shown()

    async def _wrong(self, login: Login, what: Literal["code", "password"]) -> NoReturn:
        """One attempt less; after the last one the login is over."""
        name = "codes_left" if what == "code" else "passwords_left"
        left = getattr(login.step, name) - 1
        if left <= 0:
            await self.under_way.over(login)
        else:
            login.move(**{name: left})
            await self.under_way.keep(login)
        raise wrong(what, left)

    async def resend(
        self, user_id: UUID, phone: str, secret: bytes, asking: Asking | None = None
    ) -> SessionState:
        """Ask for the code in the other way that Telegram has offered."""
        async with self.under_way.locked(user_id):
            with in_words():
                login = await self._at(user_id, secret, SessionPhase.CODE_SENT)
                if login.step.code is None or login.step.code.next is None:
                    raise refused(REFUSALS["SEND_CODE_UNAVAILABLE"])
                request = functions.auth.ResendCodeRequest(phone, login.step.code_hash)
                note_sent_code(login, await _counting(self.under_way.ask(login, request), asking or Asking()))
                await self.under_way.keep(login)
            return login.step.shown()

    async def cancel(self, user_id: UUID) -> bool:
        """Give up whatever login is under way. True if there was one."""
        async with self.under_way.locked(user_id):
            with in_words():
                return await self.under_way.give_up(user_id)

    async def _at(self, user_id: UUID, secret: bytes, phase: SessionPhase) -> Login:
        """This device's login, if it stands at ``phase``; connected."""
        login = await self.under_way.find(user_id, secret)
        if login is None or login.step.phase is not phase:
            said = say("There is no login under way at this step. Start again.")
            raise LoginRefused("no_login", said)
        return login

    async def lost(self, user_ids: tuple[UUID, ...]) -> None:
        """The leases are gone: not a byte more to Telegram."""
        await self.under_way.lost(user_ids)

    async def close(self) -> None:
        """At the stop: disconnect; the sealed states stay for another worker to go on with."""
        await self.under_way.close()


def _sign_in(login: Login, phone: str, code: str) -> Any:
    if login.step.code is not None and login.step.code.sent_to == "email":
        proof = types.EmailVerificationCode(code)
        return functions.auth.SignInRequest(phone, login.step.code_hash, email_verification=proof)
    return functions.auth.SignInRequest(phone, login.step.code_hash, phone_code=code)


async def _counting(sending: Any, asking: Asking) -> Any:
    """Await what may send a code: only a plain refusal shows that none was sent."""
    asking.maybe_sent = True
    try:
        return await sending
    except (rpc.RPCError, LoginRefused) as error:
        cause = error.__cause__ if isinstance(error, LoginRefused) else error
        asking.maybe_sent = isinstance(cause, _COUNTED)
        raise
