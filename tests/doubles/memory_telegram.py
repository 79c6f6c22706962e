"""A Telegram that lives in memory, for tests of lines only: no protocol, no network, no timing.

That the real gateway and the real data centre behave is tested elsewhere, against the demo data centre.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from commands import Chat, ChatState, Message, NotFound, Page, Profile, say
from commands.rows import ChatType

Item = TypeVar("Item")
NOW: Final = datetime(2026, 1, 31, 12, tzinfo=UTC)
TYPES: Final[tuple[ChatType, ...]] = ("user", "bot", "group", "supergroup", "channel")


@dataclass
class MemoryTelegram:
    """Satisfies ``commands.Telegram``. ``calls`` is what reached it; ``fail`` what calls of a method raise, in turn."""

    states: dict[int, ChatState] = field(default_factory=dict)
    calls: list[tuple[object, ...]] = field(default_factory=list)
    fail: dict[str, list[BaseException | None]] = field(default_factory=dict)
    history: dict[int, list[Message]] = field(default_factory=dict)
    muted_until: dict[int, datetime | None] = field(default_factory=dict)

    @classmethod
    def world(cls, chats: int = 200, seed: int = 1) -> MemoryTelegram:
        chance, memory = random.Random(seed), cls()
        memory.add("Pavel Durov", "durov", "channel", unread=3)
        memory.add("Offerte lampo", "scontierrati", "channel", unread=250, flags={"muted"})
        for number in range(chats - 2):
            memory.add(
                f"{chance.choice(('Offerte', 'Amici', 'Caffè', 'Notizie'))} {number}",
                f"chat_{number}",
                chance.choice(TYPES),
                unread=chance.randrange(400),
                flags={"muted"} if chance.random() < 0.4 else set(),
                last=NOW - timedelta(hours=chance.randrange(1, 4000)),
            )
        return memory

    def add(
        self,
        title: str,
        username: str | None = None,
        type: ChatType = "group",
        *,
        unread: int = 0,
        flags: set[str] | None = None,
        last: datetime | None = NOW,
    ) -> Chat:
        chat = Chat(len(self.states) + 1, title, type, username)
        self.states[chat.id] = ChatState(chat, unread, last, frozenset(flags or ()))
        return chat

    async def chats(self, *, fresh: bool = False) -> tuple[ChatState, ...]:
        self._called("chats", fresh)
        oldest = datetime.min.replace(tzinfo=UTC)
        return tuple(
            sorted(
                self.states.values(),
                key=lambda state: ("pinned" in state.flags, state.last or oldest),
                reverse=True,
            )
        )

    async def resolve(self, reference: str) -> Chat:
        self._called("resolve", reference)
        name = reference.removeprefix("https://t.me/").removeprefix("@")
        for state in self.states.values():
            if name in (state.chat.username, state.chat.title, str(state.chat.id)):
                return state.chat
        raise NotFound("chat_not_found", say("There is no chat {name}.", name=reference))

    async def profile(self, username: str) -> Profile | None:
        self._called("profile", username)
        found = [state.chat for state in self.states.values() if state.chat.username == username]
        return Profile(found[0], 42, "") if found else None

    async def messages(
        self, chat: Chat, *, search: str = "", limit: int = 100, cursor: str | None = None
    ) -> Page[Message]:
        self._called("messages", chat.id, search, limit, cursor)
        found = [message for message in self.history.get(chat.id, []) if search in message.text]
        return _page(found, int(cursor or 0), limit)

    async def activity(
        self, chat: Chat, *, since: datetime | None = None, cursor: str | None = None
    ) -> Page[datetime]:
        self._called("activity", chat.id, since, cursor)
        times = [message.time for message in self.history.get(chat.id, [])]
        return _page([time for time in times if since is None or time >= since], int(cursor or 0), 100)

    async def set_archived(self, chats: tuple[Chat, ...], archived: bool) -> tuple[bool, ...]:
        self._called("set_archived", tuple(chat.id for chat in chats), archived)
        return tuple(self._flag(chat, "archived", archived) for chat in chats)

    async def set_muted(self, chat: Chat, until: datetime | None) -> datetime | None:
        self._called("set_muted", chat.id, until)
        before = self.muted_until.get(chat.id)
        self.muted_until[chat.id] = until
        self._flag(chat, "muted", until is not None)
        return before

    async def leave(self, chat: Chat) -> bool:
        self._called("leave", chat.id)
        return self.states.pop(chat.id, None) is not None

    def _flag(self, chat: Chat, flag: str, on: bool) -> bool:
        state = self.states[chat.id]
        self.states[chat.id] = replace(state, flags=state.flags | {flag} if on else state.flags - {flag})
        return flag in state.flags

    def _called(self, method: str, *arguments: object) -> None:
        self.calls.append((method, *arguments))
        queue = self.fail.get(method)
        failure = queue.pop(0) if queue else None
        if failure is not None:
            raise failure


def _page(items: list[Item], start: int, limit: int) -> Page[Item]:
    end = start + limit
    return Page(tuple(items[start:end]), str(end) if end < len(items) else None)
