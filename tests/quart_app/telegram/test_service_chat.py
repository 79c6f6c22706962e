"""Codes in Telegram's own chat: unreadable in every script and spelling, and nothing else of the message is lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quart_app.telegram.service_chat import MASK, SERVICE_CHAT_ID, carries_codes, masked

CODES = [
    "12345",
    "1234567",
    "12-345",
    "1-2-3-4-5",
    "123 456",
    "12\u00a0345",
    "1\u200b2\u200b3\u200b4\u200b5",
    "12\u2011345",
    "12–345",
    "1.2.3.4.5",
    "12 - 345",
    "١٢٣٤٥",
    "۱۲۳۴۵",
    "१२३४५",
    "12345",
    "𝟏𝟐𝟑𝟒𝟓",
    "①②③④⑤",
    "1\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e34\ufe0f\u20e35\ufe0f\u20e3",
    "\u202e54321\u202c",
]
SENTENCES = [
    "Login code: {}. Do not give this code to anyone, even if they say they are from Telegram!",
    "Codice di accesso: {}. Non darlo a nessuno.",
    "Код для входа в Telegram: {}. Не давайте код никому.",
    "رمز تسجيل الدخول: {}. لا تعط الرمز لأحد.",
    "登录代码：{}。请勿泄露。",
    "{} ist dein Login-Code.",
    "https://t.me/login/{}",
]


def digits(text: str) -> int:
    return sum(unicodedata.category(sign) in {"Nd", "No"} for sign in text)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("code", CODES)
def test_a_code_cannot_be_read(sentence: str, code: str) -> None:
    said = sentence.format(code)
    assert digits(said) >= 5
    assert digits(masked(said)) == 0
    assert len(masked(said)) == len(said), "what marks parts of it still fits"


def test_the_words_around_it_stay() -> None:
    said = masked("Login code: 12-345. Do not give this code to anyone, not for 2 days.")
    assert said == "Login code: ••-•••. Do not give this code to anyone, not for 2 days."


@pytest.mark.parametrize("code", ["xdN4hmPQ1vs", "AbCdEfGhIjK", "a_b-C9dEfGh", "qwertyuiop1"])
@pytest.mark.parametrize(
    "sentence", ["This is your login code:\n{}\n\nDo not give it away.", "Your code is {}!"]
)
def test_codes_of_letters_for_web_pages_as_well(sentence: str, code: str) -> None:
    said = masked(sentence.format(code))
    assert code not in said
    assert MASK * len(code) in said


def test_a_short_code_of_letters_alone_on_its_line() -> None:
    assert masked("Code:\naB3dEf\nThanks") == "Code:\n••••••\nThanks"


@pytest.mark.parametrize(
    "text",
    [
        "New login. Dear Anna, we detected a login into your account from a new device on 22/11/26 at 21:04:05 UTC.",
        "Two-step verification was switched on by Unofficial Telegram Chat Manager.",
        "Nuovo accesso da Milano, Italia, con un iPhone 15 Pro.",
        "",
    ],
)
def test_what_holds_no_code_is_left_alone(text: str) -> None:
    assert masked(text) == text


@given(
    st.text(max_size=40),
    st.from_regex(r"[0-9](?:[- \u00a0\u200b]{0,2}[0-9]){4,6}", fullmatch=True),
    st.text(max_size=40),
)
def test_whatever_stands_around_it(before: str, code: str, after: str) -> None:
    said = masked(f"{before}{code}{after}")
    middle = said[len(before) : len(before) + len(code)]
    assert digits(middle) == 0


@given(st.text())
def test_it_may_be_masked_twice(text: str) -> None:
    assert masked(masked(text)) == masked(text)


def test_which_chats_carry_codes() -> None:
    assert carries_codes(SERVICE_CHAT_ID)
    assert not carries_codes(SERVICE_CHAT_ID + 1)
