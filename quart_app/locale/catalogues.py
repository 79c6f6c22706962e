"""The catalogues of a folder, read once: translations for the server and a module of sentences for the browser."""

from __future__ import annotations

import re
from functools import cached_property
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

import orjson
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from quart_app.locale.sentences import Sentences

FOLDER: Final = Path(__file__).parent
SOURCE: Final = "en"
"""The language in which the source is written; it needs no catalogue."""
_PLURAL_RULE: Final = re.compile(r"[n0-9\s()?:%<>=!&|]+")


class CatalogueError(Exception):
    """A catalogue can't be used; the text names its language."""


class Language:
    """One language: its translations, and how it calls itself."""

    def __init__(self, tag: str, catalogue: Catalog | None) -> None:
        self.tag: Final = tag
        self._catalogue = catalogue

    @property
    def own_name(self) -> str:
        return (Locale.parse(self.tag, sep="-").get_display_name() or self.tag).capitalize()

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, for the page."""
        return Locale.parse(self.tag, sep="-").text_direction

    @cached_property
    def translations(self) -> NullTranslations:
        """What is missing or marked as unsure stays in English."""
        if self._catalogue is None:
            return NullTranslations()
        compiled = BytesIO()
        write_mo(compiled, self._catalogue, use_fuzzy=False)
        compiled.seek(0)
        return GNUTranslations(compiled)

    def module(self, english: Sentences) -> bytes:
        """The sentences of the scripts as a module of the same shape as the English one."""
        translate = self.translations
        said = {key: translate.gettext(text) for key, text in english.single.items()}
        forms = {key: self._forms(*pair) for key, pair in english.plural.items()}
        sentences = orjson.dumps({**said, **forms}).decode()
        rule = "n != 1" if self._catalogue is None else self._catalogue.plural_expr
        if not _PLURAL_RULE.fullmatch(rule):
            # It becomes a script: nothing but arithmetic may stand there.
            raise CatalogueError(f"{self.tag}: this plural rule is not understood")
        return f"export const SENTENCES = {sentences};\nexport const form = (n) => Number({rule});\n".encode()

    def _forms(self, one: str, more: str) -> list[str]:
        message = None if self._catalogue is None else self._catalogue.get(one)
        translated = message.string if message is not None and not message.fuzzy else ""
        if isinstance(translated, tuple | list) and all(translated):
            return list(translated)
        return [one] + [more] * ((2 if self._catalogue is None else self._catalogue.num_plurals) - 1)


def read_languages(folder: Path = FOLDER) -> dict[str, Language]:
    """By tag, English first. A folder ``de/LC_MESSAGES/messages.po`` makes a language, nothing else is needed."""
    found = {SOURCE: Language(SOURCE, None)}
    for path in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        tag = path.parent.parent.name.replace("_", "-")
        with path.open("rb") as file:
            found[tag] = Language(tag, read_po(file, locale=tag.replace("-", "_")))
    return found
