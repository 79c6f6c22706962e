"""Text that is translated where it is shown, not where it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeAlias, Union, runtime_checkable

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A gettext message id and the values to put into it."""

    id: str
    plural: str = ""
    n: int = 0
    values: tuple[tuple[str, Filling], ...] = ()
    domain: str = ""
    """Whose catalogue translates it: a distribution's name; nothing for the app's own. Set by the app."""


Said: TypeAlias = Phrase | str
"""A phrase, or a string that is shown as it is."""

Filling: TypeAlias = Union[Phrase, str, int, "tuple[Said, ...]"]
"""What a placeholder may stand for; several are shown with commas between them."""


def say(id: str, **values: Filling) -> Phrase:
    """Mark a message id for translation (``xgettext -k say``)."""
    return Phrase(id, values=tuple(values.items()))


def say_n(id: str, plural: str, n: int = 0, **values: Filling) -> Phrase:
    """The same with a plural form (``xgettext -k say_n:1,2``); ``{n}`` is the number.

    A declaration leaves the number out: whoever shows the phrase has counted.
    """
    return Phrase(id, plural, n, (("n", n), *values.items()))


def counted(said: Said, n: int) -> Phrase:
    """``said`` of ``n`` things: in the form that fits, with the number for ``{n}``."""
    phrase = Phrase(said) if isinstance(said, str) else said
    others = tuple((name, value) for name, value in phrase.values if name != "n")
    return replace(phrase, n=n, values=(("n", n), *others))


class Translations(Protocol):
    """What ``gettext.NullTranslations`` and its kin offer."""

    def gettext(self, message: str, /) -> str: ...
    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str: ...


@runtime_checkable
class Library(Translations, Protocol):
    """Translations that have those of plugins beside them."""

    def of(self, domain: str) -> Translations:
        """The plugin's own, the app's for whatever they lack."""
        ...


def render(said: Said, translations: Translations) -> str:
    """Plain substitution: ``str.format`` would follow attributes in a template from elsewhere."""
    if isinstance(said, str):
        return said
    own = translations.of(said.domain) if said.domain and isinstance(translations, Library) else translations
    text = own.ngettext(said.id, said.plural, said.n) if said.plural else own.gettext(said.id)
    values: Mapping[str, Filling] = dict(said.values)

    def fill(hit: re.Match[str]) -> str:
        value = values.get(hit[1])
        return hit[0] if value is None else _shown(value, translations)

    return _PLACEHOLDER.sub(fill, text)


def _shown(value: Filling, translations: Translations) -> str:
    if isinstance(value, tuple):
        return ", ".join(render(item, translations) for item in value)
    return str(value) if isinstance(value, int) else render(value, translations)
