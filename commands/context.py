"""Everything that one run of one command is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from logging import Logger, LoggerAdapter
from typing import TYPE_CHECKING, Any, Final, Protocol

from commands.capabilities import Capability
from commands.errors import Refused
from commands.gateway import Telegram
from commands.phrases import Said, say

if TYPE_CHECKING:
    from commands.description import Description


class Catalogue(Protocol):
    """What this caller may run: descriptions, never the commands themselves."""

    def all(self) -> Sequence[Description]: ...
    def find(self, name: str) -> Description | None: ...
    def nearest(self, name: str) -> str | None: ...


async def _refused(_request: bytes) -> Any:
    raise _not_declared()


def _no_client(_send: Callable[[bytes], Awaitable[Any]]) -> Any:
    raise _not_declared()


def _not_declared() -> Refused:
    capability = Capability.TELEGRAM_CLIENT
    return Refused("not_declared", say("This command has not declared {capability}.", capability=capability))


@dataclass(frozen=True, slots=True)
class Handover:
    """How a command gets the caller's own client: ``make`` makes it, ``send`` carries its requests."""

    send: Callable[[bytes], Awaitable[Any]] = _refused
    make: Callable[[Callable[[bytes], Awaitable[Any]]], Any] = _no_client


NOTHING_HANDED_OVER: Final = Handover()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The caller's world and nothing wider: no user id, no setting, no store, no way to name another user."""

    run_id: str
    telegram: Telegram
    """The caller's, guarded by what the command has declared."""
    catalogue: Catalogue
    confirm: Callable[[Said], Awaitable[bool]]
    """Ask the person. The command's time doesn't run meanwhile."""
    render: Callable[[Said], str]
    """A phrase in the caller's language, for a cell; events take phrases as they are."""
    now: datetime
    locale: str
    page_size: int | None
    """How many rows fill a page; None when a pipe follows, which wants them all."""
    log: LoggerAdapter[Logger]
    """For the operator. Never log what people wrote, nor whom they wrote to."""
    handover: Handover = NOTHING_HANDED_OVER
    """The app's; ``client`` uses it."""

    def client(self) -> Any:
        """The caller's own Telethon client, for a command that declares ``telegram.client`` and was granted it by name.

        Every request still passes the gate: a view-only session stays so, flood waits are refused at once. It hands
        over whatever the caller can see and do, as long as the run lasts. Refused ``not_declared`` otherwise.
        """
        return self.handover.make(self.handover.send)

    def once(self, *key: str | int) -> int:
        """The same number for the same key in the same run: a resend is not a second message."""
        digest = blake2b(repr((self.run_id, key)).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)
