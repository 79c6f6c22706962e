"""The language of an answer: the one chosen here before, else the one the browser asks for, else English."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import NullTranslations
from typing import Final, cast

from quart import Quart, current_app, has_request_context, request, websocket
from werkzeug.datastructures import LanguageAccept

from commands.phrases import Phrase, Said, render
from quart_app.locale.catalogues import SOURCE, Language, read_languages

COOKIE: Final = "tcm_language"


def languages() -> Mapping[str, Language]:
    """All that this installation has, by tag."""
    return cast("Mapping[str, Language]", current_app.extensions["languages"])


def language() -> Language:
    """Of whoever asks, over HTTP or at a handshake."""
    asks = request if has_request_context() else websocket
    return best(languages(), asks.cookies.get(COOKIE), asks.accept_languages)


def best(known: Mapping[str, Language], chosen: str | None, wanted: LanguageAccept) -> Language:
    """``de-AT`` is served by ``de``; what nobody here speaks, by English."""
    if chosen is not None and chosen in known:
        return known[chosen]
    by_name = {tag.casefold(): spoken for tag, spoken in known.items()}
    for tag, quality in wanted:
        # Not best_match: it would serve "it-IT, en;q=0.5" in English.
        for name in (tag.casefold(), tag.partition("-")[0].casefold()):
            if quality > 0 and name in by_name:
                return by_name[name]
    return known[SOURCE]


def translations() -> NullTranslations:
    """English where nobody asks, as in a background task."""
    return language().translations if has_request_context() or websocket else NullTranslations()


def worded(said: Said) -> str:
    """A sentence in the language of whoever asks; a plain string is looked up as it stands."""
    return render(Phrase(said) if isinstance(said, str) else said, translations())


def install(app: Quart) -> None:
    app.extensions["languages"] = read_languages()
