"""Phones are found by a keyed hash and read back only with the pepper, in their own row."""

from __future__ import annotations

from uuid import uuid4

import pytest

from quart_app.accounts.errors import UnknownUser
from quart_app.accounts.phone_sealer import PhoneSealer
from quart_app.accounts.phones import PhoneNumber

OLD, NEW = b"o" * 32, b"n" * 32
PHONE = PhoneNumber("+393331234567")


def test_the_same_phone_is_found_again_and_another_is_not() -> None:
    sealer = PhoneSealer({1: OLD}, 1)
    assert sealer.lookup(PHONE) == sealer.lookup(PhoneNumber(PHONE.e164))
    assert sealer.lookup(PHONE) != sealer.lookup(PhoneNumber("+393331234568"))


def test_nothing_is_found_without_the_pepper() -> None:
    assert PhoneSealer({1: OLD}, 1).lookup(PHONE) != PhoneSealer({1: NEW}, 1).lookup(PHONE)


def test_during_a_rotation_both_peppers_find() -> None:
    before, during = PhoneSealer({1: OLD}, 1), PhoneSealer({2: NEW, 1: OLD}, 2)
    assert before.lookup(PHONE) in during.lookups(PHONE).values()
    assert during.lookup(PHONE) in during.lookups(PHONE).values()
    assert during.lookup(PHONE) != before.lookup(PHONE)


def test_what_is_sealed_opens_for_its_user_only() -> None:
    sealer, user, other = PhoneSealer({1: OLD}, 1), uuid4(), uuid4()
    sealed = sealer.seal(PHONE, user)
    assert sealer.open(sealed, user, 1) == PHONE
    with pytest.raises(UnknownUser):
        sealer.open(sealed, other, 1)


def test_every_altered_byte_is_noticed() -> None:
    sealer, user = PhoneSealer({1: OLD}, 1), uuid4()
    sealed = sealer.seal(PHONE, user)
    for place in range(len(sealed)):
        altered = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(UnknownUser):
            sealer.open(altered, user, 1)
    for length in range(len(sealed)):
        with pytest.raises(UnknownUser):
            sealer.open(sealed[:length], user, 1)


def test_without_its_pepper_a_phone_can_not_be_read() -> None:
    user = uuid4()
    sealed = PhoneSealer({1: OLD}, 1).seal(PHONE, user)
    with pytest.raises(UnknownUser):
        PhoneSealer({2: NEW}, 2).open(sealed, user, 1)


def test_the_sealed_form_hides_digits_and_length() -> None:
    sealer, user = PhoneSealer({1: OLD}, 1), uuid4()
    short = sealer.seal(PhoneNumber("+1234567"), user)
    assert len(short) == len(sealer.seal(PHONE, user))
    assert b"1234567" not in short
    assert short != sealer.seal(PhoneNumber("+1234567"), user)
