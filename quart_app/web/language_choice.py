"""Choosing a language by an ordinary form: signed in or not, with scripts or without."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, cast

from quart import Blueprint, Response, redirect, request
from quart.typing import ResponseReturnValue

from quart_app.web.cookies import set_language_cookie
from quart_app.web.languages import COOKIE, languages
from quart_app.web.limits import PAGES, per_minute
from quart_app.web.local_path import local_path

KEPT: Final = timedelta(days=365)
blueprint: Final = Blueprint("language_choice", __name__)


@blueprint.post("/language")
@per_minute(PAGES)
async def choose() -> ResponseReturnValue:
    """Remembers the language in this browser and goes back to the page it was chosen on."""
    form = await request.form
    response = cast(Response, redirect(local_path(form.get("next")) or "/", 303))
    if form.get("language") in languages():
        set_language_cookie(response, COOKIE, form["language"], kept=KEPT)
    return response
