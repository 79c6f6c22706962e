"""What can be said about a user's Telegram session, to pages, API and terminal alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class SessionPhase(StrEnum):
    NONE = "none"
    CODE_SENT = "code_sent"
    EMAIL_NEEDED = "email_needed"
    PASSWORD_NEEDED = "password_needed"  # noqa: S105 # nosec B105 (a state, not a password)
    QR_WAIT = "qr_wait"
    ACTIVE = "active"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class SentCode:
    """Where Telegram sent the login code and what can be done if it doesn't come."""

    sent_to: str
    """``app``, ``sms``, ``call``, ``email`` or ``fragment``."""
    length: int
    timeout: int | None
    """Seconds until another way may be asked for."""
    next: str | None


@dataclass(frozen=True, slots=True)
class SessionState:
    state: SessionPhase
    expires_at: int | None = None
    """Unix seconds."""
    scope: Literal["full", "view"] | None = None
    keep: Literal["until_left", "24h"] | None = None
    hint: str | None = None
    """The owner's own hint for the two-step password, while it is asked for."""
    code: SentCode | None = None
