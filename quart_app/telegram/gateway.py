"""The caller's Telegram as commands see it: bound to one user, values in and out, nothing else within reach."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, TypeVar

from commands import Chat, ChatState, Message, NotFound, Page, Profile, say
from commands.gateway import MOST_MESSAGES
from quart_app.telegram import changing, reading
from quart_app.telegram.advertising import Sponsored
from quart_app.telegram.chats import ChatRow
from quart_app.telegram.errors import TooManyNames, translated, unanswered
from quart_app.telegram.handed_out import carry
from quart_app.telegram.live import Live
from quart_app.telegram.profiles import ask_profile

T = TypeVar("T")

PROFILE_SECONDS: Final = 600.0
"""Looking up a public name is Telegram's tightest limit: what was learnt is kept this long, for this user alone."""
_PROFILES: Final = 500
_LINK: Final = re.compile(r"(?:https?://)?(?:t\.me|telegram\.me)/(\w+)/?", re.ASCII | re.IGNORECASE)
_USERNAME: Final = re.compile(r"[A-Za-z]\w{2,31}", re.ASCII)


class CallerTelegram:
    """Implements ``commands.Telegram``. ``use`` gives the live session and raises CommandErrors when there is none;
    ``failed`` is told of each error, since some of them mean that the session is over."""

    def __init__(
        self,
        use: Callable[[], Awaitable[Live]],
        failed: Callable[[Live, BaseException], Awaitable[None]],
    ) -> None:
        self._use, self._failed = use, failed
        self._has_read = False

    async def chats(self, *, fresh: bool = False) -> tuple[ChatState, ...]:
        """All chats, from memory once they are loaded."""
        live = await self._use()
        if fresh or live.chats.stale:
            await self._guarded(live, live.load_chats(fresh=fresh))
        return live.chats.states()

    async def resolve(self, reference: str) -> Chat:
        """A title, @username, id or t.me link; known chats first, Telegram only for a username it has to ask about."""
        live = await self._with_chats()
        link = _LINK.fullmatch(reference)
        name = link[1] if link else reference.removeprefix("@")
        row = self._known(live, reference, name)
        if row is not None:
            return row.chat()
        if (link or reference.startswith("@")) and _USERNAME.fullmatch(name):
            profile = await self._profile(live, name)
            if profile is not None:
                return profile.chat
        raise NotFound("chat_not_found", say("There is no chat {name}.", name=reference))

    @staticmethod
    def _known(live: Live, reference: str, name: str) -> ChatRow | None:
        if re.fullmatch(r"-?\d{1,18}", reference):
            return live.chats.get(int(reference))
        return live.chats.by_username(name) or live.chats.by_title(reference)

    async def profile(self, username: str) -> Profile | None:
        """None where nobody has this public name."""
        live = await self._use()
        if not _USERNAME.fullmatch(username):
            return None
        return await self._profile(live, username)

    async def _profile(self, live: Live, username: str) -> Profile | None:
        name = username.lower()
        asked_at, known = live.profiles.get(name, (float("-inf"), None))
        if known is not None and live.now() - asked_at < PROFILE_SECONDS:
            return known
        row = live.chats.by_username(name)
        entity = live.session.get_entity_rows_by_id(row.named.id) if row else None
        if entity is None and (wait := live.names.take()):
            raise TooManyNames(wait)
        found = await self._guarded(live, ask_profile(live.client, name, entity))
        if found is not None:
            if len(live.profiles) >= _PROFILES:
                live.profiles.pop(next(iter(live.profiles)))
            live.profiles[name] = live.now(), found
        return found

    async def messages(
        self, chat: Chat, *, search: str = "", limit: int = MOST_MESSAGES, cursor: str | None = None
    ) -> Page[Message]:
        """Newest first; reading the newest marks the chat as read."""
        live = await self._with_chats()
        self._has_read = True
        page = reading.read(live, chat, search=search, limit=limit, cursor=cursor)
        return await self._guarded(live, page)

    async def activity(
        self, chat: Chat, *, since: datetime | None = None, cursor: str | None = None
    ) -> Page[datetime]:
        live = await self._with_chats()
        return await self._guarded(live, reading.times(live, chat, since=since, cursor=cursor))

    async def set_archived(self, chats: tuple[Chat, ...], archived: bool) -> tuple[bool, ...]:
        live = await self._with_chats()
        return await self._guarded(live, changing.set_archived(live, chats, archived), acts=True)

    async def set_muted(self, chat: Chat, until: datetime | None) -> datetime | None:
        live = await self._with_chats()
        return await self._guarded(live, changing.set_muted(live, chat, until), acts=True)

    async def leave(self, chat: Chat) -> bool:
        live = await self._with_chats()
        return await self._guarded(live, changing.leave(live, chat), acts=True)

    async def send(self, request: bytes) -> Any:
        """For a client that was handed out: a request as its bytes. When no answer comes it may have been done."""
        live = await self._use()
        return await self._guarded(live, carry(live.client, request), acts=True)

    async def sponsored(self) -> list[Sponsored]:
        """For the terminal, not for commands: what is due after the posts that were read."""
        if not self._has_read:
            return []
        self._has_read = False
        live = await self._use()
        return await self._guarded(live, live.advertisers.show())

    async def _with_chats(self) -> Live:
        live = await self._use()
        await self._guarded(live, live.load_chats())
        return live

    async def _guarded(self, live: Live, call: Awaitable[T], *, acts: bool = False) -> T:
        """``acts``: when no answer has come, it may have been done all the same."""
        try:
            return await call
        except Exception as error:
            await self._failed(live, error)
            said = (unanswered(error) if acts else None) or translated(error)
            if said is None or said is error:
                raise
            raise said from error
