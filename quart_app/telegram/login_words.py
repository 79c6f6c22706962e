"""What Telegram answers to a login, in words: where a code went, and why a step was refused."""

from __future__ import annotations

from typing import Any, Final

from telethon import types

from commands import say, say_n
from commands.phrases import Said
from quart_app.telegram.errors import LoginRefused
from quart_app.telegram.refusals import REFUSALS, Refusal, refusal_of
from quart_app.telegram.state import SentCode

_WAYS: Final[dict[type[Any], str]] = {
    types.auth.SentCodeTypeApp: "app",
    types.auth.SentCodeTypeSms: "sms",
    types.auth.SentCodeTypeSmsWord: "sms_word",
    types.auth.SentCodeTypeSmsPhrase: "sms_phrase",
    types.auth.SentCodeTypeCall: "call",
    types.auth.SentCodeTypeFlashCall: "flash_call",
    types.auth.SentCodeTypeMissedCall: "missed_call",
    types.auth.SentCodeTypeEmailCode: "email",
    types.auth.SentCodeTypeFragmentSms: "fragment",
}
_NEXT: Final[dict[type[Any], str]] = {
    types.auth.CodeTypeSms: "sms",
    types.auth.CodeTypeCall: "call",
    types.auth.CodeTypeFlashCall: "flash_call",
    types.auth.CodeTypeMissedCall: "missed_call",
    types.auth.CodeTypeFragmentSms: "fragment",
}
_WORDS: Final = {"sms_word", "sms_phrase"}
_USUAL_LENGTH: Final = 5
_FRAGMENT: Final = "https://fragment.com/"


def refusal(error: BaseException) -> LoginRefused | None:
    """The refusal in words; None for what has no words of its own here."""
    found = refusal_of(error)
    return None if found is None else refused(found)


def refused(found: Refusal) -> LoginRefused:
    return LoginRefused(found.code, found.said, ended=found.ends)


def no_account() -> LoginRefused:
    """Telegram would have to sign the phone up, which only its own apps may do."""
    return refused(REFUSALS["PHONE_NUMBER_UNOCCUPIED"])


def other_account() -> LoginRefused:
    return refused(REFUSALS["OTHER_ACCOUNT"])


def sent_code(answer: Any) -> SentCode:
    """Where Telegram sent it. Raises LoginRefused for ways that this server can't go."""
    if isinstance(answer, types.auth.SentCodePaymentRequired):
        raise refused(REFUSALS["SENT_CODE_PAYMENT_REQUIRED"])
    kind: Any = getattr(answer, "type", None)
    way = _WAYS.get(type(kind))
    if way is None:  # one that only Telegram's own apps can go
        raise refused(REFUSALS["PHONE_PASSWORD_PROTECTED"])
    length = None if way in _WORDS else int(getattr(kind, "length", None) or _USUAL_LENGTH)
    return SentCode(way, length, answer.timeout, _NEXT.get(type(answer.next_type)), _hint(kind), _url(kind))


def _hint(kind: Any) -> str | None:
    for name in ("email_pattern", "prefix", "pattern", "beginning"):
        if found := getattr(kind, name, None):
            return str(found)
    return None


def _url(kind: Any) -> str | None:
    """Only an address of Fragment itself is shown as a link."""
    url = str(getattr(kind, "url", None) or "")
    return url if url.startswith(_FRAGMENT) else None


def wrong(what: str, left: int) -> LoginRefused:
    """A wrong ``code`` or ``password``; with none left the login is over."""
    if left > 0:
        return LoginRefused(f"{what}_wrong", _AGAIN[what](left), attempts_left=left)
    return LoginRefused(f"{what}_wrong", _LAST[what], attempts_left=0, ended=True)


def _code_again(left: int) -> Said:
    return say_n(
        "This code isn’t right. You have {n} more try.",
        "This code isn’t right. You have {n} more tries.",
        left,
    )


def _password_again(left: int) -> Said:
    return say_n(
        "Telegram says that this password isn’t right. You have {n} more try.",
        "Telegram says that this password isn’t right. You have {n} more tries.",
        left,
    )


_AGAIN: Final = {"code": _code_again, "password": _password_again}
_LAST: Final = {
    "code": say("That was the third wrong code. Start again to get another."),
    "password": say("That was the fifth wrong password. Start again when you have it."),
}
