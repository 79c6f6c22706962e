"""The vault opens for the right device with the right pepper, for nothing else, and says no more than that."""

from __future__ import annotations

import os
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quart_app.telegram import vault
from quart_app.telegram.vault import (
    RecordId,
    Vault,
    VaultError,
    lookup,
    new_data_key,
    new_secret,
    open_record,
    pepper_of,
    seal_record,
)

SECRET, DATA_KEY = b"s" * 32, b"d" * 32
PEPPERS = {7: b"p" * 32, 9: b"q" * 32}
VAULT = Vault(PEPPERS, 7)
WHO = RecordId(UUID(int=1), UUID(int=2), 1_000_000)
OTHERS = {
    "another user": replace(WHO, user_id=UUID(int=3)),
    "another record": replace(WHO, record_id=UUID(int=3)),
    "user and record swapped": RecordId(WHO.record_id, WHO.user_id, WHO.expires_at),
    "a later expiry": replace(WHO, expires_at=WHO.expires_at + 1),
    "an earlier expiry": replace(WHO, expires_at=WHO.expires_at - 1),
}
PAYLOAD = b"the session"


def unwraps(slot: bytes, *, secret: bytes = SECRET, identity: RecordId = WHO, by: Vault = VAULT) -> bool:
    """Whether the slot opens; anything but a VaultError on the way is a failure of the test."""
    try:
        by.unwrap(secret, slot, identity)
    except VaultError:
        return False
    return True


def opens(record: bytes, *, identity: RecordId = WHO, generation: int = 4, now: float = 0) -> bool:
    """The same for a record."""
    try:
        open_record(DATA_KEY, identity, generation, record, now=now)
    except VaultError:
        return False
    return True


def sealed(generation: int = 4) -> bytes:
    return seal_record(DATA_KEY, WHO, generation, PAYLOAD)


def damaged(whole: bytes) -> list[bytes]:
    """Every single bit turned over, every shorter piece, and one byte too many."""
    flipped = []
    for place in range(len(whole) * 8):
        copy = bytearray(whole)
        copy[place // 8] ^= 1 << place % 8
        flipped.append(bytes(copy))
    return [*flipped, *(whole[:length] for length in range(len(whole))), whole + b"\0"]


def test_a_slot_gives_the_data_key_back() -> None:
    assert VAULT.unwrap(SECRET, VAULT.wrap(SECRET, DATA_KEY, WHO), WHO) == DATA_KEY


def test_a_record_gives_its_payload_back() -> None:
    assert open_record(DATA_KEY, WHO, 4, sealed(), now=0) == PAYLOAD


def test_each_half_is_needed() -> None:
    slot = VAULT.wrap(SECRET, DATA_KEY, WHO)
    other_pepper = Vault({7: b"x" * 32}, 7)
    assert not unwraps(slot, secret=new_secret())
    assert not unwraps(slot, by=other_pepper)
    assert unwraps(slot)


def test_no_damaged_slot_opens() -> None:
    slot = VAULT.wrap(SECRET, DATA_KEY, WHO)
    assert len(slot) == 16 + 4 + 1 + 12 + 32 + 16
    assert [piece for piece in damaged(slot) if unwraps(piece)] == []


def test_no_damaged_record_opens() -> None:
    assert [piece for piece in damaged(sealed()) if opens(piece)] == []


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_can_be_put_in_the_place_of_something_else(name: str) -> None:
    slot, record = VAULT.wrap(SECRET, DATA_KEY, WHO), sealed()
    assert not unwraps(slot, identity=OTHERS[name])
    assert not opens(record, identity=OTHERS[name])


@pytest.mark.parametrize("generation", [0, 3, 5, 4 << 32])
def test_an_older_or_later_generation_does_not_pass_for_this_one(generation: int) -> None:
    assert not opens(sealed(4), generation=generation)


def test_a_slot_is_no_record_and_a_record_no_slot() -> None:
    assert not opens(VAULT.wrap(SECRET, DATA_KEY, WHO)[16:], generation=0)
    assert not unwraps(bytes(16) + sealed(0))


def test_a_record_opens_until_its_expiry_and_not_from_then_on() -> None:
    record = sealed()
    assert opens(record, now=WHO.expires_at - 0.001)
    assert not opens(record, now=WHO.expires_at)


def test_a_previous_pepper_opens_until_it_is_dropped() -> None:
    slot = Vault(PEPPERS, 9).wrap(SECRET, DATA_KEY, WHO)
    assert VAULT.unwrap(SECRET, slot, WHO) == DATA_KEY
    assert not unwraps(slot, by=Vault({7: PEPPERS[7]}, 7))


def test_a_slot_names_its_pepper_and_what_is_none_names_none() -> None:
    slot = Vault(PEPPERS, 9).wrap(SECRET, DATA_KEY, WHO)
    assert pepper_of(slot) == pepper_of(slot[:21]) == 9
    assert {pepper_of(slot[:length]) for length in range(21)} == {0}


def test_two_wraps_of_the_same_share_nothing() -> None:
    one, other = VAULT.wrap(SECRET, DATA_KEY, WHO), VAULT.wrap(SECRET, DATA_KEY, WHO)
    assert one[:16] != other[:16]
    assert one[21:33] != other[21:33]
    assert one[33:] != other[33:]


@pytest.mark.parametrize(
    ("length", "kib"), [(0, 1), (1, 1), (1019, 1), (1020, 1), (1021, 2), (2044, 2), (2045, 3)]
)
def test_a_record_is_padded_to_whole_kib(length: int, kib: int) -> None:
    record = seal_record(DATA_KEY, WHO, 0, bytes(length))
    assert len(record) == 4 + 1 + 12 + kib * 1024 + 16
    assert open_record(DATA_KEY, WHO, 0, record, now=0) == bytes(length)


def test_no_nonce_comes_twice_in_ten_thousand_seals() -> None:
    nonces = {seal_record(DATA_KEY, WHO, 0, b"")[5:17] for _ in range(10_000)}
    assert len(nonces) == 10_000


def test_that_count_sees_a_vault_whose_nonces_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", lambda size: bytes(size))
    assert len({seal_record(DATA_KEY, WHO, 0, b"")[5:17] for _ in range(10)}) == 1


@given(payload=st.binary(max_size=5000), generation=st.integers(0, 2**64 - 1))
@settings(max_examples=50)
def test_any_payload_comes_back(payload: bytes, generation: int) -> None:
    record = seal_record(DATA_KEY, WHO, generation, payload)
    assert open_record(DATA_KEY, WHO, generation, record, now=0) == payload


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
@settings(max_examples=200)
def test_what_is_authenticated_can_be_read_in_one_way_only(one: list[bytes], other: list[bytes]) -> None:
    assert (vault._joined(*one) == vault._joined(*other)) == (one == other)


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_noise_is_refused_like_anything_else(noise: bytes) -> None:
    assert not unwraps(noise)
    assert not opens(noise)


def test_secrets_and_keys_are_random_and_of_256_bits() -> None:
    made = {maker() for maker in (new_secret, new_data_key) for _ in range(100)}
    assert len(made) == 200
    assert {len(one) for one in made} == {32}


def test_the_name_of_a_slot_does_not_give_the_secret_away() -> None:
    name = lookup(SECRET)
    assert name == lookup(SECRET) != lookup(os.urandom(32))
    assert len(bytes.fromhex(name)) == 32
    assert not unwraps(VAULT.wrap(SECRET, DATA_KEY, WHO), secret=bytes.fromhex(name))


def test_every_failure_looks_the_same() -> None:
    slot = VAULT.wrap(SECRET, DATA_KEY, WHO)
    failures = []
    for secret, piece in ((new_secret(), slot), (SECRET, slot[:-1]), (SECRET, b""), (SECRET, bytes(97))):
        with pytest.raises(VaultError) as caught:
            VAULT.unwrap(secret, piece, WHO)
        failures.append((str(caught.value), caught.value.__cause__))
    assert set(failures) == {("", None)}
