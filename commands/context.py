"""Everything that one run of one command is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from logging import Logger, LoggerAdapter
from typing import TYPE_CHECKING, Protocol

from commands.gateway import Telegram
from commands.phrases import Said

if TYPE_CHECKING:
    from commands.description import Description


class Catalogue(Protocol):
    """What this caller may run: descriptions, never the commands themselves."""

    def all(self) -> Sequence[Description]: ...
    def find(self, name: str) -> Description | None: ...
    def nearest(self, name: str) -> str | None: ...


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

    def once(self, *key: str | int) -> int:
        """The same number for the same key in the same run: a resend is not a second message."""
        digest = blake2b(repr((self.run_id, key)).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)
