"""Somebody with a copy of Redis, the database, SECRET_KEY and PEPPER, and with this source: what can they open?"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from quart_app.telegram.vault import RecordId, Vault, VaultError, open_record

KEY: Final = 32
WORDS: Final = (b"", b"tgv1/kek", b"tgv1/lookup", b"vault", b"session")


@dataclass(frozen=True, slots=True)
class Loot:
    """One sealed session as Redis holds it, with its slots."""

    identity: RecordId
    generation: int
    blob: bytes
    slots: tuple[bytes, ...]
    terms: str = ""


class Thief:
    def __init__(self, vault: Vault, loot: Loot) -> None:
        self._vault, self._loot = vault, loot

    def open(self, found: Iterable[bytes], secrets: Iterable[bytes]) -> bytes | None:
        """The session in clear, if anything that was ``found`` or made of it with ``secrets`` opens it."""
        return next(filter(None, map(self._try, keys(found, tuple(secrets)))), None)

    def _try(self, key: bytes) -> bytes | None:
        """As a device's secret, as the data key, and as the key of a plainer lock."""
        for slot in self._loot.slots:
            with suppress(VaultError):
                opened = self._as_data_key(self._vault.unwrap(key, slot, self._loot.identity))
                if opened:
                    return opened
        return self._as_data_key(key) or self._plainly(key)

    def _as_data_key(self, key: bytes) -> bytes | None:
        with suppress(VaultError):
            loot = self._loot
            return open_record(key, loot.identity, loot.generation, loot.blob, now=0, terms=loot.terms)
        return None

    def _plainly(self, key: bytes) -> bytes | None:
        blob = self._loot.blob
        with suppress(InvalidTag, ValueError):
            return AESGCM(key).decrypt(blob[:12], blob[12:], None)
        with suppress(InvalidToken):
            return Fernet(base64.urlsafe_b64encode(key)).decrypt(blob)
        return None


def keys(found: Iterable[bytes], secrets: tuple[bytes, ...]) -> Iterator[bytes]:
    """Every 32 bytes in what was found, as it is or decoded, and what the usual derivations make of each value."""
    seen: set[bytes] = set()
    for value in {decoded for each in found for decoded in readings(each)}:
        windows = (value[start : start + KEY] for start in range(len(value) - KEY + 1))
        for key in (*windows, *derived(value, secrets)):
            if key not in seen:
                seen.add(key)
                yield key


def readings(value: bytes) -> Iterator[bytes]:
    yield value
    with suppress(ValueError):
        yield bytes.fromhex(value.decode())
    with suppress(ValueError, binascii.Error):
        yield base64.urlsafe_b64decode(value + b"=" * (-len(value) % 4))
    with suppress(ValueError, binascii.Error):
        yield base64.b64decode(value + b"=" * (-len(value) % 4), validate=True)


def derived(value: bytes, secrets: tuple[bytes, ...]) -> Iterator[bytes]:
    yield hashlib.sha256(value).digest()
    for secret in secrets:
        yield hmac.digest(secret, value, "sha256")
        yield hmac.digest(value, secret, "sha256")
        yield hashlib.sha256(secret + value).digest()
    for word in WORDS:
        yield hmac.digest(value, word, "sha256")
