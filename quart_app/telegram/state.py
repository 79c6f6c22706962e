"""What can be said about a user's Telegram session, to pages, API and terminal alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from commands.phrases import Said


class SessionPhase(StrEnum):
    NONE = "none"
    CODE_SENT = "code_sent"
    EMAIL_NEEDED = "email_needed"
    PASSWORD_NEEDED = "password_needed"  # a state, not a password  # noqa: S105  # nosec B105
    QR_WAIT = "qr_wait"
    ACTIVE = "active"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class SentCode:
    """Where Telegram sent the login code and what can be done if it doesn't come."""

    sent_to: str
    """``app``, ``sms``, ``sms_word``, ``sms_phrase``, ``call``, ``flash_call``, ``missed_call``, ``email`` or
    ``fragment``."""
    length: int | None
    """None where the code is a word or a phrase."""
    timeout: int | None
    """Seconds until another way may be asked for."""
    next: str | None
    hint: str | None = None
    """An e-mail address with most of it hidden, how a calling number begins, or the first letter of a word."""
    url: str | None = None
    """Where the code can be read, on fragment.com."""


@dataclass(frozen=True, slots=True)
class SentEmail:
    """The code that proves an e-mail address to which login codes shall go."""

    sent_to: str
    """The address, with most of it hidden."""
    length: int


@dataclass(frozen=True, slots=True)
class QrCode:
    """A link for the Telegram app of whoever logs in; another takes its place before it runs out."""

    url: str
    expires_at: int
    """Unix seconds."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a login that nobody was waiting for has ended: the word for programs, the sentence for people."""

    code: str
    said: Said


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
    email: SentEmail | None = None
    qr: QrCode | None = None
    attempts_left: int | None = None
    """For the code or the password that is asked for."""
    problem: Problem | None = None
    left_behind: int | None = None
    """When the latest session ended, in Unix seconds, that Telegram may still list among the devices."""
