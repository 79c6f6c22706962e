"""Secrets of a user's row, encrypted under a key that follows from the pepper, and for that user alone."""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION: Final = b"\x01"
_NONCE: Final = 12


class SealBroken(Exception):
    """The pepper is gone, or the row was altered or is another's."""


class SecretSealer:
    """``peppers`` maps a pepper's id (1 to 255) to its 32 bytes; ``purpose`` keeps its keys apart from all others."""

    def __init__(self, peppers: Mapping[int, bytes], current_id: int, purpose: bytes) -> None:
        self.current_id, self._purpose = current_id, purpose
        self._keys = {number: hmac.digest(key, purpose, "sha256") for number, key in peppers.items()}

    def seal(self, secret: bytes, user_id: UUID) -> tuple[bytes, int]:
        """The ciphertext, and the id of the pepper that it takes."""
        nonce = os.urandom(_NONCE)
        sealed = AESGCM(self._keys[self.current_id]).encrypt(nonce, secret, self._purpose + user_id.bytes)
        return _VERSION + nonce + sealed, self.current_id

    def open(self, sealed: bytes, user_id: UUID, pepper_id: int) -> bytes:
        """Raises `SealBroken`."""
        key = self._keys.get(pepper_id)
        if key is None or sealed[:1] != _VERSION:
            raise SealBroken
        nonce, ciphertext = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return AESGCM(key).decrypt(nonce, ciphertext, self._purpose + user_id.bytes)
        except (InvalidTag, ValueError) as error:
            raise SealBroken from error
