"""What the audit log may say: these acts and these details, and nothing that anybody wrote."""

from __future__ import annotations

from typing import Final, Literal, get_args

Act = Literal[
    "registered",
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "signed_out_everywhere",
    "password_changed",
    "recovery_started",
    "recovered",
    "second_factor_on",
    "second_factor_off",
    "second_factor_failed",
    "recovery_code_used",
    "recovery_codes_made",
    "session_started",
    "session_ended",
    "session_unlocked",
    "token_made",
    "token_revoked",
    "device_ended",
    "data_shown",
    "account_deleted",
    "account_disabled",
    "account_enabled",
    "account_purged",
    "admin_granted",
    "admin_revoked",
    "admin_act",
    "invite_made",
    "plugin_loaded",
    "plugin_refused",
    "client_handed_over",
]
ACTS: Final[frozenset[str]] = frozenset(get_args(Act))

DETAILS: Final = frozenset(
    {
        "by",  # the id of the account that did it to another's, or "command line"
        "count",
        "device",  # browser or token
        "keep",
        "kind",
        "method",  # code, qr, password, second factor, recovery code
        "plugin",
        "reason",
        "scope",
        "version",
        "why",
    }
)
"""The names under which a detail may stand; values are words of ours, numbers, names and versions of plugins."""
