"""The HTTP edge: pages, forms, API and socket, and what stands before them. It asks services, never the stores."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Final

from quart import Quart

from quart_app.settings import Settings
from quart_app.web import context, errors, headers, limits, observing, openapi, origin, sign_in_cookie
from quart_app.web.bodies import LARGEST, SLOWEST

BLUEPRINTS: Final = (
    "pages",
    "forms",
    "accounts_api",
    "health",
    "openapi",
    "docs_page",
    "telegram_api",
    "commands_api",
    "socket",
)


def install(app: Quart, settings: Settings) -> None:
    """Give the application its routes and all that guards them. Services join it when it starts to serve."""
    app.extensions["settings"] = settings
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.config["BODY_TIMEOUT"] = SLOWEST
    observing.install(app)
    context.install(app)
    errors.install(app)
    # The origin first: what another site's page sends must not use up its victim's limits.
    origin.install(app)
    limits.install(app)
    sign_in_cookie.install(app, settings)
    openapi.install(app, settings)
    for name in BLUEPRINTS:
        module = f"{__name__}.{name}"
        if find_spec(module) is not None:
            app.register_blueprint(import_module(module).blueprint)
    headers.install(app, settings)
