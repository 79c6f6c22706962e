"""The caller's Telegram: async methods, plain values in and out, nobody else's name anywhere.

Each method names the capability it needs; the guard reads that, so the two can't disagree. What changes something
answers with what was there before, as it was when it acted: that is what puts it back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, Protocol, TypeVar

from commands.capabilities import Capability
from commands.rows import Chat, Message

MOST_MESSAGES: Final = 100
"""On one page; as Telegram has it."""
MOST_CHATS: Final = 100
"""Chats that one request may archive; as Telegram has it."""

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
    """Every method raises CommandErrors only: ``session_needed``, ``telegram_unreachable``, FloodWait...

    Those that change something raise Uncertain when it is not known whether Telegram has heard.
    """

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

    @needs(Capability.MESSAGES_READ)
    async def messages(
        self, chat: Chat, *, search: str = "", limit: int = MOST_MESSAGES, cursor: str | None = None
    ) -> Page[Message]:
        """Newest first, ``limit`` of them at most; with ``search`` those that have these words.

        Reading the newest marks the chat as read, as opening it anywhere does; a search marks nothing. Login codes
        are masked, and the chats in which they arrive can't be searched (``codes_protected``).
        """
        ...

    @needs(Capability.ACTIVITY_READ)
    async def activity(
        self, chat: Chat, *, since: datetime | None = None, cursor: str | None = None
    ) -> Page[datetime]:
        """When messages were written, newest first, none before ``since``. No texts, and nothing is marked as read."""
        ...

    @needs(Capability.CHATS_ARCHIVE)
    async def set_archived(self, chats: tuple[Chat, ...], archived: bool) -> tuple[bool, ...]:
        """Move up to MOST_CHATS chats into the archive or out of it, in one request: whether each was there before."""
        ...

    @needs(Capability.CHATS_MUTE)
    async def set_muted(self, chat: Chat, until: datetime | None) -> datetime | None:
        """Silence a chat up to a time (one in 2038 is for ever), or let it be heard: until when it was silent before.

        Two requests.
        """
        ...

    @needs(Capability.CHATS_LEAVE)
    async def leave(self, chat: Chat) -> bool:
        """Leave a group or channel, for good: False if the caller was not in it. Refused ``not_a_group`` otherwise."""
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
