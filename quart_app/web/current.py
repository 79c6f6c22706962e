"""What the request being served may use: the services that the application was built with, and who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from quart import current_app, g

from quart_app.accounts.sign_in import SignIn
from quart_app.settings import Settings

if TYPE_CHECKING:
    from quart_app.services import Services


def services() -> Services:
    """The services of this application; they exist from the moment it serves."""
    return cast("Services", current_app.extensions["services"])


def known_services() -> Services | None:
    """The same; None while the application is starting."""
    return cast("Services | None", current_app.extensions.get("services"))


def settings() -> Settings:
    """Known from the moment the application is built, before any service is open."""
    return cast(Settings, current_app.extensions["settings"])


def current_sign_in() -> SignIn:
    """Who asks, in a view behind the guard; elsewhere a programming error."""
    sign_in = known_sign_in()
    if sign_in is None:
        raise RuntimeError("this view is not behind the guard")
    return sign_in


def known_sign_in() -> SignIn | None:
    """Who asks, as far as this request has been recognised already."""
    return cast("SignIn | None", g.get("sign_in"))
