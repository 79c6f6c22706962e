"""What every template may use, without asking any store: also for the page that says a store is away."""

from __future__ import annotations

from typing import Any

from quart import Quart

from quart_app.version import VERSION
from quart_app.web.current import known_sign_in, settings


async def page_context() -> dict[str, Any]:
    """``session`` is the Telegram session, given by the pages that show it; never Quart's cookie session."""
    sign_in = known_sign_in()
    return {
        "csrf_token": "" if sign_in is None else sign_in.csrf,
        "signed_in": sign_in is not None,
        "phone_tail": "" if sign_in is None else sign_in.phone_tail,
        "demo": settings().demo,
        "registration": settings().registration,
        "locale": "en",
        "version": VERSION,
        "session": None,
        "error": "",
        "field": "",
        "notice": "",
        "phone": "",
        "invite": "",
    }


def install(app: Quart) -> None:
    app.context_processor(page_context)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations()  # type: ignore[attr-defined] # the extension adds it
