"""Signing in at Telegram as an explicit state machine: code, then perhaps a password, then a session.

none -> code_sent -> active
             `-----> password_needed -> active
The state is sealed after each step and kept for ten minutes. Raw requests are used throughout: Telethon's own
helper mistakes several of Telegram's answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final, NoReturn
from uuid import UUID, uuid4

from telethon import errors as rpc
from telethon import functions, types

from commands import say, say_n
from quart_app.storage import keys
from quart_app.storage.errors import StorageUnavailable
from quart_app.telegram.client import ClientFactory, announce, connect, disconnect, log_out
from quart_app.telegram.errors import LoginRefused, SessionExists, in_words
from quart_app.telegram.gate import GatedClient
from quart_app.telegram.lease import Hold, LeaseError, LeaseLost, Leases
from quart_app.telegram.live import Terms, Unlocked, pack
from quart_app.telegram.login_state import Login, Step, belongs, new_identity, open_login
from quart_app.telegram.login_words import no_account, refusal, sent_code
from quart_app.telegram.pool import Pool
from quart_app.telegram.records import RecordStore, SealedRecord
from quart_app.telegram.srp import password_check
from quart_app.telegram.state import SessionPhase, SessionState
from quart_app.telegram.vault import RecordId, Vault, VaultError, lookup, new_data_key, seal_record

log = logging.getLogger(__name__)

_RESTARTS: Final = 2


class Logins:
    """The logins under way in this worker. Every method raises CommandErrors, LoginRefused above all."""

    def __init__(
        self,
        factory: ClientFactory,
        records: RecordStore,
        leases: Leases,
        vault: Vault,
        pool: Pool,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._factory, self._records, self._leases = factory, records, leases
        self._vault, self._pool, self._clock = vault, pool, clock
        self._logins: dict[UUID, Login] = {}
        self._locks: defaultdict[UUID, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tasks: set[asyncio.Task[None]] = set()

    async def state(self, user_id: UUID, secret: bytes | None) -> SessionState | None:
        """How far this device's login is; None if this device has none under way."""
        login = self._logins.get(user_id)
        if login is not None:
            return login.step.shown() if secret and login.lookup == lookup(secret) else None
        sealed = await self._records.read_login(user_id)
        if sealed is None or secret is None or not belongs(sealed, secret):
            return None
        try:
            return open_login(sealed, self._vault, secret, now=self._clock())[1].shown()
        except VaultError:
            return None

    async def start(self, user_id: UUID, phone: str, secret: bytes, terms: Terms) -> SessionState:
        """Ask Telegram for a code. A login that was under way is given up."""
        async with self._locks[user_id]:
            with in_words():
                await self._give_up(user_id)
                if self._pool.get(user_id) is not None:  # opened meanwhile, by another tab
                    raise SessionExists
                login = await self._begin(user_id, phone, secret, terms)
            return login.step.shown()

    async def _begin(self, user_id: UUID, phone: str, secret: bytes, terms: Terms) -> Login:
        identity = new_identity(user_id, self._clock())
        lease = await self._leases.acquire(user_id, fresh_key=True)
        ends = self._clock() + keys.SESSION_SECONDS
        hold = Hold(self._leases, lease)
        client = self._factory.create(self._factory.new_session(), expires_at=ends, hold=hold)
        try:
            await connect(client)
            answer = await self._send_code(client, phone)
            step = Step(SessionPhase.CODE_SENT, answer.phone_code_hash, sent_code(answer), terms)
            data_key = new_data_key()
            slot = self._vault.wrap(secret, data_key, identity)
            login = Login(identity, bytearray(data_key), lookup(secret), slot, step, client, lease)
            await self._records.put_login(login.sealed(), lease)
        except BaseException as error:
            await disconnect(client)
            await self._leases.release(lease)
            if refused := refusal(error):
                raise refused from error
            raise
        self._remember(login)
        return login

    async def _send_code(self, client: GatedClient, phone: str) -> Any:
        api = self._factory.api
        request = functions.auth.SendCodeRequest(phone, api.id, api.hash, types.CodeSettings())
        for attempt in range(_RESTARTS):
            with contextlib.suppress(rpc.AuthRestartError):
                return await client(request)
            if attempt:
                break
        raise LoginRefused(
            "telegram_refused", say("Telegram could not start this login. Try again."), ended=True
        )

    async def submit_code(self, user_id: UUID, phone: str, secret: bytes, code: str) -> SessionState:
        async with self._locks[user_id]:
            login = await self._at(user_id, secret, SessionPhase.CODE_SENT)
            request = functions.auth.SignInRequest(phone, login.step.code_hash, phone_code=code)
            with in_words():
                try:
                    answer = await self._step(login, request)
                except rpc.SessionPasswordNeededError:
                    return await self._ask_password(login)
                except (rpc.PhoneCodeInvalidError, rpc.PhoneCodeEmptyError):
                    await self._wrong_code(login)
                return await self._signed_in(login, secret, answer)

    async def _ask_password(self, login: Login) -> SessionState:
        asked = await login.client(functions.account.GetPasswordRequest())
        login.move(phase=SessionPhase.PASSWORD_NEEDED, hint=asked.hint or None)
        await self._save(login)
        return login.step.shown()

    async def _wrong_code(self, login: Login) -> NoReturn:
        left = login.step.codes_left - 1
        if left <= 0:
            await self._over(login)
            said = say("That was the third wrong code. Start again to get another.")
            raise LoginRefused("code_wrong", said, attempts_left=0, ended=True)
        login.move(codes_left=left)
        await self._save(login)
        said = say_n(
            "This code isn’t right. You have {n} more try.",
            "This code isn’t right. You have {n} more tries.",
            left,
        )
        raise LoginRefused("code_wrong", said, attempts_left=left)

    async def submit_password(self, user_id: UUID, secret: bytes, password: str) -> SessionState:
        """The password answers Telegram's question once and is not kept."""
        async with self._locks[user_id]:
            login = await self._at(user_id, secret, SessionPhase.PASSWORD_NEEDED)
            with in_words():
                try:
                    answer = await self._check_password(login, password)
                except rpc.PasswordHashInvalidError:
                    await self._wrong_password(login)
                return await self._signed_in(login, secret, answer)

    async def _check_password(self, login: Login, password: str) -> Any:
        for attempt in range(_RESTARTS):
            # Asked for anew each time: its parameters run out while somebody types.
            asked = await login.client(functions.account.GetPasswordRequest())
            check = await asyncio.to_thread(password_check, asked, password)
            try:
                return await self._step(login, functions.auth.CheckPasswordRequest(check))
            except rpc.SrpIdInvalidError:
                if attempt:
                    raise
        raise AssertionError("unreachable")

    async def _wrong_password(self, login: Login) -> NoReturn:
        left = login.step.passwords_left - 1
        if left <= 0:
            await self._over(login)
            said = say("That was the fifth wrong password. Start again when you have it.")
            raise LoginRefused("password_wrong", said, attempts_left=0, ended=True)
        login.move(passwords_left=left)
        await self._save(login)
        said = say_n(
            "Telegram says that this password isn’t right. You have {n} more try.",
            "Telegram says that this password isn’t right. You have {n} more tries.",
            left,
        )
        raise LoginRefused("password_wrong", said, attempts_left=left)

    async def resend(self, user_id: UUID, phone: str, secret: bytes) -> SessionState:
        """Ask for the code in the other way that Telegram has offered."""
        async with self._locks[user_id]:
            login = await self._at(user_id, secret, SessionPhase.CODE_SENT)
            if login.step.code.next is None:
                raise LoginRefused("no_other_way", say("Telegram offers no other way to send this code."))
            request = functions.auth.ResendCodeRequest(phone, login.step.code_hash)
            with in_words():
                answer = await self._step(login, request)
                login.move(code_hash=answer.phone_code_hash, code=sent_code(answer))
                await self._save(login)
            return login.step.shown()

    async def cancel(self, user_id: UUID) -> bool:
        """Give up whatever login is under way. True if there was one."""
        async with self._locks[user_id]:
            with in_words():
                return await self._give_up(user_id)

    async def _step(self, login: Login, request: Any) -> Any:
        """One request of the login; what ends the login is cleaned up before it is said."""
        try:
            return await login.client(request)
        except (OSError, asyncio.CancelledError):
            login.unsure = True
            await disconnect(login.client)  # the next step begins with a new connection
            raise
        except rpc.RPCError as error:
            refused = refusal(error)
            if refused is None:
                raise
            if refused.ended:
                await self._over(login)
            raise refused from error

    async def _at(self, user_id: UUID, secret: bytes, phase: SessionPhase) -> Login:
        """This device's login, if it stands at ``phase``; connected."""
        with in_words():
            login = self._logins.get(user_id) or await self._resume(user_id, secret)
            if login is None or login.lookup != lookup(secret) or login.step.phase is not phase:
                said = say("There is no login under way at this step. Start again.")
                raise LoginRefused("no_login", said)
            if not login.client.is_connected():
                await connect(login.client)
        return login

    async def _resume(self, user_id: UUID, secret: bytes) -> Login | None:
        """Go on with a login that another worker, or this one before a restart, has begun."""
        sealed = await self._records.read_login(user_id)
        if sealed is None or not belongs(sealed, secret):
            return None
        try:
            data_key, step, session = open_login(sealed, self._vault, secret, now=self._clock())
        except VaultError:
            return None
        lease = await self._leases.acquire(user_id)
        ends, hold = self._clock() + keys.SESSION_SECONDS, Hold(self._leases, lease)
        client = self._factory.create(session, expires_at=ends, hold=hold)
        login = Login(
            sealed.identity,
            bytearray(data_key),
            sealed.lookup,
            sealed.slot,
            step,
            client,
            lease,
            sealed.generation,
        )
        try:
            await connect(client)
        except BaseException:
            await self._leases.release(lease)
            raise
        self._remember(login)
        return login

    async def _signed_in(self, login: Login, secret: bytes, answer: Any) -> SessionState:
        """The key is logged in: from here on it becomes a session or is logged out again."""
        if not isinstance(answer, types.auth.Authorization):
            await self._over(login)
            raise no_account()
        login.unsure = True
        user_id, expires = login.identity.user_id, int(self._clock()) + keys.SESSION_SECONDS
        identity = RecordId(user_id, uuid4(), expires)
        unlocked = Unlocked(identity, bytearray(new_data_key()))
        terms = login.step.terms
        slots = {lookup(secret): self._vault.wrap(secret, bytes(unlocked.data_key), identity)}
        try:
            await self._store(login, unlocked, slots)
        except (StorageUnavailable, LeaseError):
            await self._over(login)
            raise
        self._forget(login)
        live = self._pool.adopt(unlocked, terms, login.lease, login.client, slots)
        with contextlib.suppress(rpc.RPCError, OSError):
            await login.client._on_login(answer.user)  # updates flow from here on
            await announce(login.client, expires)
        live.touch()
        unlocked.wipe()
        return SessionState(SessionPhase.ACTIVE, expires, terms.scope, terms.keep)

    async def _store(self, login: Login, unlocked: Unlocked, slots: dict[str, bytes]) -> None:
        identity, terms, key = unlocked.identity, login.step.terms, bytes(unlocked.data_key)
        blob = seal_record(key, identity, 0, pack(login.client.session, terms))
        record = SealedRecord(identity, 0, blob, terms.scope, terms.keep)
        ((name, slot),) = slots.items()
        await self._records.create(record, login.lease, lookup=name, slot=slot)
        await self._records.delete_login(identity.user_id)

    async def _save(self, login: Login) -> None:
        if self._logins.get(login.identity.user_id) is not login:  # lost meanwhile: its keys are wiped
            raise LeaseLost("the login has gone to another worker")
        await self._records.put_login(login.sealed(), login.lease)

    def _remember(self, login: Login) -> None:
        self._logins[login.identity.user_id] = login
        left = max(login.identity.expires_at - self._clock(), 0)
        login.timer = asyncio.get_running_loop().call_later(left, self._expire, login)

    def _expire(self, login: Login) -> None:
        task = asyncio.get_running_loop().create_task(self._ran_out(login), name="a login that ran out")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ran_out(self, login: Login) -> None:
        async with self._locks[login.identity.user_id]:
            if self._logins.get(login.identity.user_id) is login:
                await self._over(login)

    def _forget(self, login: Login) -> None:
        if self._logins.get(login.identity.user_id) is login:
            del self._logins[login.identity.user_id]
        if login.timer is not None:
            login.timer.cancel()
        login.data_key[:] = bytes(len(login.data_key))

    async def _over(self, login: Login) -> None:
        self._forget(login)
        if login.unsure:
            await log_out(login.client)
        await disconnect(login.client)
        with contextlib.suppress(StorageUnavailable):
            await self._records.delete_login(login.identity.user_id)
        await self._leases.release(login.lease)

    async def _give_up(self, user_id: UUID) -> bool:
        login = self._logins.get(user_id)
        if login is not None:
            await self._over(login)
            return True
        there = await self._records.read_login(user_id) is not None
        await self._records.delete_login(user_id)
        return there

    async def lost(self, user_ids: tuple[UUID, ...]) -> None:
        """The leases are gone: not a byte more to Telegram. Another worker may go on from what was sealed."""
        for user_id in user_ids:
            if login := self._logins.get(user_id):
                self._forget(login)
                await disconnect(login.client)

    async def close(self) -> None:
        """At the stop: disconnect; the sealed states stay for another worker to go on with."""
        for login in tuple(self._logins.values()):
            if login.unsure:
                await self._over(login)
                continue
            self._forget(login)
            await disconnect(login.client)
            await self._leases.release(login.lease)
