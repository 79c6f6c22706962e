"""The two-step password: asked for after a code or a scan, proven without being sent."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from telethon import errors as rpc
from telethon import functions

from quart_app.telegram.login_state import Login
from quart_app.telegram.logins_under_way import LoginsUnderWay
from quart_app.telegram.srp import password_check
from quart_app.telegram.state import SessionPhase

_TRIES: Final = 2


async def ask_password(logins: LoginsUnderWay, login: Login) -> None:
    """The login now waits for the password; its owner's hint is shown."""
    asked = await login.client(functions.account.GetPasswordRequest())
    login.move(phase=SessionPhase.PASSWORD_NEEDED, hint=asked.hint or None, qr=None)
    await logins.keep(login)


async def check_password(logins: LoginsUnderWay, login: Login, password: str) -> Any:
    """Telegram's answer to the right one; PasswordHashInvalidError for a wrong one."""
    for attempt in range(_TRIES):
        # Asked for anew each time: its parameters run out while somebody types.
        asked = await login.client(functions.account.GetPasswordRequest())
        check = await asyncio.to_thread(password_check, asked, password)
        try:
            return await logins.ask(login, functions.auth.CheckPasswordRequest(check))
        except rpc.SrpIdInvalidError:
            if attempt:
                raise
    raise AssertionError("unreachable")
