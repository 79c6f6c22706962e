"""Recovery codes: sixteen letters and digits each, for the day on which the authenticator app is gone."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final
from uuid import UUID

COUNT: Final = 10
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"  # without l, o, 0 and 1, which are misread
_LETTERS: Final = 16
_GROUP: Final = 4


def new_codes() -> list[str]:
    """Ten, of 80 random bits each, so that a plain hash of one can't be guessed back."""
    return [_new_code() for _ in range(COUNT)]


def _new_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LETTERS, _GROUP))


def looks_like_one(text: str) -> bool:
    """Rather than like the six digits of an app."""
    return len(_bare(text)) == _LETTERS


def digest_of(user_id: UUID, code: str) -> bytes:
    """What is kept of it; of another user's code it would be another."""
    bare = _bare(code).encode("utf-8", "surrogatepass")
    return hashlib.sha256(b"tcm/recovery-code/v1" + user_id.bytes + bare).digest()


def _bare(text: str) -> str:
    return "".join(text.split()).replace("-", "").lower()
