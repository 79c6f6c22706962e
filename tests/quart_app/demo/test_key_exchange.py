"""Agreeing on a key: each transport, both paddings, temporary keys, and answers that no honest client gives."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from hashlib import sha1, sha256
from typing import Any

import pytest
from telethon import functions as fn
from telethon import helpers
from telethon import types as t
from telethon.crypto import AES
from telethon.crypto import rsa as telethon_rsa
from telethon.extensions import BinaryReader
from telethon.network import (
    ConnectionTcpAbridged,
    ConnectionTcpFull,
    ConnectionTcpIntermediate,
    ConnectionTcpObfuscated,
)

from quart_app.demo import RsaKey
from quart_app.demo.authorization import AuthorizationKey, AuthorizationKeys
from quart_app.demo.diffie_hellman import GENERATOR, PRIME, acceptable
from quart_app.demo.errors import ProtocolError
from quart_app.demo.key_exchange import KeyExchange

TRANSPORTS = [ConnectionTcpFull, ConnectionTcpAbridged, ConnectionTcpIntermediate, ConnectionTcpObfuscated]
P, Q = (151124257).to_bytes(4, "big"), (221856007).to_bytes(4, "big")


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_each_transport(new_client: Any, transport: Any) -> None:
    client = new_client(connection=transport)
    await client.connect()
    assert (await client(fn.help.GetNearestDcRequest())).this_dc == 2


def number(size: int) -> int:
    return int.from_bytes(os.urandom(size), "little", signed=True)


def old_padding(key: RsaKey, data: bytes) -> bytes:
    encrypted = telethon_rsa.encrypt(key.fingerprint, data)
    assert encrypted is not None
    return bytes(encrypted)


def rsa_pad(key: RsaKey, data: bytes) -> bytes:
    """https://core.telegram.org/mtproto/auth_key#41-rsa-paddata-server-public-key-mentioned-above-is-implemented-as-follows"""
    modulus, exponent = public_numbers(key)
    padded = data + os.urandom(192 - len(data))
    while True:
        mask = os.urandom(32)
        encrypted = AES.encrypt_ige(padded[::-1] + sha256(mask + padded).digest(), mask, bytes(32))
        whole = bytes(a ^ b for a, b in zip(mask, sha256(encrypted).digest(), strict=True)) + encrypted
        if int.from_bytes(whole, "big") < modulus:
            return pow(int.from_bytes(whole, "big"), exponent, modulus).to_bytes(256, "big")


def public_numbers(key: RsaKey) -> tuple[int, int]:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    loaded = load_pem_public_key(key.public_pem.encode())
    assert isinstance(loaded, RSAPublicKey)
    return loaded.public_numbers().n, loaded.public_numbers().e


class Client:
    """The client's side, written out so that single steps can be spoilt."""

    def __init__(self, key: RsaKey, pad: Callable[[RsaKey, bytes], bytes] = old_padding) -> None:
        self.keys = AuthorizationKeys(time.time)
        self.exchange = KeyExchange(key, 2, self.keys, time.time)
        self.key, self.pad = key, pad
        self.nonce, self.new_nonce = number(16), number(32)
        self.server_nonce = self.exchange.answer(fn.ReqPqMultiRequest(self.nonce)).server_nonce

    def inner(self, kind: Any = t.PQInnerData, **options: Any) -> bytes:
        fields = {"nonce": self.nonce, "server_nonce": self.server_nonce, "new_nonce": self.new_nonce}
        product = (151124257 * 221856007).to_bytes(7, "big")
        return bytes(kind(**{"pq": product, "p": P, "q": Q, **fields, **options}))

    def parameters(self, inner: bytes, fingerprint: int | None = None) -> Any:
        encrypted = self.pad(self.key, inner)
        known = self.key.fingerprint if fingerprint is None else fingerprint
        return self.exchange.answer(
            fn.ReqDHParamsRequest(self.nonce, self.server_nonce, P, Q, known, encrypted)
        )

    def their_public(self, parameters: Any) -> int:
        aes = helpers.generate_key_data_from_nonce(self.server_nonce, self.new_nonce)
        with BinaryReader(AES.decrypt_ige(parameters.encrypted_answer, *aes)[20:]) as reader:
            answer = reader.tgread_object()
        assert int.from_bytes(answer.dh_prime, "big") == PRIME
        return int.from_bytes(answer.g_a, "big")

    def finish(
        self, parameters: Any, *, public: int | None = None, secret: int | None = None, spoil: bytes = b""
    ) -> Any:
        aes = helpers.generate_key_data_from_nonce(self.server_nonce, self.new_nonce)
        secret = secret or int.from_bytes(os.urandom(256), "big")
        value = pow(GENERATOR, secret, PRIME) if public is None else public
        inner = bytes(t.ClientDHInnerData(self.nonce, self.server_nonce, 0, value.to_bytes(256, "big")))
        data = sha1(inner + spoil).digest() + inner
        data += os.urandom(-len(data) % 16)
        return self.exchange.answer(
            fn.SetClientDHParamsRequest(self.nonce, self.server_nonce, AES.encrypt_ige(data, *aes))
        )


def agreed(client: Client, parameters: Any) -> AuthorizationKey:
    """The key: one exchange in 256 has to be repeated."""
    answer = client.finish(parameters)
    while isinstance(answer, t.DhGenRetry):
        answer = client.finish(parameters)
    assert isinstance(answer, t.DhGenOk)
    return next(iter(client.keys))


@pytest.mark.parametrize("pad", [old_padding, rsa_pad])
def test_both_paddings(rsa_key: RsaKey, pad: Any) -> None:
    client = Client(rsa_key, pad)
    parameters = client.parameters(client.inner())
    assert acceptable(client.their_public(parameters))
    key = agreed(client, parameters)
    assert (len(key.key), key.temporary) == (256, False)
    assert key.id == int.from_bytes(sha1(key.key).digest()[-8:], "little")


def test_a_key_that_begins_with_zero_is_agreed_anew(rsa_key: RsaKey) -> None:
    client = Client(rsa_key)
    parameters = client.parameters(client.inner())
    theirs = client.their_public(parameters)
    short = next(each for each in range(2_000, 100_000) if pow(theirs, each, PRIME) < 1 << 2040)
    assert isinstance(client.finish(parameters, secret=short), t.DhGenRetry)
    assert list(client.keys) == []
    assert isinstance(client.finish(parameters), t.DhGenOk | t.DhGenRetry)


@pytest.mark.parametrize("pad", [old_padding, rsa_pad])
def test_temporary_keys_expire(rsa_key: RsaKey, pad: Any) -> None:
    client = Client(rsa_key, pad)
    key = agreed(client, client.parameters(client.inner(t.PQInnerDataTempDc, dc=2, expires_in=60)))
    assert key.temporary
    assert 50 < key.expires_at - time.time() <= 60
    assert client.keys.find(key.id) is key
    key.expires_at = time.time() - 1
    assert key.id not in client.keys or client.keys.find(key.id) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": 1},
        {"server_nonce": 1},
        {"p": Q, "q": P},
        {"p": b"\x01", "q": b"\x07"},
    ],
)
def test_dishonest_inner_data(rsa_key: RsaKey, changed: dict[str, Any]) -> None:
    client = Client(rsa_key)
    assert client.parameters(client.inner(**changed)) is None
    assert client.parameters(client.inner()) is not None


def test_wrong_data_centre_fingerprint_and_padding(rsa_key: RsaKey) -> None:
    client = Client(rsa_key)
    with pytest.raises(ProtocolError) as caught:
        client.parameters(client.inner(t.PQInnerDataDc, dc=3))
    assert caught.value.code == 444
    assert client.parameters(client.inner(), fingerprint=1) is None
    query = fn.ReqDHParamsRequest(client.nonce, client.server_nonce, P, Q, rsa_key.fingerprint, bytes(256))
    assert client.exchange.answer(query) is None


@pytest.mark.parametrize("public", [0, 1, PRIME - 1, 1 << 1984, PRIME - (1 << 1984)])
def test_weak_public_values(rsa_key: RsaKey, public: int) -> None:
    client = Client(rsa_key)
    parameters = client.parameters(client.inner())
    assert client.finish(parameters, public=public) is None
    assert list(client.keys) == []


def test_spoilt_last_step(rsa_key: RsaKey) -> None:
    client = Client(rsa_key)
    parameters = client.parameters(client.inner())
    assert client.finish(parameters, spoil=b"x") is None
    query = fn.SetClientDHParamsRequest(client.nonce, client.server_nonce, b"short")
    assert client.exchange.answer(query) is None
    assert agreed(client, parameters)


def test_steps_out_of_order(rsa_key: RsaKey) -> None:
    client = Client(rsa_key)
    early = fn.SetClientDHParamsRequest(client.nonce, client.server_nonce, bytes(32))
    assert client.exchange.answer(early) is None
    assert client.exchange.answer(fn.PingRequest(1)) is None
