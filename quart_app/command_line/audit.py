"""``admin audit``: who did what when, one line an act, the newest last."""

from __future__ import annotations

import asyncio
from uuid import UUID

from quart_app.accounts.accounts import Accounts
from quart_app.accounts.errors import BadPhone
from quart_app.accounts.opening import open_accounts
from quart_app.command_line.database import database_address
from quart_app.command_line.reading import load_settings
from quart_app.command_line.speech import complain, say
from quart_app.observability.metrics import Metrics
from quart_app.settings import Settings
from quart_app.storage.audit import AuditLog, Entry
from quart_app.storage.database import open_database
from quart_app.storage.migrate import migrate


def run(user: str | None, days: int | None, most: int) -> int:
    """``user``: a phone, or the id that a line shows. 1 if it has no account. Raises SettingsError, EmbeddedError,
    StorageUnavailable.
    """
    return asyncio.run(_show(load_settings(), user, days, most))


async def _show(settings: Settings, user: str | None, days: int | None, most: int) -> int:
    async with database_address(settings) as url, open_database(url, prepare=migrate) as database:
        user_id = None
        if user is not None:
            with open_accounts(settings, database) as accounts:
                user_id = await _account(accounts, user)
            if user_id is None:
                complain("No account has that phone or id.")
                return 1
        log = AuditLog(database, Metrics(), days=settings.audit_days)
        for entry in reversed(await log.entries(user_id, most=most, days=days)):
            say(line(entry))
    return 0


async def _account(accounts: Accounts, text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        pass
    try:
        return await accounts.account_of(accounts.parse_phone(text))
    except BadPhone:
        return None


def line(entry: Entry) -> str:
    """Time, act, account with the end of its phone, and what else is known."""
    who = "-" if entry.user_id is None else f"{entry.user_id} (…{entry.phone_tail})"
    more = " ".join(f"{name}={value}" for name, value in sorted(entry.detail.items()))
    return f"{entry.at:%Y-%m-%d %H:%M:%S} {entry.act:<21} {who} {more}".rstrip()
