"""Asking again who it is, before something that matters: the password, and the second factor where there is one."""

from __future__ import annotations

from commands import say
from quart_app.accounts.recovery_codes import looks_like_one
from quart_app.accounts.sign_in import SignIn
from quart_app.accounts.user import User
from quart_app.storage.limits import Take
from quart_app.web.current import current_sign_in, services
from quart_app.web.limits import refuse_over
from quart_app.web.problems import Problem

_HOUR, _DAY = 3_600, 86_400


async def prove(password: str, second_factor: str | None = None, *, password_only: bool = False) -> User:
    """The user who is signed in, if these are theirs.

    Raises ``too_many``, ``wrong_credentials``, ``second_factor_needed`` and ``wrong_second_factor``.
    """
    who = current_sign_in()
    await _limit_attempts(who)
    user = await services().accounts.verify_password(who.user_id, password)
    if user is None:
        await services().audit.record("sign_in_failed", who.user_id, method="password again", device=who.kind)
        raise Problem(401, "wrong_credentials", "The password is not right.")
    if not password_only:
        await check_second_factor(user, second_factor)
    return user


async def check_second_factor(user: User, code: str | None, *, device: str | None = None) -> None:
    """Nothing for who has none. Raises ``second_factor_needed``, ``wrong_second_factor``, ``too_many``."""
    factors = services().accounts.second_factors
    if not (await factors.of(user.id)).on:
        return
    if not code:
        detail = say(
            "This account has a second factor. Add the code of your authenticator app, or a recovery code."
        )
        raise Problem(401, "second_factor_needed", detail)
    if not looks_like_one(code):  # nobody guesses one of those, and nobody is to be kept from using one
        await _limit_codes(user, device)
    method = await factors.check(user.id, code)
    if method is None:
        await services().audit.record("second_factor_failed", user.id)
        raise Problem(401, "wrong_second_factor", "This code isn’t right, or was used before.")
    if method == "recovery code":
        await services().audit.record("recovery_code_used", user.id)


async def _limit_attempts(who: SignIn) -> None:
    """By sign-in: a thief of one must not be able to keep the owner, who has another, from ending it."""
    key = who.digest[:32]
    takes = [
        Take(scope="prove", key=key, limit=5, seconds=60),
        Take(scope="prove-day", key=key, limit=50, seconds=_DAY),
    ]
    refuse_over(
        await services().limits.take_all(takes), say("Too many attempts. Wait a little and try again.")
    )


async def _limit_codes(user: User, device: str | None) -> None:
    """A million codes, three of them right at any time: thirty tries a day find one in a century.

    A browser that has logged in before has tries of its own: whoever knows the password only can't use them up.
    """
    key = str(user.id) if device is None else device
    scope = "second-factor" if device is None else "second-factor-device"
    takes = [
        Take(scope=scope, key=key, limit=5, seconds=300),
        Take(scope=f"{scope}-day", key=key, limit=30, seconds=_DAY),
    ]
    refuse_over(await services().limits.take_all(takes), say("Too many codes were tried. Try again later."))
