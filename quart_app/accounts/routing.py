"""The routing tag: sends all of one user's requests to one worker, and says nothing about who it is."""

from __future__ import annotations

import hmac
from typing import Final
from uuid import UUID

TAG_LENGTH: Final = 8


class Routing:
    """Tags are a keyed hash of the user id: the same on all devices of a user, not to be guessed from the id."""

    def __init__(self, secret_key: bytes) -> None:
        self._key = hmac.digest(secret_key, b"tcm/routing/v1", "sha256")

    def tag(self, user_id: UUID) -> str:
        """Eight hexadecimal digits."""
        return hmac.digest(self._key, user_id.bytes, "sha256").hex()[:TAG_LENGTH]
