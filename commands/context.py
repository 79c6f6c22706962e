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
    from commands.command import Description


class Catalogue(Protocol):
    """What this caller may run: descriptions, never the commands themselves."""

    def all(self) -> Sequence[Description]: ...
    def find(self, name: str) -> Description | None: ...
    def nearest(self, name: str) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    run_id: str
    telegram: Telegram
    catalogue: Catalogue
    confirm: Callable[[Said], Awaitable[bool]]
    now: datetime
    locale: str
    page_size: int | None
    """How many rows fill a page; None when a pipe follows, which wants them all."""
    log: LoggerAdapter[Logger]

    def once(self, *key: str | int) -> int:
        """The same number for the same key in the same run: a resend is not a second message."""
        digest = blake2b(repr((self.run_id, key)).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)
