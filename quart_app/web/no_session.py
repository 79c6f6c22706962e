"""Switches off the framework's session: what we know of a visitor lies in our own cookies and in Redis."""

from __future__ import annotations

from quart import Quart
from quart.sessions import SecureCookieSessionInterface
from quart.wrappers.base import BaseRequestWebsocket


class NoSession(SecureCookieSessionInterface):
    """None is ever opened: nothing may begin to use one, and from Quart 0.23 on each answer would vary with the cookie,
    static files included, so that a browser would ask for all of them again after a log-in.
    """

    async def open_session(self, _app: Quart, _request: BaseRequestWebsocket) -> None:
        return None


def install(app: Quart) -> None:
    app.session_interface = NoSession()
