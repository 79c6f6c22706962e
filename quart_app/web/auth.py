"""The one guard of the edge: a cookie or a Bearer token counts only while Redis knows its sign-in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import wraps
from typing import Final, ParamSpec, TypeVar, cast
from urllib.parse import urlencode
from uuid import UUID

from quart import Response, g, has_request_context, request, websocket

from commands import CommandError
from quart_app.accounts.sign_in import IssuedToken, SignIn
from quart_app.accounts.user import User
from quart_app.web import sign_in_cookie
from quart_app.web.afterwards import afterwards
from quart_app.web.cookies import clear_vault_cookie, vault_secret
from quart_app.web.csrf import check_csrf
from quart_app.web.current import known_sign_in, services
from quart_app.web.device_cookie import remember_device
from quart_app.web.device_name import device_name
from quart_app.web.problems import Problem

P = ParamSpec("P")
T = TypeVar("T")
GUARD_ATTRIBUTE: Final = "_only_signed_in"
"""Set on views behind the guard, for the test that walks all routes."""
_BEARER: Final = "bearer "


async def find_sign_in() -> SignIn | None:
    """Who asks, by request or by handshake; asked of Redis once for each. Raises `StorageUnavailable`."""
    if "sign_in" not in g:
        g.sign_in = await _recognise()
    return known_sign_in()


async def _recognise() -> SignIn | None:
    """A Bearer token, where one is sent, is what counts; a cookie beside it is not used."""
    token = _bearer_token()
    if token is not None:
        return await services().sign_ins.token(token)
    session_id = sign_in_cookie.presented_id()
    return None if session_id is None else await services().sign_ins.browser(session_id)


def _bearer_token() -> str | None:
    headers = request.headers if has_request_context() else websocket.headers
    authorization = headers.get("Authorization", "")
    scheme, rest = authorization[: len(_BEARER)], authorization[len(_BEARER) :]
    return rest.strip() if scheme.lower() == _BEARER else None


def signed_in(view: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """For the API: 401 ``signed_out`` unless signed in, 403 ``csrf`` for a browser's change without its token."""

    @wraps(view)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        sign_in = await find_sign_in()
        if sign_in is None:
            raise signed_out()
        await check_csrf(sign_in)
        return await view(*args, **kwargs)

    setattr(guarded, GUARD_ATTRIBUTE, True)
    return guarded


def signed_in_page(view: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T | Response]]:
    """For pages: the same, but whoever isn't signed in is sent to log in and comes back."""

    @wraps(view)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> T | Response:
        sign_in = await find_sign_in()
        if sign_in is None:
            return _to_login()
        await check_csrf(sign_in)
        return await view(*args, **kwargs)

    setattr(guarded, GUARD_ATTRIBUTE, True)
    return guarded


def signed_out() -> Problem:
    """What an asker gets whose sign-in has ended or never was; the browser drops its cookie."""
    if _bearer_token() is None:
        sign_in_cookie.take_back()
    headers = {"WWW-Authenticate": "Bearer"}
    return Problem(401, "signed_out", "You are not logged in, or no longer.", headers=headers)


async def sign_in(user: User) -> None:
    """Open a new session for this browser, and end the one it came with: an id never outlives a log-in.

    Raises ``wrong_credentials`` if the account's sign-ins have all been ended since the password was shown.
    """
    previous = await find_sign_in()
    sign_ins = services().sign_ins
    await _leave_others_session(user, previous)
    session_id = await sign_ins.open_browser(user.id, phone_tail=user.phone_tail, name=device_name())
    if not await services().accounts.still(user):
        if opened := await sign_ins.browser(session_id):
            await sign_ins.close(opened)
        raise Problem(401, "wrong_credentials", "Phone or password is not right.")
    if previous is not None and previous.kind == "browser":
        await sign_ins.close(previous)
    sign_in_cookie.hand_out(session_id, sign_ins.routing_tag(user.id))
    await services().audit.record("signed_in", user.id, device="browser")
    phone = await services().accounts.phone_of(user.id)
    afterwards(lambda response: remember_device(response, phone))


async def _leave_others_session(user: User, previous: SignIn | None) -> None:
    """Whoever used this browser before and didn't log out leaves no way to their Telegram session in it."""
    if previous is not None and previous.kind == "token":
        return
    secret = vault_secret()
    if secret is None:
        return
    owners: set[UUID | None] = {None if previous is None else previous.user_id}
    telegram = services().telegram
    with suppress(CommandError):  # a Telegram that is away keeps nobody from logging in
        owners.add(await telegram.owner_of(secret))
        for owner in owners - {None, user.id}:
            await telegram.leave(cast(UUID, owner), secret)
    if user.id not in owners:
        afterwards(clear_vault_cookie)


async def issue_token(user: User, name: str) -> IssuedToken:
    """A new API token. Raises as `sign_in` does."""
    sign_ins = services().sign_ins
    issued = await sign_ins.issue_token(user.id, name, phone_tail=user.phone_tail)
    if not await services().accounts.still(user):
        if opened := await sign_ins.token(issued.text):
            await sign_ins.close(opened)
        raise Problem(401, "wrong_credentials", "Phone or password is not right.")
    await services().audit.record("token_made", user.id)
    return issued


async def sign_out(who: SignIn) -> None:
    """End the sign-in on every worker, its sockets included. A browser's cookies are cleared, not beside a token.

    This device's way to the Telegram session goes with it; if it was the last one, the session ends, at Telegram too.
    """
    secret = vault_secret()
    await services().sign_ins.close(who)
    if who.kind == "token":
        await services().audit.record("token_revoked", who.user_id)
    else:
        await services().audit.record("signed_out", who.user_id)
    services().downloads.forget(who.user_id)
    with suppress(CommandError):  # a Telegram that is away keeps nobody logged in here
        await services().telegram.leave(who.user_id, secret)
    g.sign_in = None
    if who.kind == "browser":
        sign_in_cookie.take_back()
        afterwards(clear_site)


def clear_site(response: Response) -> None:
    """Not "cookies": that would take those of every other site of the domain along."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def _to_login() -> Response:
    sign_in_cookie.take_back()
    query = urlencode({"next": request.full_path.rstrip("?")}) if request.method == "GET" else ""
    return Response(status=303, headers={"Location": f"/login?{query}" if query else "/login"})
