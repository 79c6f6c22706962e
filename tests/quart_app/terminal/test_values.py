"""Values as JSON; text from outside without anything that could disturb a reader."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commands import Chat, Link, Message, User
from quart_app.terminal.values import (
    _PLAIN,
    MOST_MARKS,
    address,
    encode_row,
    encode_value,
    file_name,
    iso_time,
    number,
    visible,
)

NASTY = st.text(
    st.characters()
    | st.sampled_from("\x00\x07\x1b\x7f\x85\x9b\r\n\t\u2028\u200d\u034f\u0301\u20dd\ufe0f")
    | st.integers(0xD800, 0xDFFF).map(chr)
)
ACUTE = "\N{COMBINING ACUTE ACCENT}"


def forbidden(character: str) -> bool:
    category = unicodedata.category(character)
    return category in {"Cs", "Zl", "Zp"} or (category == "Cc" and character not in "\t\n")


def highest_tower(text: str) -> int:
    highest = marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category in {"Mn", "Me"}:
            marks += 1
        elif category != "Cf":
            marks = 0
        highest = max(highest, marks)
    return highest


@given(NASTY)
@example("e" + ACUTE * 9)
@example("\r\r\n")
def test_visible_text_holds_nothing_forbidden_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)

    assert not any(map(forbidden, shown))
    assert highest_tower(shown) <= MOST_MARKS
    assert visible(shown) == shown
    assert orjson.dumps(shown)


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs"))))
def test_text_without_controls_and_marks_is_left_alone(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("caffè – Ünïcödé", "caffè – Ünïcödé"),
        ("\x1b[31mred", "␛[31mred"),
        ("a\r\nb\rc", "a\nb␍c"),
        ("\x9b31m", "\ufffd31m"),
        ("half \ud83d", "half \ufffd"),
        ("👩‍👩‍👧‍👦 👍🏽 🏴\U000e0067\U000e007f", "👩‍👩‍👧‍👦 👍🏽 🏴\U000e0067\U000e007f"),
        ("e" + ACUTE * 5, "e" + ACUTE * 4),
        ("e" + (ACUTE * 3 + "\u200d") * 2, "e" + ACUTE * 3 + "\u200d" + ACUTE + "\u200d"),
        ("שָׁלוֹם नमस्ते", "שָׁלוֹם नमस्ते"),
        ("שלום \u202eabc", "שלום \u202eabc"),
    ],
)
def test_what_becomes_of_texts(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_the_short_way_takes_no_text_that_needs_the_long_one() -> None:
    plain = [chr(code) for code in range(0x110000) if _PLAIN.fullmatch(chr(code))]

    assert len(plain) > 40_000
    assert not [text for text in plain if forbidden(text) or unicodedata.category(text) in {"Mn", "Me"}]


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 1, 31, 12, tzinfo=UTC), "2026-01-31T12:00:00Z"),
        (datetime(2026, 1, 31, 12, 0, 0, 250_000, tzinfo=UTC), "2026-01-31T12:00:00.250Z"),
        (datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=2))), "2026-01-31T10:00:00Z"),
        (datetime(2026, 1, 31, 12), "2026-01-31T12:00:00Z"),  # noqa: DTZ001
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))), "9999-12-31T23:00:00Z"),
    ],
)
def test_times_are_iso_8601_in_utc(moment: datetime, written: str) -> None:
    assert iso_time(moment) == written


@given(st.integers() | st.floats())
@example(2**63)
@example(10**400)
def test_every_number_can_be_written(value: float) -> None:
    written = number(value)

    assert orjson.dumps(written)
    if isinstance(value, int) and abs(value) < 2**53:
        assert written == value


def test_each_kind_of_value_has_the_shape_of_the_contract() -> None:
    chat = Chat(-100123, "Off\x07erte", "channel", "offerte")
    sender = User(7, "Ann", "ann")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    row = (
        chat,
        sender,
        Message(5, chat, at, "hi", sender),
        at,
        3,
        2.5,
        "text",
        True,
        frozenset({"pinned", "muted"}),
        Link("https://example.org/", "there"),
        timedelta(minutes=1),
        timedelta(milliseconds=1500),
        None,
    )
    link = "https://t.me/offerte"
    written = {"id": -100123, "title": "Off␇erte", "username": "offerte", "type": "channel", "link": link}
    author = {"id": 7, "name": "Ann", "username": "ann"}

    assert encode_row(row) == [
        written,
        author,
        {"chat": written, "id": 5, "text": "hi", "time": "2026-01-01T00:00:00Z", "from": author},
        "2026-01-01T00:00:00Z",
        3,
        2.5,
        "text",
        True,
        ["muted", "pinned"],
        {"href": "https://example.org/", "text": "there"},
        60,
        1.5,
        None,
    ]


def test_what_is_missing_is_left_out() -> None:
    assert encode_value(Chat(1, "Ann", "user")) == {"id": 1, "title": "Ann", "type": "user"}
    assert encode_value(User(1, "Ann")) == {"id": 1, "name": "Ann"}
    assert encode_value(Link("https://a.example/")) == {
        "href": "https://a.example/",
        "text": "https://a.example/",
    }


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", " https://a", "java\nscript:x", "data:text/html,x", "//a", "https://a\x00"]
)
def test_a_link_that_is_no_address_leads_nowhere(url: str) -> None:
    assert address("https://t.me/a") == "https://t.me/a"
    assert address(url) == ""
    assert encode_value(Link(url, "click")) == {"href": "", "text": "click"}
    assert "link" not in encode_value(Chat(1, "a", "user", None, url))


def test_what_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes is no value"):
        encode_value(b"x")  # type: ignore[arg-type]  # a plugin's mistake


@given(NASTY)
@example("..")
@example("../../etc/passwd")
def test_a_file_name_is_one_plain_name(text: str) -> None:
    name = file_name(text)

    assert 1 <= len(name) <= 120
    assert not set(name) & set('\n\t/\\:*?"<>|')
    assert name not in {".", ".."}
