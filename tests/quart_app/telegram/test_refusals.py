"""Each thing that Telegram is known to say no with has a sentence of its own, and each sentence helps."""

from __future__ import annotations

from gettext import NullTranslations
from types import SimpleNamespace
from typing import Any

import pytest
from telethon import errors as rpc
from telethon import types
from telethon.errors import rpc_message_to_error
from telethon.errors.rpcerrorlist import rpc_errors_dict, rpc_errors_re

from commands.phrases import render
from quart_app.telegram.errors import LoginRefused, SessionEnded, ends_session, translated
from quart_app.telegram.login_words import refusal, sent_code, wrong
from quart_app.telegram.refusals import REFUSALS, refusal_of, refusal_with, word_of

LOGIN_METHODS = {
    "auth.sendCode": (
        "API_ID_INVALID API_ID_PUBLISHED_FLOOD AUTH_RESTART PHONE_NUMBER_APP_SIGNUP_FORBIDDEN PHONE_NUMBER_BANNED "
        "PHONE_NUMBER_FLOOD PHONE_NUMBER_INVALID PHONE_PASSWORD_FLOOD PHONE_PASSWORD_PROTECTED SMS_CODE_CREATE_FAILED "
        "UPDATE_APP_TO_LOGIN RECAPTCHA_CHECK_login"
    ),
    "auth.resendCode": "PHONE_CODE_EXPIRED PHONE_CODE_HASH_EMPTY PHONE_NUMBER_INVALID SEND_CODE_UNAVAILABLE",
    "auth.signIn": "PHONE_CODE_EXPIRED PHONE_NUMBER_INVALID PHONE_NUMBER_UNOCCUPIED SIGN_IN_FAILED UPDATE_APP_TO_LOGIN",
    "auth.checkPassword": "SRP_ID_INVALID SRP_PASSWORD_CHANGED",
    "auth.exportLoginToken": "API_ID_INVALID API_ID_PUBLISHED_FLOOD",
    "auth.importLoginToken": (
        "AUTH_TOKEN_ALREADY_ACCEPTED AUTH_TOKEN_EXPIRED AUTH_TOKEN_INVALID AUTH_TOKEN_INVALIDX AUTH_TOKEN_EXCEPTION"
    ),
    "account.sendVerifyEmailCode": "EMAIL_INVALID EMAIL_NOT_ALLOWED EMAIL_NOT_SETUP PHONE_HASH_EXPIRED",
    "account.verifyEmail": "EMAIL_INVALID EMAIL_VERIFY_EXPIRED EMAIL_TOKEN_INVALID EMAIL_INSTALL_MISSING",
    "any": (
        "AUTH_KEY_DUPLICATED AUTH_KEY_UNREGISTERED SESSION_REVOKED SESSION_EXPIRED USER_DEACTIVATED "
        "USER_DEACTIVATED_BAN FROZEN_METHOD_INVALID FROZEN_PARTICIPANT_MISSING TAKEOUT_INIT_DELAY_77 "
        "FRESH_RESET_AUTHORISATION_FORBIDDEN PASSKEY_ORIGIN_MISMATCH PHONE_MIGRATE_4 NETWORK_MIGRATE_4 "
        "USER_MIGRATE_4 SESSION_PASSWORD_NEEDED CONNECTION_API_ID_INVALID FLOOD"
    ),
}
NAMED = sorted({word for words in LOGIN_METHODS.values() for word in words.split()})
ATTEMPTS = {"PHONE_CODE_INVALID", "PHONE_CODE_EMPTY", "CODE_INVALID", "CODE_EMPTY", "PASSWORD_HASH_INVALID"}
"""Counted, with the number that is left: see the tests of the login."""


def error(word: str, status: int = 400) -> Any:
    return rpc_message_to_error(SimpleNamespace(error_message=word, error_code=status), None)


def sentence(said: Any) -> str:
    return render(said, NullTranslations())


@pytest.mark.parametrize("word", NAMED)
def test_it_has_a_sentence(word: str) -> None:
    found = translated(error(word))
    assert found is not None
    text = sentence(found.said)
    assert "_" not in text
    assert word not in text
    assert text[0].isupper()
    assert text.endswith(".")


def test_none_of_the_library_s_own_goes_unsaid() -> None:
    for word in rpc_errors_dict:
        found = translated(error(word))
        assert found is not None
        if found.code == "telegram_refused" and refusal_of(error(word)) is None:
            assert word_of(error(word)) in sentence(found.said), "at least it is named"


def test_the_table_holds_what_a_login_can_meet_and_nothing_that_does_not_exist() -> None:
    known = {*rpc_errors_dict, *(pattern.partition("_(")[0] for pattern, _ in rpc_errors_re)}
    ours = {"SENT_CODE_PAYMENT_REQUIRED", "OTHER_ACCOUNT"}
    newer = {"PASSKEY_ORIGIN_MISMATCH", "EMAIL_NOT_ALLOWED", "EMAIL_NOT_SETUP", "EMAIL_INSTALL_MISSING"}
    newer |= {"EMAIL_TOKEN_INVALID", "RECAPTCHA_CHECK", "FLOOD"}
    assert set(REFUSALS) - known <= ours | newer
    met = {word_of(error(word)) for word in NAMED}
    assert met <= set(REFUSALS)
    assert known >= ATTEMPTS


def test_bans_and_freezes_say_where_to_appeal() -> None:
    for word in ("PHONE_NUMBER_BANNED", "USER_DEACTIVATED_BAN", "USER_DEACTIVATED"):
        assert "recover@telegram.org" in sentence(REFUSALS[word].said)
    for word in ("FROZEN_METHOD_INVALID", "FROZEN_PARTICIPANT_MISSING"):
        assert "@SpamBot" in sentence(REFUSALS[word].said)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("AUTH_KEY_DUPLICATED", "two places"),
        ("SESSION_REVOKED", "another device"),
        ("USER_DEACTIVATED_BAN", "banned"),
        ("AUTH_KEY_UNREGISTERED", "ended"),
    ],
)
def test_an_open_session_that_is_over_says_why(word: str, code: str) -> None:
    gone = error(word, 406 if word == "AUTH_KEY_DUPLICATED" else 401)
    assert ends_session(gone)
    told = translated(gone)
    assert isinstance(told, SessionEnded)
    assert told.code == "session_ended"
    assert told.at_telegram
    assert code in sentence(told.said)


def test_a_wait_is_a_wait_and_no_refusal() -> None:
    waiting = error("FLOOD_WAIT_86400", 420)
    assert refusal_of(waiting) is None
    told = translated(waiting)
    assert told is not None
    assert (told.code, getattr(told, "retry_after", None)) == ("flood_wait", 86_400)


def test_each_word_for_programs_leads_back_to_a_sentence() -> None:
    for each in REFUSALS.values():
        found = refusal_with(each.code)
        assert found is not None
        assert found.code == each.code
    assert refusal_with("other_account") is REFUSALS["OTHER_ACCOUNT"]


def test_a_refusal_of_a_login_says_whether_it_is_over() -> None:
    over, goes_on = refusal(rpc.PhoneNumberBannedError(None)), refusal(rpc.EmailInvalidError(None))
    assert over is not None
    assert goes_on is not None
    assert (over.ended, goes_on.ended) == (True, False)
    assert refusal(rpc.ChatAdminRequiredError(None)) is None
    assert refusal(OSError()) is None


SENT = types.auth
NEXT = SENT.CodeTypeSms()
WAYS = [
    (SENT.SentCodeTypeApp(5), "app", 5, None, None),
    (SENT.SentCodeTypeSms(6), "sms", 6, None, None),
    (SENT.SentCodeTypeSmsWord("b"), "sms_word", None, "b", None),
    (SENT.SentCodeTypeSmsPhrase("blue"), "sms_phrase", None, "blue", None),
    (SENT.SentCodeTypeCall(5), "call", 5, None, None),
    (SENT.SentCodeTypeFlashCall("+39*"), "flash_call", 5, "+39*", None),
    (SENT.SentCodeTypeMissedCall("+39", 6), "missed_call", 6, "+39", None),
    (SENT.SentCodeTypeEmailCode("a***@b.c", 6), "email", 6, "a***@b.c", None),
    (
        SENT.SentCodeTypeFragmentSms("https://fragment.com/x", 5),
        "fragment",
        5,
        None,
        "https://fragment.com/x",
    ),
    (SENT.SentCodeTypeFragmentSms("javascript:alert(1)", 5), "fragment", 5, None, None),
]


@pytest.mark.parametrize(("kind", "way", "length", "hint", "url"), WAYS)
def test_where_a_code_went(
    kind: Any, way: str, length: int | None, hint: str | None, url: str | None
) -> None:
    sent = sent_code(SENT.SentCode(kind, "hash", NEXT, 60))
    assert (sent.sent_to, sent.length, sent.hint, sent.url) == (way, length, hint, url)
    assert (sent.timeout, sent.next) == (60, "sms")


@pytest.mark.parametrize(
    "answer",
    [
        SENT.SentCodePaymentRequired("x", "hash", "a@b.c", "subject", 0, "EUR", 1),
        SENT.SentCode(SENT.SentCodeTypeFirebaseSms(5), "hash", None, None),
        SENT.SentCode(SENT.SentCodeTypeSetUpEmailRequired(), "hash", None, None),
    ],
)
def test_ways_that_only_other_apps_can_go(answer: Any) -> None:
    with pytest.raises(LoginRefused) as caught:
        sent_code(answer)
    assert caught.value.code == "not_available"
    assert "QR code" in sentence(caught.value.said)


@pytest.mark.parametrize(("what", "third"), [("code", "third"), ("password", "fifth")])
def test_attempts_are_counted_down(what: str, third: str) -> None:
    assert "1 more try." in sentence(wrong(what, 1).said)
    assert "2 more tries." in sentence(wrong(what, 2).said)
    last = wrong(what, 0)
    assert (last.ended, last.attempts_left) == (True, 0)
    assert third in sentence(last.said)
