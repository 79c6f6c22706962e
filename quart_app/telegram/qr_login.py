"""Logging in by a QR code: shown, replaced before it runs out, and followed to wherever whoever scans it is at home."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
from typing import Any, Final

from telethon import errors as rpc
from telethon import functions, types

from commands import CommandError
from quart_app.storage.errors import StorageUnavailable
from quart_app.telegram.errors import LoginRefused, translated
from quart_app.telegram.lease import LeaseError
from quart_app.telegram.login_state import Login
from quart_app.telegram.logins_under_way import LoginsUnderWay
from quart_app.telegram.new_session import NewSessions
from quart_app.telegram.second_step import ask_password
from quart_app.telegram.state import QrCode, SessionPhase

EARLY_SECONDS: Final = 3.0
"""Before a code runs out: until another is there, somebody may be pointing a camera at it."""
_SHORTEST_SECONDS: Final = 1.0
_PAUSES: Final = (1.0, 2.0, 4.0, 8.0)
_MOST_MOVES: Final = 3

log = logging.getLogger(__name__)


class QrLogins:
    def __init__(self, logins: LoginsUnderWay, sessions: NewSessions) -> None:
        self._logins, self._sessions = logins, sessions

    async def show(self, login: Login) -> None:
        """A code to scan; whoever has scanned the one before is let in instead. The caller holds the user's lock.

        Raises LoginRefused, what Telegram says, and storage, lease and connection errors.
        """
        login.scanned.clear()
        try:
            answer = await self._token(login)
        except rpc.SessionPasswordNeededError:
            await ask_password(self._logins, login)
            return
        if isinstance(answer, types.auth.LoginTokenSuccess):
            await self._sessions.open(login, answer.authorization)
            return
        login.unsure = False  # it would have let us in
        login.move(phase=SessionPhase.QR_WAIT, qr=_qr_code(answer))
        await self._logins.keep(login)

    async def _token(self, login: Login) -> Any:
        api = self._logins.factory.api
        answer = await self._logins.ask(login, functions.auth.ExportLoginTokenRequest(api.id, api.hash, []))
        for _ in range(_MOST_MOVES):
            if not isinstance(answer, types.auth.LoginTokenMigrateTo):
                break
            await login.client.move(answer.dc_id)
            answer = await self._logins.ask(login, functions.auth.ImportLoginTokenRequest(answer.token))
        return answer

    def watch(self, login: Login) -> None:
        """From now on, until it has become something else: a new code before the last has run out."""
        if login.watcher is None:
            login.watcher = asyncio.create_task(self._watching(login), name="a QR code that waits")

    async def _watching(self, login: Login) -> None:
        failures = 0
        while self._waits(login):
            await self._scanned_or_old(login)
            try:
                async with self._logins.locked(login.user_id):
                    if self._waits(login):
                        await self._logins.connect(login)
                        await self.show(login)
                failures = 0
            except (OSError, TimeoutError, StorageUnavailable, LeaseError):
                await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
                failures += 1
            except Exception as error:  # noqa: BLE001 (nobody waits for it: the page asks, and is to be told)
                await self._failed(login, error)
                return

    def _waits(self, login: Login) -> bool:
        return self._logins.holds(login) and login.step.phase is SessionPhase.QR_WAIT

    async def _scanned_or_old(self, login: Login) -> None:
        left = 0.0 if login.step.qr is None else login.step.qr.expires_at - self._logins.now()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(left - EARLY_SECONDS, _SHORTEST_SECONDS)):
                await login.scanned.wait()

    async def _failed(self, login: Login, error: Exception) -> None:
        said = translated(error)
        if said is None:
            log.error("a QR login failed", exc_info=error)
        if not self._logins.holds(login):
            return  # cleaned up already, with its problem told
        problem = said if isinstance(said, LoginRefused) else _as_refusal(said)
        async with self._logins.locked(login.user_id):
            if self._logins.holds(login):
                await self._logins.over(login, problem)


def _as_refusal(said: CommandError | None) -> LoginRefused | None:
    return None if said is None else LoginRefused(said.code, said.said, ended=True)


def _qr_code(answer: Any) -> QrCode:
    token = base64.urlsafe_b64encode(answer.token).rstrip(b"=").decode()
    return QrCode(f"tg://login?token={token}", int(answer.expires.timestamp()))
