"""What the acts of the audit log and their details are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from commands import say
from commands.phrases import Said
from quart_app.storage.audit_acts import Act
from quart_app.web.languages import worded

WORDS: Final[Mapping[Act, Said]] = {
    "registered": say("Registered"),
    "signed_in": say("Logged in"),
    "sign_in_failed": say("Log-in refused"),
    "signed_out": say("Logged out"),
    "signed_out_everywhere": say("Logged out everywhere"),
    "password_changed": say("Password changed"),
    "recovery_started": say("Recovery begun"),
    "recovered": say("Account recovered"),
    "second_factor_on": say("Second factor switched on"),
    "second_factor_off": say("Second factor switched off"),
    "second_factor_failed": say("Second factor refused"),
    "recovery_code_used": say("Recovery code used"),
    "recovery_codes_made": say("Recovery codes made"),
    "session_started": say("Telegram session started"),
    "session_ended": say("Telegram session ended"),
    "session_unlocked": say("Telegram session unlocked"),
    "token_made": say("API token made"),
    "token_revoked": say("API token revoked"),
    "device_ended": say("Device logged out"),
    "data_shown": say("Own data shown"),
    "account_deleted": say("Account deleted"),
    "account_disabled": say("Account disabled"),
    "account_enabled": say("Account enabled"),
    "account_purged": say("Unproven account removed"),
    "admin_granted": say("Made an administrator"),
    "admin_revoked": say("No longer an administrator"),
    "admin_act": say("Setting changed by an administrator"),
    "invite_made": say("Invite made"),
    "plugin_loaded": say("Plugin loaded"),
    "plugin_refused": say("Plugin left out"),
    "client_handed_over": say("Telegram client handed to a plugin"),
}
DETAILS: Final[Mapping[tuple[str, str | int], Said]] = {
    ("by", "command line"): say("from the command line"),
    ("device", "browser"): say("by browser"),
    ("device", "token"): say("by token"),
    ("keep", "24h"): say("up to 24 hours"),
    ("keep", "until_left"): say("until they leave"),
    ("kind", "known phone"): say("the phone had an account"),
    ("kind", "new"): say("new"),
    ("kind", "registration"): say("who may register"),
    ("method", "code"): say("with a code"),
    ("method", "password"): say("with a password"),
    ("method", "password again"): say("asked for the password again"),
    ("method", "qr"): say("with a QR code"),
    ("reason", "unproven"): say("unproven"),
    ("scope", "full"): say("full access"),
    ("scope", "view"): say("view only"),
}


def act_words(act: str) -> str:
    """An act that an older version wrote and nobody knows any more is shown as it stands."""
    said = {str(known): words for known, words in WORDS.items()}.get(act)
    return act if said is None else worded(said)


def detail_words(name: str, value: str | int) -> str:
    """A detail of an act; what has no words of its own is shown as it stands, but never all of what is long."""
    said = DETAILS.get((name, value))
    return f"{name}: {str(value)[:36]}" if said is None else worded(said)
