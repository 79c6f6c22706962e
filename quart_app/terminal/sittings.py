"""Terminals at work in this worker, found again by the pages that come back to them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any, Final
from uuid import UUID

from commands.phrases import Said
from quart_app.stopping import stop
from quart_app.telegram.caller import Caller
from quart_app.terminal import failures
from quart_app.terminal.lasting_wire import LastingWire
from quart_app.terminal.presence import Closable

PATIENCE_SECONDS: Final = 120.0
"""How long a page without a connection is waited for: a tunnel, another network, a lid that was closed."""
MOST_PARKED: Final = 3
"""Of one user: whoever has more of them gone without a word has most likely closed them."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who opened a terminal, and whoever comes back to it has to be all of this again."""

    user_id: UUID
    sign_in: str
    """The digest of its secret."""
    device: str | None
    """The one-way name of the vault's secret: a stolen sign-in alone leads into no terminal that is unlocked."""


@dataclass(frozen=True, slots=True, eq=False)
class Sitting:
    """One terminal, from its page's first socket to its last."""

    name: str
    visitor: Visitor
    caller: Caller
    wire: LastingWire
    session: Closable

    @property
    def user_id(self) -> UUID:
        return self.visitor.user_id

    def close(self, code: int, text: Said) -> None:
        """With nobody there to be told, it just ends."""
        if self.wire.is_parked:
            self.wire.give_up()
        else:
            self.session.close(code, text)


def new_name() -> str:
    return token_urlsafe(16)


class Sittings:
    def __init__(self) -> None:
        self._open: dict[str, Sitting] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Let a terminal live apart from the request that opened it."""
        task = asyncio.create_task(work, name="a terminal")
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            logger.error("a terminal failed:\n%s", "\n".join(failures.trace(fault)))

    @contextmanager
    def holding(self, sitting: Sitting) -> Iterator[None]:
        """While it lasts, its page finds it."""
        self._open[sitting.name] = sitting
        try:
            yield
        finally:
            del self._open[sitting.name]

    def find(self, name: str, visitor: Visitor, seen: int) -> Sitting | None:
        """The terminal that this page may go on with, if it can from there."""
        found = self._open.get(name)
        if found is None or found.visitor != visitor:
            return None
        if found.wire.reaches(seen):
            return found
        found.wire.give_up()
        return None

    def make_room(self, user_id: UUID) -> None:
        """Wait no longer for those of this user that have waited longest, if they are too many."""
        parked = [each for each in self._open.values() if each.user_id == user_id and each.wire.is_parked]
        parked.sort(key=lambda each: each.wire.parked_at)
        for each in parked[:-MOST_PARKED]:
            each.wire.give_up()

    async def close(self) -> None:
        """At the stop: whatever has not ended by then."""
        await stop(tuple(self._tasks))
