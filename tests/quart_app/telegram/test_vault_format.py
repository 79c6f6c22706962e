"""The format of slots and records, byte for byte: what an earlier version has sealed, this one opens."""

from __future__ import annotations

import hashlib
import os
from uuid import UUID

import pytest

from quart_app.telegram.vault import RecordId, Vault, lookup, open_record, seal_record

SECRET, DATA_KEY, PEPPER = bytes(32), bytes([7]) * 32, bytes([9]) * 32
WHO = RecordId(UUID(int=1), UUID(int=2), 2_000_000_000)
VAULT = Vault({5: PEPPER}, 5)
SLOT = "637298fd4a7a368b6f4124867c179988df8770886dd0ffa99e3143b87abc9251"
RECORD = "2047d399033997233d4720dae0e63ab66fce67206358325030a0b15aab2ca609"


@pytest.fixture(autouse=True)
def no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", lambda size: bytes(range(size)))


def test_a_slot() -> None:
    slot = VAULT.wrap(SECRET, DATA_KEY, WHO)
    assert slot[:16] == bytes(range(16)), "its salt"
    assert slot[16:21] == b"TGV1\x05", "magic and pepper"
    assert slot[21:33] == bytes(range(12)), "its nonce"
    assert len(slot) == 33 + 32 + 16
    assert hashlib.sha256(slot).hexdigest() == SLOT
    assert VAULT.unwrap(SECRET, slot, WHO) == DATA_KEY


def test_a_record() -> None:
    record = seal_record(DATA_KEY, WHO, 3, b"the session", terms="view")
    assert record[:17] == b"TGV1\x00" + bytes(range(12))
    assert len(record) == 17 + 1024 + 16
    assert hashlib.sha256(record).hexdigest() == RECORD
    assert open_record(DATA_KEY, WHO, 3, record, now=0, terms="view") == b"the session"


def test_the_name_of_a_slot() -> None:
    assert lookup(SECRET) == "fd773411671b1c54a4b59f46ad5eb4b476d5f0c2018e0b58242b2433ec91344c"
