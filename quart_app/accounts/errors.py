"""What can go wrong with an account.

AccountError
├── BadPhone            no phone number of the kind that may register here
├── BadPassword         refused as a new password, with a reason
├── RegistrationClosed  nobody may register
├── InviteNeeded        registering takes an invite that is unused and unexpired
├── UnknownUser         no such account (any more), or its pepper is gone
└── Busy                more passwords wait to be checked than can be in time
"""

from __future__ import annotations

from typing import Literal

PasswordFault = Literal["too_short", "too_long", "common", "is_phone", "not_text"]


class AccountError(Exception):
    """Base of the tree; messages name no phone and no password."""


class BadPhone(AccountError, ValueError):
    """The text is no phone number that may be used here."""


class BadPassword(AccountError, ValueError):
    """A new password was refused; ``reason`` is a stable word."""

    def __init__(self, reason: PasswordFault) -> None:
        super().__init__(reason)
        self.reason: PasswordFault = reason


class RegistrationClosed(AccountError):
    """REGISTRATION=closed."""


class InviteNeeded(AccountError):
    """REGISTRATION=invite, and none was given, or not one that still works."""


class UnknownUser(AccountError):
    """No such user, or nothing of the user can be read."""


class Busy(AccountError):
    """The queue for password hashing is full; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many passwords are being checked")
        self.retry_after = retry_after
