"""Registering and logging in with phone and password, the same for forms and API, with their limits."""

from __future__ import annotations

from quart_app.accounts.user import User
from quart_app.web.current import services
from quart_app.web.device_cookie import known_device
from quart_app.web.limits import limit_log_in, limit_registration
from quart_app.web.problems import Problem


async def register(phone_text: str, password: str, invite: str | None) -> None:
    """Raises `AccountError`s and the problem ``too_many``; says nothing of whether the phone was known."""
    accounts = services().accounts
    phone = accounts.parse_phone(phone_text)
    await limit_registration()
    new = await accounts.register(phone, password, invite)
    # A row either way, so that the time tells nothing; for a phone that is known it says whose it is.
    kind = "new" if new else "known phone"
    await services().audit.record("registered", await accounts.account_of(phone), kind=kind)


async def log_in(phone_text: str, password: str) -> User:
    """Whose password it is; the second factor is still to be asked for.

    Raises `BadPhone`, ``too_many``, and one same problem for an unknown phone and a wrong password.
    """
    accounts = services().accounts
    phone = accounts.parse_phone(phone_text)
    await limit_log_in(accounts.phone_key(phone), known_device(phone))
    user = await accounts.authenticate(phone, password)
    if user is None:
        await services().audit.record("sign_in_failed", await accounts.account_of(phone), method="password")
        raise Problem(401, "wrong_credentials", "Phone or password is not right.")
    return user
