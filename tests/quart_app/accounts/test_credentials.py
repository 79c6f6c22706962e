"""Ids and tokens: random, spelt in one way only, and never in a repr."""

from __future__ import annotations

import pytest

from quart_app.accounts.credentials import TokenParts, csrf_token_of, decode, digest_of, encode, new_id


def test_ids_are_long_and_never_the_same() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(one) for one in ids} == {32}


def test_a_value_has_one_spelling() -> None:
    value = new_id()
    text = encode(value)
    assert decode(text, 32) == value
    last = text[:-1] + chr(ord(text[-1]) + 1)
    for other in (text + "=", text + " ", " " + text, text[:-1], text + "A", "", "é" * 43, last):
        assert decode(other, 32) is None


def test_a_token_comes_apart_as_it_was_put_together() -> None:
    parts = TokenParts.new("0123abcd")
    assert TokenParts.parse(str(parts)) == parts
    assert str(parts).startswith("tcm_0123abcd_")
    assert parts.identifier != parts.vault_secret
    assert encode(parts.identifier) not in repr(parts)


@pytest.mark.parametrize(
    "change", ["", "tcm", "tcm_0123abcd_", "tcm_0123ABCD_" + "A" * 86, "x_0123abcd_" + "A" * 86]
)
def test_what_was_never_a_token_is_none(change: str) -> None:
    assert TokenParts.parse(change) is None
    assert TokenParts.parse("tcm_0123abcd_" + "A" * 86) is not None  # the control


def test_neither_the_hash_nor_the_csrf_token_leads_back() -> None:
    identifier = new_id()
    assert len({encode(identifier), digest_of(identifier), csrf_token_of(identifier)}) == 3
    assert csrf_token_of(identifier) == csrf_token_of(identifier)
    assert csrf_token_of(identifier) != csrf_token_of(new_id())
