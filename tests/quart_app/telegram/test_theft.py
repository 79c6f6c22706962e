"""A thief with all that the server has, Redis, peppers and SECRET_KEY, opens no session. The controls show how good
the thief is.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from redis.asyncio import Redis

from quart_app.demo import DemoDataCentre
from quart_app.storage import keys
from quart_app.telegram.lease import Leases
from quart_app.telegram.records import RecordStore, SealedRecord
from quart_app.telegram.vault import (
    RecordId,
    Vault,
    VaultError,
    _joined,
    _slot_data,
    lookup,
    new_data_key,
    new_secret,
    open_record,
    seal_record,
)
from tests.quart_app.telegram.worker import PEPPER, Person, Worker

SECRET_KEY = b"signs the cookies of this server"
LABELS = (b"", b"tgv1/lookup", b"tgv1/kek", b"tgv1/salt", b"tgv1/slot", b"tgv1/record")


def hkdf(key: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=salt, info=info).derive(key)


async def dump(redis: Redis) -> list[bytes]:
    """Every key and every value, as bytes."""
    found: list[Any] = []
    names: list[Any] = await redis.keys("*")
    for name in names:
        found.append(name)
        match await redis.type(name):
            case b"hash":
                fields: Any = await redis.hgetall(name)
                found += [part for pair in fields.items() for part in pair]
            case b"set":
                members: Any = await redis.smembers(name)
                found += members
            case b"string":
                found.append(await redis.get(name))
    return found


def spellings(value: bytes) -> Iterator[bytes]:
    """The value, what it says in hex or base64, and how else it is written down."""
    yield value
    for decode in (bytes.fromhex, lambda text: base64.urlsafe_b64decode(text + "==")):
        try:
            yield decode(value.decode("ascii"))
        except ValueError:
            continue


class Thief:
    """Knows the code, and has ``loot``: whatever the server has. Who is stolen from is in it as well."""

    def __init__(self, loot: list[bytes], peppers: dict[int, bytes], identity: RecordId) -> None:
        self._peppers, self._identity = peppers, identity
        self._loot = {one for value in loot for one in spellings(value)}
        self._loot |= {identity.user_id.bytes, identity.record_id.bytes}

    def secrets(self) -> set[bytes]:
        """32 bytes each: all that could be S, or a key."""
        short = {one for one in self._loot if len(one) <= 256}
        made = {one for one in self._loot if len(one) == 32} | {hashlib.sha256(one).digest() for one in short}
        strong = [SECRET_KEY, *self._peppers.values()]
        made |= {hmac.digest(key, one, "sha256") for key, one in product(strong, short)}
        made |= {hkdf(key, salt, info) for key, salt, info in product(short, (None, *strong), LABELS)}
        return made | {hkdf(key, salt, b"") for key, salt in product(strong, short)}

    def opens(self, slot: bytes, blob: bytes, generation: int) -> bytes | None:
        vault = Vault(self._peppers, next(iter(self._peppers)))
        for one in self.secrets():
            for data_key in (one, *self._unwrapped(vault, one, slot)):
                try:
                    return open_record(data_key, self._identity, generation, blob, now=0)
                except VaultError:
                    continue
        return None

    def _unwrapped(self, vault: Vault, one: bytes, slot: bytes) -> Iterator[bytes]:
        """``one`` taken for the device's secret, and for the wrapping key itself under any lookup."""
        with suppress(VaultError):
            yield vault.unwrap(one, slot, self._identity)
        nonce, sealed = slot[21:33], slot[33:]
        for data in (*self._bindings(slot), None):
            try:
                yield AESGCM(one).decrypt(nonce, sealed, data)
            except InvalidTag:
                continue

    def _bindings(self, slot: bytes) -> Iterator[bytes]:
        """What the slot is authenticated with: the lookup stands in Redis."""
        right = _slot_data(b"", slot[20], self._identity)
        wrong_name = lookup(b"").encode()
        for name in (one for one in self._loot if len(one) == 64):
            yield right.replace(_joined(wrong_name), _joined(name))


class PepperOnly(Vault):
    """A weak vault: the wrapping key comes from what the server has."""

    def _wrapping_key(self, secret: bytes, pepper_id: int, salt: bytes, identity: RecordId) -> bytes:
        return hkdf(self._peppers[pepper_id], None, b"tgv1/kek")


async def stolen(redis: Redis, vault: Vault, secret: bytes) -> bytes | None:
    """What the thief reads in a record that this vault has sealed for this secret."""
    leases, records, data_key = Leases(redis), RecordStore(redis), new_data_key()
    await leases.beat()
    identity = RecordId(uuid4(), uuid4(), 4_000_000_000)
    blob = seal_record(data_key, identity, 0, b"the session")
    lease = await leases.acquire(identity.user_id)
    slot = vault.wrap(secret, data_key, identity)
    record = SealedRecord(identity, 0, blob, "full", "24h")
    await records.create(record, lease, lookup=lookup(secret), slot=slot)
    loot = [SECRET_KEY, PEPPER, *await dump(redis)]
    return Thief(loot, {1: PEPPER}, identity).opens(slot, blob, 0)


async def test_the_thief_opens_nothing(redis: Redis) -> None:
    assert await stolen(redis, Vault({1: PEPPER}, 1), new_secret()) is None


async def test_the_thief_opens_a_vault_whose_key_the_server_has(redis: Redis) -> None:
    """The control: with the pepper alone in the key, all is lost."""
    assert await stolen(redis, PepperOnly({1: PEPPER}, 1), new_secret()) == b"the session"


@pytest.mark.parametrize(
    "weak",
    [
        SECRET_KEY,
        PEPPER,
        hashlib.sha256(SECRET_KEY).digest(),
        hmac.digest(SECRET_KEY, b"full", "sha256"),
        hkdf(SECRET_KEY, PEPPER, b""),
    ],
)
async def test_the_thief_opens_what_is_wrapped_for_a_secret_of_the_servers(redis: Redis, weak: bytes) -> None:
    """The control of the other half: a secret that the server could work out is none."""
    assert await stolen(redis, Vault({1: PEPPER}, 1), weak) == b"the session"


def written(canary: bytes) -> set[bytes]:
    """All the ways in which something could stand in a dump."""
    plain = {canary, canary[:16], canary[-16:]}
    encoded = {base64.b64encode(canary), base64.urlsafe_b64encode(canary), canary.hex().encode()}
    return plain | {one.rstrip(b"=")[:40] for one in encoded} | {canary.hex().upper().encode()}


async def test_a_real_login_leaves_nothing_readable_in_redis(
    demo: DemoDataCentre, worker: Worker, person: Person, redis: Redis
) -> None:
    canaries = [person.secret, person.phone.encode(), person.phone[1:].encode(), PEPPER]
    await worker.start(person)
    during = b"\n".join(await dump(redis))
    caller = await worker.log_in(person)
    await caller.telegram.chats()
    live = worker.live(person)
    canaries += [
        live.session.auth_key.key,
        bytes(live.unlocked.data_key),
        b"scontierrati",
        person.code.encode() * 2,
    ]
    await worker.pool.close(log_out_all=False)
    after = b"\n".join(await dump(redis))
    assert b"code_sent" in during
    assert keys.UserKeys(person.user_id).telegram_session.encode() in after
    for canary in canaries:
        hits = [way for way in written(canary) if way in during or way in after]
        assert hits == []


def test_that_search_finds_what_is_there() -> None:
    """The control: in clear, in base64 and in hex."""
    canary = bytes(range(100, 132))
    for dump_of in (canary, base64.b64encode(canary), canary.hex().encode()):
        assert any(way in b"..." + dump_of + b"..." for way in written(canary))
