"""What every template may use, without asking any store: also for the page that says a store is away."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from quart import Quart, current_app, has_request_context, request

from quart_app.version import VERSION
from quart_app.web.current import known_services, known_sign_in, settings
from quart_app.web.languages import language, languages, translations
from quart_app.web.local_path import local_path

_ASKED: Final = frozenset({"next", "page", "tail"})
"""What our pages are asked by. Whatever else stands in an address, which anybody may have written, is not repeated."""


def registration() -> str:
    """Who may register, as this worker last heard."""
    known = known_services()
    return settings().registration if known is None else known.accounts.policies.registration


def here() -> str:
    """Where choosing a language leads back to: this page with what was asked of it, or the one whose form was sent."""
    if not has_request_context():
        return "/"
    if request.method == "GET" and not request.view_args:
        known = [(name, text) for name, text in request.args.items(multi=True) if name in _ASKED]
        asked = urlencode(known, safe="/?=")
        return local_path(f"{request.path}?{asked}".removesuffix("?")) or local_path(request.path) or "/"
    routes = current_app.create_url_adapter(request)
    path = request.path
    while routes is not None and path:
        if routes.test(path, method="GET") and not routes.match(path, method="GET")[1]:
            return path
        path = path.rpartition("/")[0]
    return "/"


async def page_context() -> dict[str, Any]:
    """``session`` is the Telegram session, given by the pages that show it; never Quart's cookie session."""
    sign_in = known_sign_in()
    chosen = language()
    return {
        "csrf_token": "" if sign_in is None else sign_in.csrf,
        "signed_in": sign_in is not None,
        "phone_tail": "" if sign_in is None else sign_in.phone_tail,
        "demo": settings().demo,
        "registration": registration(),
        "locale": chosen.tag,
        "direction": chosen.direction,
        "languages": languages(),
        "here": here(),
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
    # Newstyle: a sentence with values in it stays one message, and what is put in is escaped.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined] # the extension adds it
        lambda message: translations().gettext(message),
        lambda one, more, n: translations().ngettext(one, more, n),
        newstyle=True,
    )
