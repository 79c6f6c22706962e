"""The chats that carry login codes, and their texts with the codes made unreadable.

Whoever reads such a code owns the account. It is masked in any script and however it is written out; rather a
harmless number too many than a code too few.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Final

SERVICE_CHAT_ID: Final = 777000
"""Telegram itself: its own login codes, and notices of new logins."""
CODE_CHATS: Final = frozenset({SERVICE_CHAT_ID, 489000})
"""Also "Verification Codes", where Telegram delivers the codes of other services."""
MASK: Final = "•"

_FEWEST_DIGITS: Final = 4
_WIDEST_GAP: Final = 3
"""Signs between two digits of one code: dashes, blanks, dots, or what can't be seen."""
_GAPS: Final = frozenset({"Zs", "Zl", "Zp", "Pd", "Pc", "Cf", "Cc", "Mn", "Me"})
_DOTS: Final = frozenset(".·•,*'’")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{10,}")
"""A code for Telegram's web pages: eleven signs, lower and upper case."""
_LONE_TOKEN: Final = re.compile(r"(?m)(?<=^)[A-Za-z0-9_-]{6,}(?=[^\S\n]*$)")


def carries_codes(chat_id: int) -> bool:
    """Whether codes arrive in the chat of this id."""
    return chat_id in CODE_CHATS


def masked(text: str) -> str:
    """``text`` with whatever may be a code replaced by dots. As long as before, so that what points into it fits."""
    return _without_tokens(_without_numbers(text))


def _without_numbers(text: str) -> str:
    signs = list(text)
    run: list[int] = []
    for at, sign in enumerate(text):
        if _is_digit(sign):
            if run and at - run[-1] - 1 > _WIDEST_GAP:
                _hide(signs, run)
                run = []
            run.append(at)
        elif not _is_gap(sign):
            _hide(signs, run)
            run = []
    _hide(signs, run)
    return "".join(signs)


def _hide(signs: list[str], run: list[int]) -> None:
    if len(run) >= _FEWEST_DIGITS:
        for at in run:
            signs[at] = MASK


def _is_digit(sign: str) -> bool:
    return unicodedata.category(sign) in {"Nd", "No"}


def _is_gap(sign: str) -> bool:
    return sign in _DOTS or unicodedata.category(sign) in _GAPS


def _without_tokens(text: str) -> str:
    def hidden(found: re.Match[str]) -> str:
        token = found[0]
        return MASK * len(token) if _looks_random(token) else token

    return _LONE_TOKEN.sub(hidden, _TOKEN.sub(hidden, text))


def _looks_random(token: str) -> bool:
    """A digit among letters, or a capital after a small letter: no word of a sentence has them."""
    has_letter = any(sign.isalpha() for sign in token)
    has_digit = any(sign.isdigit() for sign in token)
    turns = any(a.islower() and b.isupper() for a, b in pairwise(token))
    return has_letter and (has_digit or turns)
