"""What makes the page installable on a phone: its manifest, its worker, and the page shown without a connection."""

from __future__ import annotations

from typing import Final, cast

import orjson
from quart import Blueprint, Response, current_app, render_template
from quart.typing import ResponseReturnValue

from commands import say
from quart_app.web.languages import language, worded
from quart_app.web.limits import PAGES, per_minute
from quart_app.web.static_files import StaticFiles

blueprint: Final = Blueprint("installing", __name__)
_WORKER: Final = "js/service_worker.js"
_ICONS: Final = (
    ("img/icon-192.png", "192x192", "any"),
    ("img/icon-512.png", "512x512", "any"),
    ("img/icon-maskable-512.png", "512x512", "maskable"),
)


def _files() -> StaticFiles:
    return cast(StaticFiles, current_app.extensions["static_files"])


@blueprint.get("/manifest.webmanifest")
@per_minute(PAGES)
async def manifest() -> ResponseReturnValue:
    """Name and icons, in the language of whoever installs it."""
    files, chosen = _files(), language()
    document = {
        "id": "/",
        "name": worded(say("Unofficial Telegram Chat Manager")),
        "short_name": worded(say("Chat Manager")),
        "description": worded(say("Manage your Telegram chats by typing one line.")),
        "lang": chosen.tag,
        "dir": chosen.direction,
        "start_url": "/terminal",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f7f4",
        "theme_color": "#17614a",
        "icons": [
            {"src": files.address(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in _ICONS
        ],
    }
    return Response(orjson.dumps(document), content_type="application/manifest+json")


@blueprint.get("/service-worker.js")
@per_minute(PAGES)
async def worker() -> ResponseReturnValue:
    """At the top, or it could not look after the whole site."""
    file = _files().get(_WORKER)
    if file is None:
        raise FileNotFoundError(_WORKER)
    return Response(file.body, content_type=file.content_type)


@blueprint.get("/offline")
@per_minute(PAGES)
async def offline() -> ResponseReturnValue:
    """Kept by the worker: it asks nobody who they are, so it holds nothing of anybody."""
    return await render_template("offline.html")
