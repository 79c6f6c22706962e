"""How a client and the data centre agree on an authorization key: p and q, RSA, Diffie-Hellman.

Both ways to encrypt the inner data are accepted: the old one (SHA-1 and random padding, which Telethon
uses) and RSA_PAD; temporary keys as well. See https://core.telegram.org/mtproto/auth_key.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha1, sha256
from typing import Any

from telethon import helpers
from telethon.crypto import AES, AuthKey
from telethon.extensions import BinaryReader
from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.authorization import AuthorizationKey, AuthorizationKeys
from quart_app.demo.diffie_hellman import GENERATOR, PRIME, PRIME_BYTES, acceptable
from quart_app.demo.errors import WRONG_DATA_CENTRE, ProtocolError
from quart_app.demo.rsa_key import RsaKey

# Clients factor the product in pure Python: Telegram's own size costs 30 ms, this one 6 ms. Telethon fails once in a
# thousand with primes of 20 bits, which these are not. It reads a signed number: the first byte stays below 0x80.
_P, _Q = 151124257, 221856007
_PQ_BYTES = (_P * _Q).to_bytes(7, "big")


@dataclass(slots=True)
class _Step:
    """What one exchange has settled so far."""

    nonce: int
    new_nonce: int = 0
    secret: int = 0
    temporary: bool = False
    expires_at: float = 0.0
    salt: int = 0
    aes: tuple[bytes, bytes] | None = None


class KeyExchange:
    """The server's side for one connection; keys that come out are put into ``keys``."""

    def __init__(
        self, rsa_key: RsaKey, data_centre_id: int, keys: AuthorizationKeys, clock: Callable[[], float]
    ) -> None:
        self._rsa_key = rsa_key
        self._data_centre_id = data_centre_id
        self._keys = keys
        self._clock = clock
        self._steps: dict[int, _Step] = {}

    def answer(self, query: Any) -> Any:
        """The TL object to send back, or None where only -404 can be said; ProtocolError -444."""
        if isinstance(query, fn.ReqPqMultiRequest | fn.ReqPqRequest):
            return self._begin(query)
        step = self._steps.get(getattr(query, "server_nonce", 0))
        if step is None or step.nonce != query.nonce:
            return None
        if isinstance(query, fn.ReqDHParamsRequest):
            return self._parameters(query, step)
        if isinstance(query, fn.SetClientDHParamsRequest) and step.aes is not None:
            return self._finish(query, step, step.aes)
        return None

    def _begin(self, query: Any) -> Any:
        server_nonce = int.from_bytes(os.urandom(16), "little", signed=True)
        self._steps = {server_nonce: _Step(query.nonce)}
        return t.ResPQ(query.nonce, server_nonce, _PQ_BYTES, [self._rsa_key.fingerprint])

    def _parameters(self, query: Any, step: _Step) -> Any:
        if query.public_key_fingerprint != self._rsa_key.fingerprint or len(query.encrypted_data) != 256:
            return None
        inner = _inner_data(self._rsa_key.decrypt(query.encrypted_data))
        if inner is None or not self._honest(inner, query):
            return None
        # Clients of test data centres add 10,000, those of media data centres change the sign.
        if abs(getattr(inner, "dc", self._data_centre_id)) % 10_000 != self._data_centre_id:
            raise ProtocolError("a key for another data centre", WRONG_DATA_CENTRE)
        step.new_nonce = inner.new_nonce
        step.secret = int.from_bytes(os.urandom(64), "big")
        step.temporary = isinstance(inner, t.PQInnerDataTemp | t.PQInnerDataTempDc)
        step.expires_at = self._keys.clock() + inner.expires_in if step.temporary else 0.0
        step.salt = _first_salt(inner.new_nonce, query.server_nonce)
        step.aes = helpers.generate_key_data_from_nonce(query.server_nonce, inner.new_nonce)
        public = pow(GENERATOR, step.secret, PRIME).to_bytes(256, "big")
        data = bytes(
            t.ServerDHInnerData(
                query.nonce, query.server_nonce, GENERATOR, PRIME_BYTES, public, int(self._clock())
            )
        )
        data = sha1(data, usedforsecurity=False).digest() + data
        data += os.urandom(-len(data) % 16)
        return t.ServerDHParamsOk(query.nonce, query.server_nonce, AES.encrypt_ige(data, *step.aes))

    def _honest(self, inner: Any, query: Any) -> bool:
        return (
            inner.nonce == query.nonce
            and inner.server_nonce == query.server_nonce
            and (inner.p, inner.q) == (query.p, query.q)
            and {int.from_bytes(inner.p, "big"), int.from_bytes(inner.q, "big")} == {_P, _Q}
        )

    def _finish(self, query: Any, step: _Step, aes: tuple[bytes, bytes]) -> Any:
        public = _client_public(query, aes)
        if public is None or not acceptable(public):
            return None
        # Telethon does not pad the shared key on the left. One that starts with a zero byte would get another
        # id on each side, so such an exchange is repeated (1 time in 256).
        agreed = AuthKey(pow(public, step.secret, PRIME).to_bytes(256, "big"))
        if agreed.key[0] == 0 or agreed.key_id in self._keys:
            return t.DhGenRetry(
                query.nonce, query.server_nonce, agreed.calc_new_nonce_hash(step.new_nonce, 2)
            )
        now = self._clock()
        self._keys.add(
            AuthorizationKey(
                key=agreed.key,
                id=agreed.key_id,
                salt=step.salt,
                salt_from=now,
                created_at=now,
                temporary=step.temporary,
                expires_at=step.expires_at,
                data_centre_id=self._data_centre_id,
            )
        )
        self._steps.clear()
        return t.DhGenOk(query.nonce, query.server_nonce, agreed.calc_new_nonce_hash(step.new_nonce, 1))


def _first_salt(new_nonce: int, server_nonce: int) -> int:
    first = new_nonce.to_bytes(32, "little", signed=True)[:8]
    second = server_nonce.to_bytes(16, "little", signed=True)[:8]
    return int.from_bytes(bytes(a ^ b for a, b in zip(first, second, strict=True)), "little", signed=True)


def _client_public(query: Any, aes: tuple[bytes, bytes]) -> int | None:
    if not query.encrypted_data or len(query.encrypted_data) % 16:
        return None
    plain = AES.decrypt_ige(query.encrypted_data, *aes)
    inner, used = _read(plain[20:])
    digest = sha1(plain[20 : 20 + used], usedforsecurity=False).digest()
    if not hmac.compare_digest(digest, plain[:20]) or not isinstance(inner, t.ClientDHInnerData):
        return None
    if (inner.nonce, inner.server_nonce) != (query.nonce, query.server_nonce):
        return None
    return int.from_bytes(inner.g_b, "big")


def _inner_data(plain: bytes) -> Any:
    """RSA_PAD first, then the old way; None when neither fits."""
    mask = bytes(a ^ b for a, b in zip(plain[:32], sha256(plain[32:]).digest(), strict=True))
    padded = AES.decrypt_ige(plain[32:], mask, bytes(32))
    data = padded[:192][::-1]
    if hmac.compare_digest(sha256(mask + data).digest(), padded[192:]):
        return _read(data)[0]
    inner, used = _read(plain[21:])
    digest = sha1(plain[21 : 21 + used], usedforsecurity=False).digest()
    return inner if hmac.compare_digest(digest, plain[1:21]) else None


def _read(data: bytes) -> tuple[Any, int]:
    """The object that ``data`` begins with and its length; None where there is none."""
    with BinaryReader(data) as reader:
        try:
            return reader.tgread_object(), reader.tell_position()
        except Exception:  # noqa: BLE001 (generated code fails in many ways on what is no TL)
            return None, 0
