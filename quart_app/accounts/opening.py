"""Puts the accounts together from the settings, and gives their threads back at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis.asyncio import Redis

from quart_app.accounts.accounts import AccountRules, Accounts
from quart_app.accounts.passwords import PRODUCTION_COST, Passwords
from quart_app.accounts.phone_sealer import PhoneSealer
from quart_app.accounts.routing import Routing
from quart_app.accounts.sign_in import SignIns
from quart_app.settings import Settings
from quart_app.storage.database import Database


@contextmanager
def open_accounts(
    settings: Settings, database: Database, *, cost: int = PRODUCTION_COST
) -> Iterator[Accounts]:
    """Accounts as the settings want them. ``cost`` is bcrypt's, for tests."""
    rules = AccountRules(
        settings.registration, demo=settings.demo, any_phone=settings.telegram_dc is not None
    )
    passwords = Passwords(settings.peppers, settings.pepper_id, cost=cost)
    try:
        yield Accounts(database, passwords, PhoneSealer(settings.peppers, settings.pepper_id), rules)
    finally:
        passwords.close()


def sign_ins(settings: Settings, redis: Redis) -> SignIns:
    """Sign-ins whose routing tags follow SECRET_KEY."""
    return SignIns(redis, Routing(settings.secret_key.reveal()))
