"""The accounts of an installation, put together from its settings: for the app, and for the command line beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from quart_app.accounts.accounts import AccountRules, Accounts
from quart_app.accounts.passwords import Passwords
from quart_app.accounts.phone_sealer import PhoneSealer
from quart_app.accounts.second_factors import SecondFactors
from quart_app.settings import Settings
from quart_app.storage.database import Database


@contextmanager
def open_accounts(settings: Settings, database: Database) -> Iterator[Accounts]:
    """Its threads, which hash passwords, end with the block."""
    passwords = Passwords(settings.peppers, settings.pepper_id)
    rules = AccountRules(
        settings.registration, demo=settings.demo, any_phone=settings.telegram_dc is not None
    )
    phones = PhoneSealer(settings.peppers, settings.pepper_id)
    try:
        factors = SecondFactors(database, settings.peppers, settings.pepper_id)
        yield Accounts(database, passwords, phones, factors, rules)
    finally:
        passwords.close()
