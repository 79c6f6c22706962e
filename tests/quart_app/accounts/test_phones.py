"""What counts as a phone, and that none shows itself by accident."""

from __future__ import annotations

import pytest

from quart_app.accounts.errors import BadPhone
from quart_app.accounts.phones import PhoneNumber, parse_phone


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("+393331234567", "+393331234567"),
        (" +39 333 123-45.67 ", "+393331234567"),
        ("+1 (202) 555/0123", "+12025550123"),
        ("+390612345678", "+390612345678"),
        ("+88801234567", "+88801234567"),
        ("+888 8 888", "+8888888"),
        ("＋393331234567", "+393331234567"),
    ],
)
def test_phones_as_people_write_them_become_e164(text: str, e164: str) -> None:
    assert parse_phone(text).e164 == e164


@pytest.mark.parametrize(
    "text",
    [
        *("", "+", "phone", "3331234567", "00393331234567", "+1", "+0000000000", "+39 333 call-me"),
        *(
            "+393331234567;1",
            "+39333" + "1" * 30,
            "++393331234567",
            "+39\x00333",
            "+9996610001",
            "+9991234567",
        ),
    ],
)
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(BadPhone):
        parse_phone(text)


@pytest.mark.parametrize("text", ["+9996610001", "+99966 2 0002", "+9996639999"])
def test_the_demo_takes_its_own_numbers(text: str) -> None:
    assert parse_phone(text, demo=True).e164.startswith("+99966")


@pytest.mark.parametrize("text", ["+9996600001", "+9996640001", "+999661001", "+99966100011", "+9991234567"])
def test_the_demo_takes_no_other_unassigned_numbers(text: str) -> None:
    with pytest.raises(BadPhone):
        parse_phone(text, demo=True)


@pytest.mark.parametrize("text", ["+9991234567", "+1234567", "+999123456789012"])
def test_another_server_has_numbers_of_its_own(text: str) -> None:
    assert parse_phone(text, accept_any=True) == PhoneNumber(text)


@pytest.mark.parametrize("text", ["+123456", "+9991234567890123", "+0123456789", "12345678"])
def test_even_there_a_phone_is_a_phone(text: str) -> None:
    with pytest.raises(BadPhone):
        parse_phone(text, accept_any=True)


def test_a_phone_shows_no_more_than_its_tail() -> None:
    phone = parse_phone("+393331234567")
    for text in (repr(phone), str(phone), f"{phone}"):
        assert "333" not in text
        assert "67" in text


def test_the_refusal_does_not_repeat_what_was_typed() -> None:
    with pytest.raises(BadPhone) as refused:
        parse_phone("+39 12")
    assert "12" not in str(refused.value)
