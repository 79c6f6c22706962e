"""The HTTP edge: pages, forms, API and socket, and what stands before them. It asks services, never the stores."""

from __future__ import annotations

from typing import Final

from quart import Quart

from quart_app.settings import Settings
from quart_app.web import (
    account_api,
    accounts_api,
    admin,
    admin_acts,
    bodies,
    commands_api,
    context,
    docs_page,
    errors,
    forms,
    headers,
    health,
    host,
    installing,
    language_choice,
    languages,
    limits,
    no_session,
    observing,
    openapi,
    origin,
    pages,
    recovery,
    second_factor_api,
    second_step,
    settings_page,
    sign_in_cookie,
    socket,
    static_files,
    telegram_api,
)

BLUEPRINTS: Final = (
    admin.blueprint,
    admin_acts.blueprint,
    pages.blueprint,
    forms.blueprint,
    second_step.blueprint,
    recovery.blueprint,
    settings_page.blueprint,
    language_choice.blueprint,
    accounts_api.blueprint,
    account_api.blueprint,
    second_factor_api.blueprint,
    telegram_api.blueprint,
    commands_api.blueprint,
    socket.blueprint,
    health.blueprint,
    openapi.blueprint,
    docs_page.blueprint,
    installing.blueprint,
)


def install(app: Quart, settings: Settings) -> None:
    """Give the application its routes and all that guards them. Services join it when it starts to serve."""
    app.extensions["settings"] = settings
    no_session.install(app)
    observing.install(app)
    context.install(app)
    errors.install(app)
    host.install(app)
    # The origin first: what another site's page sends must not use up its victim's limits.
    origin.install(app)
    limits.install(app)
    bodies.install(app)
    sign_in_cookie.install(app, settings)
    openapi.install(app, settings)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    languages.install(app)
    static_files.install(app)
    headers.install(app, settings)
