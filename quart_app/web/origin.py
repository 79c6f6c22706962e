"""Which pages may make a browser talk to us: our own, by Origin and Sec-Fetch-Site, and no other."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Protocol

from quart import Quart, request, websocket

from quart_app.web.cookies import carries_our_cookie
from quart_app.web.current import settings
from quart_app.web.problems import Problem

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITES: Final = frozenset({"same-origin", "none"})
"""``none`` is a person's own doing (address bar, bookmark); no page can cause it."""


class Headers(Protocol):
    def getlist(self, key: str) -> list[str]: ...


def origin_allowed(
    headers: Headers, allowed: Collection[str], *, with_cookie: bool, navigation: bool = False
) -> bool:
    """Whether a request may be served that changes something, or opens the socket.

    What a browser says of the origin must be allowed, each line of it. Where it says nothing, a program is asking,
    and that is served only without our cookies: a page of another site can't leave both headers out.
    ``navigation``: following a link to a page to read is allowed from anywhere.
    """
    origins = headers.getlist("Origin")
    sites = headers.getlist("Sec-Fetch-Site")
    if any(origin not in allowed for origin in origins):
        return False
    if not navigation and any(site not in _OWN_SITES for site in sites):
        return False
    return bool(origins or sites) or not with_cookie


def websocket_origin_allowed() -> bool:
    """For the handshake under way; a refusal belongs before accept. A browser names its origin in each."""
    with_cookie = carries_our_cookie(websocket.cookies)
    if with_cookie and "Origin" not in websocket.headers:
        return False
    return origin_allowed(websocket.headers, settings().allowed_origins, with_cookie=with_cookie)


async def check_origin() -> None:
    """Before every request: all that change something, and reads of the API too where a browser names an origin."""
    changes = request.method not in SAFE_METHODS
    if not changes and not request.path.startswith("/api/"):
        return
    allowed = origin_allowed(
        request.headers,
        settings().allowed_origins,
        with_cookie=changes and carries_our_cookie(request.cookies),
        navigation=not changes and request.headers.get("Sec-Fetch-Mode") == "navigate",
    )
    if not allowed:
        raise Problem(403, "origin", "This request does not come from a page of this site.")


def install(app: Quart) -> None:
    app.before_request(check_origin)
