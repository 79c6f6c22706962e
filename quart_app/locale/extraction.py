"""Finds every sentence that people see: in Python, in templates and in the browser's scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from quart_app.locale.sentences import ENGLISH, english_sentences

ROOT: Final = Path(__file__).parent.parent.parent
Message: TypeAlias = str | tuple[str, ...]
Found: TypeAlias = tuple[str, Message]
"""Where it stands, and the sentence, or its two forms."""

_PLACES: Final = ("quart_app", "commands", "plugins")
_METHODS: Final = [
    ("**/demo/**", "ignore"),
    ("examples/**", "ignore"),
    ("**/testkit/**", "ignore"),
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2.ext:babel_extract"),
]
_KEYWORDS: Final = {**DEFAULT_KEYWORDS, "say": None, "say_n": (1, 2), "Problem": (3,)}


def extracted() -> Catalog:
    """All of them, each once, with every place where it stands."""
    catalogue = Catalog(project="Telegram Chat Manager", charset="utf-8", fuzzy=False)
    for place, message in [*_from_source(), *_from_scripts()]:
        catalogue.add(message, locations=[(place, 0)])
    return catalogue


def _from_source() -> Iterator[Found]:
    options = {"**/templates/**.html": {"newstyle_gettext": "true", "silent": "false"}}
    for place in _PLACES:
        found = extract_from_dir(
            ROOT / place,
            method_map=_METHODS,
            options_map=options,
            keywords=_KEYWORDS,
            strip_comment_tags=True,
        )
        for file, _, message, _, _ in found:
            yield f"{place}/{Path(file).as_posix()}", message


def _from_scripts() -> Iterator[Found]:
    place = ENGLISH.relative_to(ROOT).as_posix()
    sentences = english_sentences()
    yield from ((place, text) for text in sentences.single.values())
    yield from ((place, pair) for pair in sentences.plural.values())
