"""What can go wrong, in words for the person at the prompt.

CommandError
├── UsageError        the line can't be run; ``at`` is where in the line
├── UnknownCommand    the same for a first word that no plugin has; ``close`` is the nearest that one has
├── Refused           a gate said no
└── TelegramError
    ├── NotFound
    ├── FloodWait     come back after ``retry_after`` seconds
    └── Uncertain     it was sent; whether it took effect is not known
"""

from __future__ import annotations

from typing import TypeAlias

from commands.phrases import Said, say

Span: TypeAlias = tuple[int, int]
"""From and up to which character of a line."""


class CommandError(Exception):
    """Shown to the caller as an error notice.

    ``code`` is a stable word for programs, ``reason`` a finer one where the code names a family, ``said`` the
    sentence for people, ``hint`` what to do instead, ``at`` the place in the line.
    """

    def __init__(
        self, code: str, said: Said, *, at: Span | None = None, hint: Said = "", reason: str = ""
    ) -> None:
        super().__init__(code)
        self.code, self.said, self.at, self.hint, self.reason = code, said, at, hint, reason


class UsageError(CommandError):
    """Its code is always ``usage``; the word that an author gives is the ``reason``."""

    def __init__(self, reason: str, said: Said, *, at: Span | None = None, hint: Said = "") -> None:
        super().__init__("usage", said, at=at, hint=hint, reason=reason)


class UnknownCommand(CommandError):
    def __init__(self, name: str, close: str | None = None, *, at: Span | None = None) -> None:
        super().__init__(
            "unknown_command",
            say("There is no command {name}.", name=name),
            at=at,
            hint=say("Did you mean {close}?", close=close) if close else "",
        )
        self.close = close


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
