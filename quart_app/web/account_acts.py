"""What people do to their own account, the same for the settings page and for the API."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final
from uuid import UUID

from commands import CommandError
from quart_app.accounts.user import User
from quart_app.web.afterwards import afterwards
from quart_app.web.auth import issue_token, sign_in
from quart_app.web.cookies import clear_vault_cookie, vault_secret
from quart_app.web.current import current_sign_in, services
from quart_app.web.problems import Problem

TELEGRAM_SECONDS: Final = 1.5
"""What an answer waits for Telegram to confirm an end; the end itself goes on."""


async def change_password(user: User, password: str) -> str | None:
    """By ``user``, who has just shown who that is; all else of the account ends. Raises `BadPassword`.

    The browser that asks is logged in anew; a token gets a new one, which is returned.
    """
    await services().accounts.check_new_password(user, password)
    # Before and after: with Redis away nothing changes, and no one is left in whom the old password let in.
    await services().sign_ins.close_all(user.id)
    if not await services().accounts.change_password(user, password):
        raise Problem(409, "changed_meanwhile", "The password was changed by somebody else just now.")
    await services().audit.record("password_changed", user.id)
    await end_everything(user.id, vault_secret())
    return await _in_again(user.id)


async def log_out_everywhere(user: User) -> str | None:
    """Every browser, token and the Telegram session; whoever asks is logged in anew, as above."""
    await services().accounts.end_epoch(user.id)
    await services().audit.record("signed_out_everywhere", user.id)
    await end_everything(user.id, vault_secret())
    return await _in_again(user.id)


async def end_everything(user_id: UUID, secret: bytes | None) -> None:
    """Sign-ins and their sockets first, on every worker; then the Telegram session, which nobody can open any more."""
    await services().sign_ins.close_all(user_id)
    services().downloads.forget(user_id)
    await _end_session(user_id, secret)


async def _end_session(user_id: UUID, secret: bytes | None) -> bool:
    """Whether Telegram has confirmed its end in time."""
    with suppress(CommandError, TimeoutError):
        async with asyncio.timeout(TELEGRAM_SECONDS):
            return await services().telegram.end_everywhere(user_id, secret)
    return False


async def end_device(user_id: UUID, device_id: str) -> bool:
    """One browser or token, with its way to the Telegram session. False if the user has none of that id."""
    device = await services().sign_ins.close_device(user_id, device_id)
    if device is None:
        return False
    if device.slot is not None:
        with suppress(CommandError):
            await services().telegram.forget_device(user_id, device.slot)
    await services().audit.record("device_ended", user_id, device=device.kind)
    return True


async def delete_account(user: User) -> bool:
    """The Telegram session, every sign-in, every row. Whether Telegram has confirmed the end of a session."""
    await services().accounts.end_epoch(user.id)  # no log-in that is under way comes to anything
    ended = await _end_session(user.id, vault_secret())
    await services().sign_ins.close_all(user.id)  # with Redis away the account stays, to be deleted later
    await services().accounts.delete(user.id)
    await end_everything(user.id, None)
    await services().audit.record("account_deleted", None)
    return ended


async def _in_again(user_id: UUID) -> str | None:
    user = await services().accounts.user(user_id)
    if current_sign_in().kind == "browser":
        await sign_in(user)
        afterwards(clear_vault_cookie)
        return None
    return (await issue_token(user, "")).text
