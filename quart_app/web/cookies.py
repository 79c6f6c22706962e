"""The names and attributes of our cookies, and the vault's secret that one of them carries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, TypedDict

from quart import Response, has_request_context, request, websocket

from quart_app.accounts.credentials import SECRET_BYTES, decode, encode
from quart_app.web.current import known_sign_in, settings

ROUTE_COOKIE: Final = "tcm_route"
LONGEST: Final = 86_400
"""Seconds; no cookie of ours that says who asks lives longer."""


@dataclass(frozen=True, slots=True)
class CookieNames:
    sign_in: str
    vault: str


_PLAIN: Final = CookieNames("tcm", "tgv")
_SECURE: Final = CookieNames("__Host-tcm", "__Host-tgv")
_ALL: Final = frozenset({_PLAIN.sign_in, _PLAIN.vault, _SECURE.sign_in, _SECURE.vault})


class CookieAttributes(TypedDict):
    path: str
    secure: bool
    httponly: bool
    samesite: Literal["Lax", "Strict"]


def cookie_names(*, secure: bool) -> CookieNames:
    """With the prefix that keeps other hosts of the domain from planting them; browsers ask TLS for it."""
    return _SECURE if secure else _PLAIN


def cookie_attributes(*, secure: bool, strict: bool = False) -> CookieAttributes:
    """For ``set_cookie`` and ``delete_cookie``. Strict for what no link from elsewhere needs: the vault's."""
    return CookieAttributes(path="/", secure=secure, httponly=True, samesite="Strict" if strict else "Lax")


def carries_our_cookie(cookies: Collection[str]) -> bool:
    """Whether a browser signed in here may be asking; valid or not does not matter."""
    return any(name in cookies for name in _ALL)


def vault_secret() -> bytes | None:
    """The 32 bytes that open the asker's slot: a token's own half, or the browser's cookie. ``None``: has none."""
    sign_in = known_sign_in()
    if sign_in is not None and sign_in.kind == "token":
        return sign_in.vault_secret
    cookies = request.cookies if has_request_context() else websocket.cookies
    text = cookies.get(cookie_names(secure=settings().secure_cookies).vault)
    return None if text is None else decode(text, SECRET_BYTES)


def set_vault_cookie(response: Response, secret: bytes, *, max_age: int) -> None:
    """Give the browser its half of the vault, for ``max_age`` seconds, a day at most."""
    secure = settings().secure_cookies
    name = cookie_names(secure=secure).vault
    attributes = cookie_attributes(secure=secure, strict=True)
    response.set_cookie(name, encode(secret), max_age=min(max_age, LONGEST), **attributes)


def clear_vault_cookie(response: Response) -> None:
    secure = settings().secure_cookies
    response.delete_cookie(cookie_names(secure=secure).vault, **cookie_attributes(secure=secure, strict=True))


def set_language_cookie(response: Response, name: str, tag: str, *, kept: timedelta) -> None:
    """A preference: it says nothing about who asks, and outlives a sign-in."""
    response.set_cookie(name, tag, max_age=kept, **cookie_attributes(secure=settings().secure_cookies))


def set_route_cookie(response: Response, tag: str) -> None:
    """Lets a proxy send all of one user's requests to one worker. No secret, and nothing to be read from it."""
    response.set_cookie(
        ROUTE_COOKIE, tag, max_age=LONGEST, **cookie_attributes(secure=settings().secure_cookies)
    )


def clear_route_cookie(response: Response) -> None:
    response.delete_cookie(ROUTE_COOKIE, **cookie_attributes(secure=settings().secure_cookies))
