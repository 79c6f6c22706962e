"""The logins that this worker holds, each with its client, its lease and its sealed copy in Redis."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID

from telethon import errors as rpc
from telethon import types

from quart_app.storage import keys
from quart_app.storage.errors import StorageUnavailable
from quart_app.telegram.client import ClientFactory, connect, disconnect, log_out
from quart_app.telegram.errors import LoginRefused
from quart_app.telegram.hand_over import HandOvers
from quart_app.telegram.lease import Hold, LeaseLost, Leases
from quart_app.telegram.live import Terms
from quart_app.telegram.locks import Locks
from quart_app.telegram.login_state import Login, Method, OpenedLogin, Step, belongs, new_identity, open_login
from quart_app.telegram.login_words import refusal
from quart_app.telegram.records import RecordStore
from quart_app.telegram.state import SessionPhase
from quart_app.telegram.vault import Vault, VaultError, lookup, new_data_key

_NEXT_STEP: Final = (rpc.SessionPasswordNeededError, rpc.SrpIdInvalidError)
"""What is no refusal: the login goes on."""


class LoginsUnderWay:
    """``orphaned`` is called for each login that Telegram may list though it came to nothing."""

    orphaned: Callable[[UUID], None] = staticmethod(lambda _user_id: None)

    def __init__(
        self,
        factory: ClientFactory,
        records: RecordStore,
        leases: Leases,
        vault: Vault,
        hand_overs: HandOvers,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.factory, self._records, self._leases, self._vault = factory, records, leases, vault
        self._hand_overs, self.now = hand_overs, clock
        hand_overs.serve(self)
        self._logins: dict[UUID, Login] = {}
        self.locked = Locks().locked
        """One step of a user's login at a time in this worker."""
        self._tasks: set[asyncio.Task[None]] = set()

    def get(self, user_id: UUID) -> Login | None:
        return self._logins.get(user_id)

    def holds(self, login: Login) -> bool:
        return self._logins.get(login.user_id) is login

    async def begin(self, user_id: UUID, phone: str, secret: bytes, method: Method, terms: Terms) -> Login:
        """Connected with a new key; nothing has been asked of anybody yet. A failure leaves nothing behind."""
        identity = new_identity(user_id, self.now())
        lease = await self._hand_overs.take(user_id, fresh_key=True)
        ends = self.now() + keys.SESSION_SECONDS
        client = self.factory.create(
            self.factory.new_session(), expires_at=ends, hold=Hold(self._leases, lease)
        )
        data_key = new_data_key()
        slot = self._vault.wrap(secret, data_key, identity)
        step = Step(SessionPhase.NONE, terms, method)
        login = Login(identity, bytearray(data_key), bytearray(secret), slot, step, client, lease)
        login.move(phone_mark=login.phone_mark(phone))
        await self._take(login)
        return login

    async def _take(self, login: Login) -> None:
        """Connect and keep; or let go of the lease."""
        self._logins[login.user_id] = login
        try:
            await self.connect(login)
        except BaseException:
            self._forget(login)
            await disconnect(login.client)
            await self._leases.release(login.lease)
            raise
        left = max(login.identity.expires_at - self.now(), 0)
        login.timer = asyncio.get_running_loop().call_later(left, self._expire, login)

    async def connect(self, login: Login) -> None:
        """Unless it is connected."""
        if not login.client.is_connected():
            await connect(login.client)
        login.client.on_update = partial(_pushed, login)
        login.client.on_moved = partial(self.keep, login)

    async def find(self, user_id: UUID, secret: bytes, *, insist: bool = True) -> Login | None:
        """This device's login, connected, wherever it was begun. ``insist``: another worker must hand it over."""
        login = self._logins.get(user_id) or await self._resume(user_id, secret, insist=insist)
        if login is None or login.lookup != lookup(secret):
            return None
        await self.connect(login)
        return login

    async def _resume(self, user_id: UUID, secret: bytes, *, insist: bool) -> Login | None:
        """Go on with a login that another worker, or this one before a restart, has begun."""
        opened = await self.sealed(user_id, secret)
        if opened is None or opened.step.problem is not None:
            return None
        lease = await (self._hand_overs.take if insist else self._leases.acquire)(user_id)
        try:
            # Again, now that the lease is ours: a former holder may have saved until then.
            opened = await self.sealed(user_id, secret)
            if opened is None:
                await self._leases.release(lease)
                return None
        except BaseException:
            await self._leases.release(lease)
            raise
        ends, hold = self.now() + keys.SESSION_SECONDS, Hold(self._leases, lease)
        client = self.factory.create(opened.session, expires_at=ends, hold=hold)
        login = opened.login(secret, client, lease)
        await self._take(login)
        return login

    async def sealed(self, user_id: UUID, secret: bytes) -> OpenedLogin | None:
        """What Redis has of this device's login, opened."""
        found = await self._records.read_login(user_id)
        if found is None or not belongs(found, secret):
            return None
        try:
            return open_login(found, self._vault, secret, now=self.now())
        except VaultError:
            return None

    async def ask(self, login: Login, request: Any) -> Any:
        """One request of the login; what ends the login is cleaned up before it is said."""
        try:
            return await login.client(request)
        except (OSError, asyncio.CancelledError):
            login.unsure = True
            await disconnect(login.client)  # the next step begins with a new connection
            raise
        except _NEXT_STEP:
            raise
        except rpc.RPCError as error:
            refused = refusal(error)
            if refused is None:
                raise
            if refused.ended:
                unseen = login.step.phase is SessionPhase.QR_WAIT  # no request waits for it
                await self.over(login, refused if unseen else None)
            raise refused from error

    async def keep(self, login: Login) -> None:
        """Seal where it stands now. Raises LeaseLost if it has gone to another worker."""
        if not self.holds(login):
            raise LeaseLost("the login has gone to another worker")
        await self._records.put_login(login.sealed(), login.lease)

    async def over(self, login: Login, problem: LoginRefused | None = None) -> None:
        """Nothing of it stays, at Telegram either; but for ``problem``, which its device is to be told."""
        may_be_in = login.unsure or login.step.phase is SessionPhase.QR_WAIT
        left = None
        if problem is not None:
            login.move(phase=SessionPhase.NONE, problem=problem.code)
            left = login.sealed()
        self._forget(login)
        if may_be_in and not await log_out(login.client):
            self.orphaned(login.user_id)
        await disconnect(login.client)
        with contextlib.suppress(StorageUnavailable, LeaseLost):
            if left is None:
                await self._records.delete_login(login.user_id)
            else:
                await self._records.put_login(left, login.lease)
        await self._leases.release(login.lease)

    async def hand_on(self, login: Login) -> None:
        """It has become a session: client and lease are no longer this one's."""
        login.client.on_moved = None
        self._forget(login)
        await self._records.delete_login(login.user_id)

    async def give_up(self, user_id: UUID) -> bool:
        """Whatever login is under way; True if there was one."""
        login = self._logins.get(user_id)
        if login is not None:
            await self.over(login)
            return True
        there = await self._records.read_login(user_id) is not None
        await self._records.delete_login(user_id)
        return there

    def _expire(self, login: Login) -> None:
        task = asyncio.get_running_loop().create_task(self._ran_out(login), name="a login that ran out")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ran_out(self, login: Login) -> None:
        async with self.locked(login.user_id):
            if self.holds(login):
                await self.over(login)

    def _forget(self, login: Login) -> None:
        if self.holds(login):
            del self._logins[login.user_id]
        if login.timer is not None:
            login.timer.cancel()
        if login.watcher is not None and login.watcher is not asyncio.current_task():
            login.watcher.cancel()
        login.wipe()

    async def lost(self, user_ids: tuple[UUID, ...]) -> None:
        """The leases are gone: not a byte more to Telegram. Another worker may go on from what was sealed."""
        for user_id in user_ids:
            if login := self._logins.get(user_id):
                self._forget(login)
                await disconnect(login.client)

    def yields(self, user_id: UUID, asker: str, *, insist: bool) -> bool:
        """Whether another worker gets the login that it asks for: each step of it is sealed."""
        del asker, insist
        return user_id in self._logins

    async def hand_over(self, user_id: UUID) -> None:
        """Disconnect; the sealed state stays, for whoever goes on. What may be a device already is logged out."""
        async with self.locked(user_id):
            login = self._logins.get(user_id)
            if login is None:
                return
            if login.unsure:
                await self.over(login)
                return
            self._forget(login)
            await disconnect(login.client)
            await self._leases.release(login.lease)

    async def close(self) -> None:
        """At the stop."""
        for user_id in tuple(self._logins):
            await self.hand_over(user_id)


def _pushed(login: Login, update: Any) -> None:
    if isinstance(update, types.UpdateLoginToken):
        login.scanned.set()
