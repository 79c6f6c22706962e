"""Setting up the second factor and taking it away, the same for the settings page and for the API."""

from __future__ import annotations

from commands import say
from quart_app.accounts.user import User
from quart_app.web.current import current_sign_in, services, settings
from quart_app.web.limits import refuse_over
from quart_app.web.problems import Problem


async def begin(user: User) -> str:
    """The secret in base32, for the authenticator app of ``user``, who has just shown who that is."""
    secret = await services().accounts.second_factors.begin(user.id, epoch=user.epoch)
    if secret is None:
        raise Problem(
            409, "second_factor_on", "This account has a second factor already. Take it away first."
        )
    return secret


async def confirm(code: str) -> list[str]:
    """The recovery codes. Raises ``wrong_second_factor``, ``too_many``."""
    user_id = current_sign_in().user_id
    wait = await services().limits.take("second-factor-confirm", str(user_id), limit=10, seconds=300)
    refuse_over(wait, say("Too many codes were tried. Try again later."))
    codes = await services().accounts.second_factors.confirm(user_id, code)
    if codes is None:
        detail = say(
            "This code isn’t right. Take the one that the app shows now, and check this device’s clock."
        )
        raise Problem(400, "wrong_second_factor", detail)
    await services().audit.record("second_factor_on", user_id)
    return codes


async def new_recovery_codes(user: User) -> list[str]:
    await _needed_on(user)
    codes = await services().accounts.second_factors.new_recovery_codes(user.id)
    await services().audit.record("recovery_codes_made", user.id)
    return codes


async def remove(user: User) -> None:
    """Raises ``second_factor_required`` for an administrator who must have one."""
    await _needed_on(user)
    if user.admin and settings().admin_second_factor == "required":
        detail = say("Administrators of this server must have a second factor.")
        raise Problem(403, "second_factor_required", detail)
    await services().accounts.second_factors.remove(user.id)
    await services().audit.record("second_factor_off", user.id)


async def _needed_on(user: User) -> None:
    if not (await services().accounts.second_factors.of(user.id)).on:
        raise Problem(409, "second_factor_off", "This account has no second factor.")
