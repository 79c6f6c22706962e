"""The token that a browser must send along with a change, so that the cookie alone does nothing."""

from __future__ import annotations

import hmac
from typing import Final

from quart import request

from quart_app.accounts.sign_in import SignIn
from quart_app.web.origin import SAFE_METHODS
from quart_app.web.problems import Problem

HEADER: Final = "X-CSRF-Token"
FIELD: Final = "csrf_token"
_FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def csrf_matches(sign_in: SignIn, given: str | None) -> bool:
    """Whether this is the sign-in's own token, in constant time. Bearer tokens need none: no page can send them."""
    if sign_in.kind == "token":
        return True
    return given is not None and hmac.compare_digest(given.encode("utf-8", "replace"), sign_in.csrf.encode())


async def check_csrf(sign_in: SignIn) -> None:
    """For requests that change something; raises the problem ``csrf``."""
    if request.method in SAFE_METHODS or sign_in.kind == "token":
        return
    given = request.headers.get(HEADER)
    if given is None and request.mimetype in _FORMS:
        given = (await request.form).get(FIELD)
    if not csrf_matches(sign_in, given):
        raise Problem(403, "csrf", "This page is out of date. Reload it and try again.")
