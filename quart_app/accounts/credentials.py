"""The spelling of session ids and API tokens: random bytes for the holder, a hash for us."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from dataclasses import dataclass, field
from typing import Final

ID_BYTES: Final = 32
SECRET_BYTES: Final = 32
TOKEN_PREFIX: Final = "tcm"  # noqa: S105 (what every token begins with)
_TOKEN = re.compile(r"tcm_([0-9a-f]{8})_([A-Za-z0-9_-]{86})")


def new_id() -> bytes:
    """What the holder of a sign-in knows; 256 random bits."""
    return os.urandom(ID_BYTES)


def digest_of(identifier: bytes) -> str:
    """What we keep of it. The id is random, so a plain hash can't be guessed back."""
    return hashlib.sha256(identifier).hexdigest()


def csrf_token_of(identifier: bytes) -> str:
    """Follows from the cookie's secret: nothing to store, and no way back from it to the cookie."""
    return encode(hmac.digest(identifier, b"tcm/csrf/v1", "sha256"))


def encode(value: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def decode(text: str, length: int) -> bytes | None:
    """The ``length`` bytes that ``text`` spells; ``None`` for any other spelling, so that each value has one only."""
    try:
        value = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error):
        return None
    return value if len(value) == length and encode(value) == text else None


@dataclass(frozen=True, slots=True)
class TokenParts:
    """``tcm_ROUTE_SECRET``: the first half of SECRET identifies, the second is the vault secret, never stored."""

    route: str
    identifier: bytes = field(repr=False)
    vault_secret: bytes = field(repr=False)

    @classmethod
    def new(cls, route: str) -> TokenParts:
        return cls(route, new_id(), os.urandom(SECRET_BYTES))

    @classmethod
    def parse(cls, text: str) -> TokenParts | None:
        """``None`` for anything that was never a token. ROUTE only steers a proxy and is not a claim to check."""
        match = _TOKEN.fullmatch(text)
        secret = decode(match[2], ID_BYTES + SECRET_BYTES) if match else None
        if match is None or secret is None:
            return None
        return cls(match[1], secret[:ID_BYTES], secret[ID_BYTES:])

    def __str__(self) -> str:
        return f"{TOKEN_PREFIX}_{self.route}_{encode(self.identifier + self.vault_secret)}"
