"""What Telethon, the lease or the stores complain of, as errors that a person can read.

commands.CommandError
├── SessionNeeded         no session is open (session_needed)
├── SessionLocked         it is open, but not for this device (locked)
├── SessionEnded          it was ended: from the phone, by Telegram, by its age (session_ended)
├── SessionExists         one is open already; ``replace`` ends it (session_exists)
├── TooManyNames          public names are looked up too quickly (too_many)
├── Moved                 another worker has it (moved)
├── ViewOnly              this session may only read (view_only)
├── CodesProtected        login codes stay where they are (codes_protected)
└── commands.TelegramError
    ├── Unreachable       no answer (telegram_unreachable)
    ├── LoginRefused      a step of the login did not succeed; ``code`` says which way
    └── commands.FloodWait
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from telethon import errors as rpc

from commands import CommandError, FloodWait, TelegramError, Uncertain, say
from commands.phrases import Said
from quart_app.storage.errors import StorageUnavailable
from quart_app.telegram.lease import LeaseError
from quart_app.telegram.refusals import refusal_of, word_of


class SessionNeeded(CommandError):
    def __init__(self) -> None:
        super().__init__("session_needed", say("No Telegram session is open. Start one first."))


class SessionLocked(CommandError):
    def __init__(self) -> None:
        said = say(
            "Your session can't be opened from here. Unlock it with your password, or start a new one."
        )
        super().__init__("locked", said)


class SessionEnded(CommandError):
    """``at_telegram``: it is over there as well; otherwise only what was kept of it here is of no use."""

    def __init__(self, said: Said | None = None, *, at_telegram: bool = False) -> None:
        super().__init__("session_ended", said or say("Your Telegram session has ended. Start a new one."))
        self.at_telegram = at_telegram


class SessionExists(CommandError):
    def __init__(self) -> None:
        super().__init__("session_exists", say("A session is open already. Starting another ends it."))


class TooManyNames(CommandError):
    """``retry_after`` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        said = say("Telegram lets us look up only so many new names. Known chats still answer.")
        super().__init__("too_many", said)
        self.retry_after = retry_after


class Moved(CommandError):
    """``retry_after`` is in seconds."""

    retry_after = 1.0

    def __init__(self) -> None:
        super().__init__("moved", say("Your session is open on another server. Try again in a few seconds."))


class ViewOnly(CommandError):
    def __init__(self) -> None:
        said = say("This session is view only: it changes nothing. Start one with full access for that.")
        super().__init__("view_only", said)


class CodesProtected(CommandError):
    def __init__(self) -> None:
        said = say(
            "This chat carries login codes. It can be read, but neither searched nor passed on from here."
        )
        super().__init__("codes_protected", said)


class Unreachable(TelegramError):
    def __init__(self) -> None:
        said = say("Telegram can't be reached right now. Nothing was changed; try again in a moment.")
        super().__init__("telegram_unreachable", said)


class LoginRefused(TelegramError):
    """``attempts_left`` where a number of attempts is left; ``ended`` when the login is over."""

    def __init__(
        self,
        code: str,
        said: Said,
        *,
        attempts_left: int | None = None,
        retry_after: float | None = None,
        ended: bool = False,
    ) -> None:
        super().__init__(code, said)
        self.attempts_left, self.retry_after, self.ended = attempts_left, retry_after, ended


def ends_session(error: BaseException) -> bool:
    """Whether this auth key is of no use any more. A flood, a refusal or a lost network never is."""
    if isinstance(error, rpc.SessionPasswordNeededError):
        return False
    return isinstance(
        error,
        (rpc.UnauthorizedError, rpc.AuthKeyDuplicatedError, rpc.AuthKeyInvalidError, rpc.AuthKeyNotFound),
    )


def translated(error: BaseException) -> CommandError | None:
    """The error in words; None for what nobody foresaw."""
    if isinstance(error, CommandError):
        return error
    if ends_session(error):
        told = refusal_of(error)
        return SessionEnded(told.said if told else None, at_telegram=True)
    if isinstance(error, (rpc.FloodWaitError, rpc.FloodPremiumWaitError, rpc.SlowModeWaitError)):
        seconds = int(error.seconds)
        return FloodWait(say("Telegram asks us to wait {seconds} s.", seconds=seconds), seconds)
    if (told := refusal_of(error)) is not None:
        return TelegramError(told.code, told.said)
    if isinstance(error, rpc.RPCError):
        return TelegramError(
            "telegram_refused", say("Telegram refused this ({reason}).", reason=word_of(error))
        )
    if isinstance(error, LeaseError):
        return Moved()
    if isinstance(error, StorageUnavailable):
        return CommandError(
            "storage_unavailable", say("Storage can't be reached right now. Try again in a moment.")
        )
    if isinstance(error, (OSError, TimeoutError)):
        return Unreachable()
    return None


def unanswered(error: BaseException) -> Uncertain | None:
    """For something that was to be changed: the error, if Telegram may have heard and nobody knows what it did."""
    if isinstance(error, (OSError, TimeoutError, rpc.ServerError, rpc.TimedOutError)):
        said = say(
            "Telegram's answer did not come: this may have been done, or not. Look before you try again."
        )
        return Uncertain("unanswered", said)
    return None


@contextmanager
def in_words() -> Iterator[None]:
    """Whatever leaves this block and is foreseen leaves it as a CommandError."""
    try:
        yield
    except Exception as error:
        said = translated(error)
        if said is None or said is error:
            raise
        raise said from error
