"""``admin``: make somebody an administrator, an invite, or help whoever lost a second factor, beside a running app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from quart_app.accounts.accounts import Accounts
from quart_app.accounts.errors import BadPhone
from quart_app.accounts.opening import open_accounts
from quart_app.command_line.database import database_address
from quart_app.command_line.reading import load_settings
from quart_app.command_line.speech import complain, say
from quart_app.observability.metrics import Metrics
from quart_app.settings import Settings
from quart_app.storage.audit import AuditLog
from quart_app.storage.database import open_database
from quart_app.storage.migrate import migrate

OPERATOR: Final = "command line"


def run_grant(phone: str) -> int:
    """1 if the phone is none or has no account. Raises SettingsError, EmbeddedError, StorageUnavailable."""
    return asyncio.run(_grant(load_settings(), phone))


def run_invite() -> int:
    """Raises SettingsError, EmbeddedError, StorageUnavailable."""
    return asyncio.run(_invite(load_settings()))


def run_second_factor_off(phone: str) -> int:
    """1 if the phone is none or has no account. Raises SettingsError, EmbeddedError, StorageUnavailable."""
    return asyncio.run(_second_factor_off(load_settings(), phone))


async def _grant(settings: Settings, text: str) -> int:
    async with _opened(settings) as (accounts, audit):
        user_id = await _account(accounts, text)
        if user_id is None:
            return 1
        await accounts.grant_admin(accounts.parse_phone(text))
        await audit.record("admin_granted", user_id, by=OPERATOR)
    say("Done: that account is an administrator.")
    return 0


async def _second_factor_off(settings: Settings, text: str) -> int:
    """For whoever has lost both the authenticator app and the recovery codes."""
    async with _opened(settings) as (accounts, audit):
        user_id = await _account(accounts, text)
        if user_id is None:
            return 1
        await accounts.second_factors.remove(user_id)
        await audit.record("second_factor_off", user_id, by=OPERATOR)
    say("Done: the password alone logs in to that account.")
    return 0


async def _account(accounts: Accounts, text: str) -> UUID | None:
    """Of a phone; ``None``, after saying why, if there is none."""
    try:
        found = await accounts.account_of(accounts.parse_phone(text))
    except BadPhone:
        complain("That is no phone number; give it with + and the country code.")
        return None
    if found is None:
        complain("No account has that phone; register it first.")
    return found


async def _invite(settings: Settings) -> int:
    async with _opened(settings) as (accounts, audit):
        say(await accounts.create_invite())
        await audit.record("invite_made", None, by=OPERATOR)
    return 0


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Accounts, AuditLog]]:
    async with database_address(settings) as url, open_database(url, prepare=migrate) as database:
        with open_accounts(settings, database) as accounts:
            yield accounts, AuditLog(database, Metrics(), days=settings.audit_days)
