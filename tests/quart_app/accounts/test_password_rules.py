"""Which new passwords are refused, and why."""

from __future__ import annotations

import unicodedata

import pytest

from quart_app.accounts.errors import BadPassword
from quart_app.accounts.password_rules import COMMON, check_new_password, normalised
from quart_app.accounts.phones import PhoneNumber

PHONE = PhoneNumber("+393331234567")


@pytest.mark.parametrize(
    "password",
    [
        "8letters",
        "x1" * 512,
        "correct horse battery staple",
        "ééééèèèè",
        "🦉🦉🦉🦉🦉🦉🦉🐍",
        "        a",
        "a" * 73,
    ],
)
def test_long_enough_and_not_too_long_is_accepted(password: str) -> None:
    check_new_password(password, PHONE)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "too_short"),
        ("7letter", "too_short"),
        (unicodedata.normalize("NFD", "ééééééé"), "too_short"),
        ("x1" * 512 + "y", "too_long"),
        ("🦉" * 1025, "too_long"),
        ("Password1", "common"),
        ("12345678", "common"),
        ("zzzzzzzzzz", "common"),
        ("+393331234567", "is_phone"),
        ("39 333 123 4567", "is_phone"),
        ("3331234567", "is_phone"),
        ("abcdefg\ud800h", "not_text"),
    ],
)
def test_every_refusal_has_its_reason(password: str, reason: str) -> None:
    with pytest.raises(BadPassword) as refused:
        check_new_password(password, PHONE)
    assert refused.value.reason == reason
    assert not password or password not in str(refused.value)


def test_the_list_of_common_ones_is_one_that_can_match() -> None:
    assert all(len(word) >= 8 and word == word.lower() for word in COMMON)


def test_both_spellings_of_an_accent_are_one_password() -> None:
    composed, decomposed = "perché no?", unicodedata.normalize("NFD", "perché no?")
    assert composed != decomposed
    assert normalised(composed) == normalised(decomposed)


def test_any_string_has_bytes() -> None:
    for text in ("\ud800", "\x00", "é" * 100_000):
        assert isinstance(normalised(text), bytes)
