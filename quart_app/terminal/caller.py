"""One person at one prompt, as a run of a line sees them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from commands.behaviour import Change
from commands.context import Handover
from commands.gateway import Telegram
from commands.phrases import Translations
from quart_app.telegram.advertising import Sponsored

MOST_ACTS: Final = 20
"""Acts of one terminal that are remembered."""


class Pace(Protocol):
    """Telegram's budget: how long so many requests take, and a turn for each."""

    def estimate(self, requests: int) -> timedelta: ...
    async def turn(self, requests: int) -> None: ...


class Advertising(Protocol):
    async def sponsored(self) -> Sequence[Sponsored]:
        """What is due after the posts that were read since."""
        ...


@dataclass(frozen=True, slots=True)
class Act:
    """What it takes to put an act back: the command's name and plain values."""

    command: str
    changes: tuple[Change[Any], ...]


@dataclass(slots=True)
class Caller:
    """Their Telegram, their budget, their language, and the reversible acts that they have done, newest last."""

    telegram: Telegram
    pace: Pace
    translations: Translations
    locale: str = "en"
    page_size: int = 20
    view_only: bool = False
    advertising: Advertising | None = None
    hand_over: Callable[[str], Handover] | None = None
    """Their own client, for a plugin that is named."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    acts: deque[Act] = field(default_factory=lambda: deque(maxlen=MOST_ACTS))
