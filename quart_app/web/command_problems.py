"""What a refused command or a failed step of a Telegram login means to a program that asked over HTTP."""

from __future__ import annotations

from typing import Any, Final

from commands import CommandError
from quart_app.web.languages import worded
from quart_app.web.problems import Problem

_STATUSES: Final = {
    "storage_unavailable": 503,
    "telegram_unreachable": 503,
    "moved": 503,
    "timed_out": 504,
    "flood_wait": 429,
    "too_many": 429,
    "session_needed": 409,
    "session_ended": 409,
    "session_exists": 409,
    "no_login": 409,
    "no_telegram_account": 403,
    "phone_banned": 403,
    "other_account": 403,
    "account_banned": 403,
    "account_deleted": 403,
    "frozen": 403,
    "server_outdated": 502,
    "telegram_refused": 502,
    "api_refused": 502,
    "locked": 409,
    "no_other_way": 409,
    "view_only": 403,
    "codes_protected": 403,
}
"""Every other refusal is of what was sent: 400."""


def of_command_error(error: CommandError) -> Problem:
    """With the error's own code and sentence, and what else it says: ``hint``, ``reason``, ``attempts_left``."""
    extra: dict[str, Any] = {}
    if error.hint:
        extra["hint"] = worded(error.hint)
    if error.reason:
        extra["reason"] = error.reason
    attempts_left = getattr(error, "attempts_left", None)
    if attempts_left is not None:
        extra["attempts_left"] = attempts_left
    if getattr(error, "ended", False):
        extra["ended"] = True
    return Problem(
        _STATUSES.get(error.code, 400),
        error.code,
        error.said,
        retry_after=getattr(error, "retry_after", None),
        extra=extra,
    )
