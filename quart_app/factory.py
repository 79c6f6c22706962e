"""Builds the application: reads nothing, opens nothing; that is the lifecycle's, once it serves."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, nullcontext

from quart import Quart

from quart_app import web
from quart_app.lifecycle import open_services
from quart_app.services import Readiness, Services
from quart_app.settings import Settings


def create_app(settings: Settings, *, services: Services | None = None) -> Quart:
    """The app with everything in it. ``services`` that somebody else has opened are used and left open."""
    app = Quart(__name__, static_folder=None)
    app.debug = settings.debug
    app.extensions["settings"] = settings
    readiness = app.extensions["readiness"] = Readiness()
    web.install(app, settings)

    @app.while_serving
    async def serving() -> AsyncGenerator[None, None]:
        opening: AbstractAsyncContextManager[Services] = (
            open_services(settings) if services is None else nullcontext(services)
        )
        async with opening as opened:
            app.extensions["services"] = opened
            readiness.ready = True
            yield
            readiness.ready = False

    return app
