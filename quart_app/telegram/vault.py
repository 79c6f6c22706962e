"""The split-key vault: a Telegram session that opens only with a secret that the server does not keep.

A random data key (DEK) encrypts the record. The DEK is wrapped once per device by a key derived from that
device's secret S (which lives in its cookie or inside its API token) and from the operator's pepper; S and
pepper are both needed. Redis sees ciphertext and a one-way lookup id. User, record, generation and expiry are
authenticated with every ciphertext, so nothing can be swapped, rolled back to another record or prolonged.

VaultError is raised for every failure alike: which check failed is nobody's business.
"""

from __future__ import annotations

import hmac
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MAGIC: Final = b"TGV1"
_NONCE: Final = 12
_SALT: Final = 16
_TAG: Final = 16
_KEY: Final = 32
_PAD: Final = 1024


class VaultError(Exception):
    """What was given does not open this."""


@dataclass(frozen=True, slots=True)
class RecordId:
    """Which ciphertext this is: all of it is authenticated, none of it is secret."""

    user_id: UUID
    record_id: UUID
    expires_at: int
    """Unix seconds, absolute."""

    def _binding(self) -> tuple[bytes, bytes, bytes]:
        return self.user_id.bytes, self.record_id.bytes, struct.pack(">Q", self.expires_at)


def _joined(*parts: bytes) -> bytes:
    """Length-prefixed, hence injective: no two lists of parts give the same bytes."""
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def new_secret() -> bytes:
    return os.urandom(_KEY)


def new_data_key() -> bytes:
    return os.urandom(_KEY)


def lookup(secret: bytes) -> str:
    """One-way name of a secret's slot: 64 hex digits."""
    return HKDF(SHA256(), _KEY, salt=None, info=b"tgv1/lookup").derive(secret).hex()


def pepper_of(slot: bytes) -> int:
    """The id of the pepper that this slot takes; 0 for what is no slot."""
    at = _SALT + len(_MAGIC)
    return slot[at] if len(slot) > at else 0


class Vault:
    """Wraps data keys for devices and seals records. ``peppers`` maps an id of 1 to 255 to 32 bytes."""

    def __init__(self, peppers: Mapping[int, bytes], pepper_id: int) -> None:
        self._peppers, self._pepper_id = dict(peppers), pepper_id

    def wrap(self, secret: bytes, data_key: bytes, identity: RecordId) -> bytes:
        """A slot: this device's way to the data key. Salt (16), magic, pepper id, nonce, ciphertext."""
        salt = os.urandom(_SALT)
        key = self._wrapping_key(secret, self._pepper_id, salt, identity)
        return salt + _seal(key, self._pepper_id, _slot_data(secret, self._pepper_id, identity), data_key)

    def unwrap(self, secret: bytes, slot: bytes, identity: RecordId) -> bytes:
        salt, sealed = slot[:_SALT], slot[_SALT:]
        pepper_id = pepper_of(slot)
        if pepper_id not in self._peppers:
            raise VaultError
        key = self._wrapping_key(secret, pepper_id, salt, identity)
        return _open(key, pepper_id, _slot_data(secret, pepper_id, identity), sealed)

    def _wrapping_key(self, secret: bytes, pepper_id: int, salt: bytes, identity: RecordId) -> bytes:
        # The pepper goes into HKDF's salt: the extracted key is HMAC(f(pepper), S), so both halves are needed.
        user, record, _ = identity._binding()
        extract = hmac.digest(self._peppers[pepper_id], b"tgv1/salt" + salt, "sha256")
        info = _joined(b"tgv1/kek", bytes([pepper_id]), user, record)
        return HKDF(SHA256(), _KEY, salt=extract, info=info).derive(secret)


def seal_record(
    data_key: bytes, identity: RecordId, generation: int, payload: bytes, *, terms: str = ""
) -> bytes:
    """Padded to whole KiB, so that the length of a record says little about its owner. ``terms``: what its owner has
    agreed to, such as view only. They are authenticated, so that whoever says others of it can't open it.
    """
    padded = struct.pack(">I", len(payload)) + payload
    padded += bytes(-len(padded) % _PAD)
    return _seal(data_key, 0, _record_data(identity, generation, terms), padded)


def open_record(
    data_key: bytes, identity: RecordId, generation: int, sealed: bytes, *, now: float, terms: str = ""
) -> bytes:
    if now >= identity.expires_at:
        raise VaultError
    padded = _open(data_key, 0, _record_data(identity, generation, terms), sealed)
    (length,) = struct.unpack_from(">I", padded)
    return padded[4 : 4 + length]


def _slot_data(secret: bytes, pepper_id: int, identity: RecordId) -> bytes:
    user, record, expiry = identity._binding()
    return _joined(b"tgv1/slot", bytes([pepper_id]), user, record, lookup(secret).encode(), expiry)


def _record_data(identity: RecordId, generation: int, terms: str) -> bytes:
    user, record, expiry = identity._binding()
    return _joined(b"tgv1/record", user, record, struct.pack(">Q", generation), expiry, terms.encode())


def _seal(key: bytes, label: int, data: bytes, plain: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return _MAGIC + bytes([label]) + nonce + AESGCM(key).encrypt(nonce, plain, data)


def _open(key: bytes, label: int, data: bytes, sealed: bytes) -> bytes:
    head = _MAGIC + bytes([label])
    start = len(head)
    if len(sealed) < start + _NONCE + _TAG or not sealed.startswith(head):
        raise VaultError
    try:
        return AESGCM(key).decrypt(sealed[start : start + _NONCE], sealed[start + _NONCE :], data)
    except InvalidTag:
        raise VaultError from None
