"""What Telegram answers to a login, in words: where a code went, and why a step was refused."""

from __future__ import annotations

from typing import Any, Final

from telethon import errors as rpc
from telethon import types

from commands import say
from commands.phrases import Said
from quart_app.telegram.errors import LoginRefused
from quart_app.telegram.state import SentCode

APPEAL: Final = "recover@telegram.org"

_WAYS: Final[dict[type[Any], str]] = {
    types.auth.SentCodeTypeApp: "app",
    types.auth.SentCodeTypeSms: "sms",
    types.auth.SentCodeTypeSmsWord: "sms",
    types.auth.SentCodeTypeSmsPhrase: "sms",
    types.auth.SentCodeTypeFirebaseSms: "sms",
    types.auth.SentCodeTypeCall: "call",
    types.auth.SentCodeTypeFlashCall: "call",
    types.auth.SentCodeTypeMissedCall: "call",
    types.auth.SentCodeTypeFragmentSms: "fragment",
}
_NEXT: Final[dict[type[Any], str]] = {
    types.auth.CodeTypeSms: "sms",
    types.auth.CodeTypeCall: "call",
    types.auth.CodeTypeFlashCall: "call",
    types.auth.CodeTypeMissedCall: "call",
    types.auth.CodeTypeFragmentSms: "fragment",
}
_USUAL_LENGTH: Final = 5

_NO_ACCOUNT: Final = say(
    "This phone number has no Telegram account. Make one in an official Telegram app first."
)

# Each refusal with the code for programs, the sentence for people, and whether the login is over.
_REFUSALS: Final[tuple[tuple[type[Exception], str, Said, bool], ...]] = (
    (
        rpc.PhoneNumberBannedError,
        "phone_banned",
        say("Telegram has banned this phone number. You can write to {address}.", address=APPEAL),
        True,
    ),
    (rpc.PhoneNumberInvalidError, "phone_refused", say("Telegram doesn’t know this phone number."), True),
    (rpc.PhoneNumberUnoccupiedError, "no_telegram_account", _NO_ACCOUNT, True),
    (
        rpc.PhoneNumberFloodError,
        "too_many",
        say("Telegram has had too many logins for this phone today. Try again tomorrow."),
        True,
    ),
    (
        rpc.PhonePasswordFloodError,
        "too_many",
        say("Telegram has had too many wrong passwords for this account. Try again tomorrow."),
        True,
    ),
    (
        rpc.PhoneCodeExpiredError,
        "code_expired",
        say("This code has run out. Start again to get another."),
        True,
    ),
    (
        rpc.SendCodeUnavailableError,
        "no_other_way",
        say("Telegram offers no other way to send this code."),
        False,
    ),
    (
        rpc.ApiIdInvalidError,
        "api_refused",
        say("Telegram refuses this server’s API id. Tell the person who runs it."),
        True,
    ),
    (
        rpc.ApiIdPublishedFloodError,
        "api_refused",
        say("Telegram refuses this server’s API id. Tell the person who runs it."),
        True,
    ),
)


def refusal(error: BaseException) -> LoginRefused | None:
    """The refusal in words; None for what has no words of its own here."""
    for kind, code, said, ended in _REFUSALS:
        if isinstance(error, kind):
            return LoginRefused(code, said, ended=ended)
    return None


def no_account() -> LoginRefused:
    """Telegram would have to sign the phone up, which only its own apps may do."""
    return LoginRefused("no_telegram_account", _NO_ACCOUNT, ended=True)


def sent_code(answer: Any) -> SentCode:
    """Where Telegram sent it. Raises LoginRefused for ways that this server can't go."""
    way = _WAYS.get(type(getattr(answer, "type", None)))
    if way is None:
        said = say(
            "Telegram wants to send the code in a way that this server doesn’t support yet, such as e-mail."
        )
        raise LoginRefused("not_available", said, ended=True)
    length = getattr(answer.type, "length", None) or _USUAL_LENGTH
    return SentCode(way, int(length), answer.timeout, _NEXT.get(type(answer.next_type)))
