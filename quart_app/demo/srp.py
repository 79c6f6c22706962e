"""The server's half of Telegram's two-step password check (SRP): it never sees the password itself."""

from __future__ import annotations

import hmac
import os
import time
from hashlib import sha256
from typing import Any

from telethon import password as telethon_password
from telethon.tl import types as t

from quart_app.demo.diffie_hellman import GENERATOR, GENERATOR_BYTES, PRIME, PRIME_BYTES
from quart_app.demo.errors import RpcError

_MULTIPLIER = int.from_bytes(sha256(PRIME_BYTES + GENERATOR_BYTES).digest(), "big")
LIFETIME = 60.0
"""Seconds that a challenge may be answered."""
_GROUP_DIGEST = bytes(
    a ^ b for a, b in zip(sha256(PRIME_BYTES).digest(), sha256(GENERATOR_BYTES).digest(), strict=True)
)


class SecondFactor:
    """One account's password, as the verifier that Telegram would keep."""

    def __init__(self, password: str, hint: str = "") -> None:
        self.algorithm = new_algorithm()
        self.hint = hint
        exponent = int.from_bytes(telethon_password.compute_hash(self.algorithm, password), "big")
        self._verifier = pow(GENERATOR, exponent, PRIME)
        self._open: dict[int, tuple[int, bytes, float]] = {}

    def challenge(self, now: float | None = None) -> tuple[int, bytes]:
        """A fresh (srp_id, B); only the newest one can be answered, once, and within a minute."""
        secret = int.from_bytes(os.urandom(64), "big")
        public = (_MULTIPLIER * self._verifier + pow(GENERATOR, secret, PRIME)) % PRIME
        challenge_id = int.from_bytes(os.urandom(7), "big")
        expires_at = (time.time() if now is None else now) + LIFETIME
        self._open = {challenge_id: (secret, public.to_bytes(256, "big"), expires_at)}
        return challenge_id, public.to_bytes(256, "big")

    def check(self, answer: Any, now: float | None = None) -> None:
        """Raise RpcError unless ``answer`` (inputCheckPasswordSRP) proves the password."""
        if not isinstance(answer, t.InputCheckPasswordSRP):
            raise RpcError(400, "PASSWORD_HASH_INVALID")
        if answer.srp_id not in self._open:
            raise RpcError(400, "SRP_ID_INVALID")
        secret, public, expires_at = self._open.pop(answer.srp_id)
        if expires_at < (time.time() if now is None else now):
            raise RpcError(400, "SRP_ID_INVALID")
        client = int.from_bytes(answer.A, "big")
        if not 1 < client < PRIME - 1:
            raise RpcError(400, "SRP_A_INVALID")
        client_bytes = client.to_bytes(256, "big")
        scrambler = int.from_bytes(sha256(client_bytes + public).digest(), "big")
        shared = pow(client * pow(self._verifier, scrambler, PRIME), secret, PRIME)
        proof = sha256(
            _GROUP_DIGEST
            + sha256(self.algorithm.salt1).digest()
            + sha256(self.algorithm.salt2).digest()
            + client_bytes
            + public
            + sha256(shared.to_bytes(256, "big")).digest()
        ).digest()
        if not hmac.compare_digest(proof, answer.M1):
            raise RpcError(400, "PASSWORD_HASH_INVALID")


def new_algorithm() -> Any:
    """Parameters with fresh salts."""
    return t.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
        salt1=os.urandom(8), salt2=os.urandom(16), g=GENERATOR, p=PRIME_BYTES
    )
