"""How alike words are: what was probably meant, and what counts as the same when people search."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_COMMON_ACCENTS: Final = re.compile("[\u0300-\u036f]+")
"""Taken out at once: whoever has thousands of chats searches them at each key."""


def fold(text: str) -> str:
    """``text`` without case and accents."""
    if text.isascii():
        return text.lower()
    plain = _COMMON_ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    if plain.isascii():
        return plain
    return "".join(char for char in plain if not unicodedata.combining(char))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant; case doesn't count."""
    folded = {fold(name): name for name in known}
    found = difflib.get_close_matches(fold(word[:100]), folded, n=1, cutoff=0.5)
    return folded[found[0]] if found else None
