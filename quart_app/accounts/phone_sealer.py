"""How a phone is kept: found by a keyed hash, read back only with the pepper, never in clear."""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from quart_app.accounts.errors import UnknownUser
from quart_app.accounts.phones import PhoneNumber

_VERSION: Final = b"\x01"
_NONCE: Final = 12
_PADDED: Final = 16
"""Longer than any E.164 number, so that the sealed length says nothing."""


class PhoneSealer:
    """Keyed lookups and sealed phones under the current pepper, and the previous one during a rotation.

    ``peppers`` maps a pepper's id (1 to 255) to its 32 bytes.
    """

    def __init__(self, peppers: Mapping[int, bytes], current_id: int) -> None:
        self.current_id = current_id
        self._lookup_keys = {
            number: hmac.digest(key, b"tcm/phone-lookup/v1", "sha256") for number, key in peppers.items()
        }
        self._seal_keys = {
            number: hmac.digest(key, b"tcm/phone-seal/v1", "sha256") for number, key in peppers.items()
        }

    def lookup(self, phone: PhoneNumber) -> bytes:
        """The keyed hash (32 bytes) under which the phone is stored now."""
        return hmac.digest(self._lookup_keys[self.current_id], phone.e164.encode(), "sha256")

    def lookups(self, phone: PhoneNumber) -> dict[int, bytes]:
        """By pepper, every hash under which the phone may stand in the database."""
        return {
            number: hmac.digest(key, phone.e164.encode(), "sha256")
            for number, key in self._lookup_keys.items()
        }

    def seal(self, phone: PhoneNumber, user_id: UUID) -> bytes:
        """Encrypt for one user's row; another's row can't open it."""
        nonce = os.urandom(_NONCE)
        padded = phone.e164.encode().ljust(_PADDED)
        cipher = AESGCM(self._seal_keys[self.current_id])
        return _VERSION + nonce + cipher.encrypt(nonce, padded, _bound_to(user_id))

    def open(self, sealed: bytes, user_id: UUID, pepper_id: int) -> PhoneNumber:
        """Raises `UnknownUser` if the pepper is gone or the row was altered."""
        key = self._seal_keys.get(pepper_id)
        if key is None or sealed[:1] != _VERSION:
            raise UnknownUser("the phone of this account can't be read")
        nonce, ciphertext = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            padded = AESGCM(key).decrypt(nonce, ciphertext, _bound_to(user_id))
        except (InvalidTag, ValueError) as error:
            raise UnknownUser("the phone of this account can't be read") from error
        return PhoneNumber(padded.decode().rstrip())


def _bound_to(user_id: UUID) -> bytes:
    return b"tcm/phone/v1" + user_id.bytes
