"""The caller's Telegram: async methods, plain values in and out, nobody else's name anywhere.

Each method names the capability it needs; the guard reads that, so the two can't disagree.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, Protocol, TypeVar

from commands.capabilities import Capability
from commands.rows import Chat

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Awaitable[Any]])


def needs(capability: Capability) -> Callable[[F], F]:
    def mark(method: F) -> F:
        method.__dict__["capability"] = capability
        return method

    return mark


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of what there is; ``cursor`` asks for more, None when this was all."""

    items: tuple[T, ...]
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class ChatState:
    """A line of the chat list. ``flags``: archived, mentioned, muted, pinned, verified; ``last`` in UTC."""

    chat: Chat
    unread: int
    last: datetime | None
    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Profile:
    """What a public name shows. ``members`` is None where Telegram doesn't say."""

    chat: Chat
    members: int | None
    about: str


class Telegram(Protocol):
    """Every method raises CommandErrors only: ``session_needed``, ``telegram_unreachable``, FloodWait..."""

    @needs(Capability.CHATS_READ)
    async def chats(self, *, fresh: bool = False) -> tuple[ChatState, ...]:
        """Newest first, pinned on top; from memory unless ``fresh``."""
        ...

    @needs(Capability.CHATS_RESOLVE)
    async def resolve(self, reference: str) -> Chat:
        """A title, @username, id or t.me link; NotFound ``chat_not_found`` otherwise."""
        ...

    @needs(Capability.PROFILES_READ)
    async def profile(self, username: str) -> Profile | None:
        """None if nobody is using this public name, which comes without its @."""
        ...


REQUIRED: Final[dict[str, Capability]] = {
    name: method.__dict__["capability"]
    for name, method in vars(Telegram).items()
    if "capability" in getattr(method, "__dict__", {})
}
"""The capability that each method of the gateway needs."""


async def each(turn: Callable[[str | None], Awaitable[Page[T]]]) -> AsyncIterator[T]:
    """Every item of a paged method: ``each(lambda cursor: telegram.something(chat, cursor=cursor))``."""
    page = await turn(None)
    while True:
        for item in page.items:
            yield item
        if page.cursor is None:
            return
        page = await turn(page.cursor)
