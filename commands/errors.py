"""What can go wrong, in words for the person at the prompt.

CommandError
├── UsageError        the line can't be run; ``at`` is where in the line
├── Refused           a gate said no
└── TelegramError
    ├── NotFound
    ├── FloodWait     come back after ``retry_after`` seconds
    └── Uncertain     it was sent; whether it took effect is not known
"""

from __future__ import annotations

from typing import TypeAlias

from commands.phrases import Said

Span: TypeAlias = tuple[int, int]


class CommandError(Exception):
    """Shown to the caller as an error notice with a stable code."""

    def __init__(self, code: str, said: Said, *, at: Span | None = None, hint: Said = "") -> None:
        super().__init__(code)
        self.code, self.said, self.at, self.hint = code, said, at, hint
        self.reason = ""


class UsageError(CommandError):
    """Its code is always ``usage``; ``reason`` is the finer word."""

    def __init__(self, reason: str, said: Said, *, at: Span | None = None, hint: Said = "") -> None:
        super().__init__("usage", said, at=at, hint=hint)
        self.reason = reason


class Refused(CommandError):
    pass


class TelegramError(CommandError):
    pass


class NotFound(TelegramError):
    pass


class Uncertain(TelegramError):
    pass


class FloodWait(TelegramError):
    def __init__(self, said: Said, retry_after: float) -> None:
        super().__init__("flood_wait", said)
        self.retry_after = retry_after
