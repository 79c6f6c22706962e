"""What Telegram says no with, told as a sentence that helps: one table for logins and for open sessions.

``code`` is the word for programs. ``ends`` says whether a login is over by it; an open session ends by a dead key
alone (see errors.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from telethon.errors.rpcerrorlist import rpc_errors_dict, rpc_errors_re

from commands import say
from commands.phrases import Said

APPEAL: Final = "recover@telegram.org"
FROZEN_APPEAL: Final = "@SpamBot"


@dataclass(frozen=True, slots=True)
class Refusal:
    code: str
    said: Said
    ends: bool = True


_NO_ACCOUNT: Final = Refusal(
    "no_telegram_account",
    say("This phone number has no Telegram account. Make one in an official Telegram app first."),
)
_PHONE_BANNED: Final = Refusal(
    "phone_banned",
    say("Telegram has banned this phone number. You can write to {address}.", address=APPEAL),
)
_ACCOUNT_BANNED: Final = Refusal(
    "account_banned", say("Telegram has banned this account. You can write to {address}.", address=APPEAL)
)
_FROZEN: Final = Refusal(
    "frozen",
    say(
        "Telegram has frozen this account: it can be read, but nothing in it changed. Write to {address} in "
        "Telegram to appeal.",
        address=FROZEN_APPEAL,
    ),
)
_API: Final = Refusal(
    "api_refused", say("Telegram refuses this server’s API id. Tell the person who runs it.")
)
_CODE_EXPIRED: Final = Refusal("code_expired", say("This code has run out. Start again to get another."))
_NO_OTHER_WAY: Final = Refusal(
    "no_other_way", say("Telegram offers no other way to send this code."), ends=False
)
_SQUARE: Final = Refusal("qr_expired", say("This QR code has run out. Start again to get another."))
_EMAIL: Final = Refusal(
    "email_refused", say("Telegram doesn’t take this e-mail address. Try another."), ends=False
)
_EMAIL_OVER: Final = Refusal(
    "email_expired", say("The code sent by e-mail has run out. Start again to get another.")
)
_OTHER_STEP: Final = Refusal(
    "telegram_refused", say("Telegram expected another step of this login. Start again.")
)
_OFFICIAL_APPS: Final = Refusal(
    "not_available",
    say(
        "Telegram lets only its own apps ask for a code for this phone just now. Log in with the QR code instead."
    ),
)
_ENDED: Final = Refusal("session_ended", say("Your Telegram session has ended. Start a new one."))
_FULL: Final = say("Telegram has had too many logins for this phone today. Try again tomorrow.")

REFUSALS: Final[dict[str, Refusal]] = {
    "PHONE_NUMBER_INVALID": Refusal("phone_refused", say("Telegram doesn’t know this phone number.")),
    "PHONE_NUMBER_BANNED": _PHONE_BANNED,
    "PHONE_NUMBER_UNOCCUPIED": _NO_ACCOUNT,
    "PHONE_NUMBER_APP_SIGNUP_FORBIDDEN": _NO_ACCOUNT,
    "PHONE_NUMBER_FLOOD": Refusal("too_many", _FULL),
    "FLOOD": Refusal("too_many", _FULL),
    "PHONE_PASSWORD_FLOOD": Refusal(
        "too_many", say("Telegram has had too many wrong passwords for this account. Try again tomorrow.")
    ),
    "PHONE_PASSWORD_PROTECTED": _OFFICIAL_APPS,
    "PHONE_CODE_EXPIRED": _CODE_EXPIRED,
    "PHONE_CODE_HASH_EMPTY": _CODE_EXPIRED,
    "PHONE_HASH_EXPIRED": _CODE_EXPIRED,
    "CODE_HASH_INVALID": _CODE_EXPIRED,
    "SEND_CODE_UNAVAILABLE": _NO_OTHER_WAY,
    "SMS_CODE_CREATE_FAILED": Refusal(
        "telegram_refused", say("Telegram could not send the code. Try again in a few minutes.")
    ),
    "SIGN_IN_FAILED": Refusal("telegram_refused", say("Telegram could not finish this login. Start again.")),
    "AUTH_RESTART": Refusal("telegram_refused", say("Telegram could not start this login. Try again.")),
    "API_ID_INVALID": _API,
    "API_ID_PUBLISHED_FLOOD": _API,
    "CONNECTION_API_ID_INVALID": _API,
    "UPDATE_APP_TO_LOGIN": Refusal(
        "server_outdated",
        say("Telegram asks for a newer app for this login. Tell the person who runs this server."),
    ),
    "RECAPTCHA_CHECK": _OFFICIAL_APPS,
    "PASSKEY_ORIGIN_MISMATCH": Refusal(
        "not_available", say("Passkeys work only in Telegram’s own apps. Log in with the QR code instead.")
    ),
    "SESSION_PASSWORD_NEEDED": _OTHER_STEP,
    "SRP_ID_INVALID": Refusal(
        "password_expired", say("Telegram did not wait for the password. Type it once more."), ends=False
    ),
    "SRP_PASSWORD_CHANGED": Refusal(
        "password_changed", say("The password was changed meanwhile. Start again with the new one.")
    ),
    "AUTH_TOKEN_EXPIRED": _SQUARE,
    "AUTH_TOKEN_INVALID": _SQUARE,
    "AUTH_TOKEN_INVALID2": _SQUARE,
    "AUTH_TOKEN_INVALIDX": _SQUARE,
    "AUTH_TOKEN_ALREADY_ACCEPTED": _SQUARE,
    "AUTH_TOKEN_EXCEPTION": _SQUARE,
    "EMAIL_INVALID": _EMAIL,
    "EMAIL_NOT_ALLOWED": _EMAIL,
    "EMAIL_UNCONFIRMED": _EMAIL,
    "EMAIL_VERIFY_EXPIRED": _EMAIL_OVER,
    "EMAIL_HASH_EXPIRED": _EMAIL_OVER,
    "EMAIL_NOT_SETUP": _OTHER_STEP,
    "EMAIL_INSTALL_MISSING": _OTHER_STEP,
    "EMAIL_TOKEN_INVALID": _OTHER_STEP,
    "PHONE_MIGRATE": _OTHER_STEP,
    "NETWORK_MIGRATE": _OTHER_STEP,
    "USER_MIGRATE": _OTHER_STEP,
    "FROZEN_METHOD_INVALID": _FROZEN,
    "FROZEN_PARTICIPANT_MISSING": _FROZEN,
    "USER_DEACTIVATED": Refusal(
        "account_deleted",
        say("This Telegram account has been deleted. If not by you, write to {address}.", address=APPEAL),
    ),
    "USER_DEACTIVATED_BAN": _ACCOUNT_BANNED,
    "INPUT_USER_DEACTIVATED": Refusal(
        "user_deleted", say("The person has deleted their Telegram account."), ends=False
    ),
    "SESSION_REVOKED": Refusal(
        "session_ended", say("Your Telegram session was ended from another device. Start a new one.")
    ),
    "SESSION_EXPIRED": Refusal(
        "session_ended", say("Telegram has let your session run out. Start a new one.")
    ),
    "AUTH_KEY_UNREGISTERED": _ENDED,
    "AUTH_KEY_INVALID": _ENDED,
    "AUTH_KEY_PERM_EMPTY": _ENDED,
    "AUTH_KEY_DUPLICATED": Refusal(
        "session_ended",
        say(
            "Telegram has ended your session, because it was used from two places at once. Start a new one, and "
            "tell the person who runs this server."
        ),
    ),
    "FRESH_RESET_AUTHORISATION_FORBIDDEN": Refusal(
        "too_fresh",
        say(
            "Telegram lets a session end others only a day after its login. Do it in Telegram, under Devices."
        ),
        ends=False,
    ),
    "TAKEOUT_INIT_DELAY": Refusal(
        "not_available",
        say("Telegram asks to confirm this export in its own app first, or to wait for a day."),
        ends=False,
    ),
    "SENT_CODE_PAYMENT_REQUIRED": Refusal(
        "not_available",
        say(
            "Telegram wants to be paid for sending this code, which only its own apps can do. Log in with the QR "
            "code instead."
        ),
    ),
    "OTHER_ACCOUNT": Refusal(
        "other_account",
        say(
            "That is another Telegram account than the one of your phone number here. It was logged out again; "
            "scan with the right one."
        ),
    ),
}
"""By Telegram's own word without a number at its end; the last two are ours, for answers that are no errors."""

_WORDS: Final[dict[type[Any], str]] = {
    **{kind: word for word, kind in rpc_errors_dict.items()},
    **{kind: pattern.partition("_(")[0] for pattern, kind in rpc_errors_re},
}


def word_of(error: BaseException) -> str:
    """Telegram's own word: ``PHONE_NUMBER_BANNED``; without what is counted at its end."""
    word = _WORDS.get(type(error)) or str(getattr(error, "message", "") or type(error).__name__)
    return "RECAPTCHA_CHECK" if word.startswith("RECAPTCHA_CHECK") else word


def refusal_of(error: BaseException) -> Refusal | None:
    return REFUSALS.get(word_of(error))


def refusal_with(code: str) -> Refusal | None:
    """The first in the table with this code for programs."""
    return next((refusal for refusal in REFUSALS.values() if refusal.code == code), None)
