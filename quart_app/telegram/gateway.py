"""The caller's Telegram as commands see it: bound to one user, values in and out, nothing else within reach."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from telethon import errors as rpc
from telethon import functions, types, utils

from commands import Chat, ChatState, NotFound, Profile, say
from quart_app.telegram.chats import ChatRow
from quart_app.telegram.errors import TooManyNames, translated
from quart_app.telegram.gate import GatedClient
from quart_app.telegram.live import Live
from quart_app.telegram.mapping import chat_of, named

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

    async def chats(self, *, fresh: bool = False) -> tuple[ChatState, ...]:
        """All chats, from memory once they are loaded."""
        live = await self._use()
        if fresh or live.chats.stale:
            await self._guarded(live, live.load_chats(fresh=fresh))
        return live.chats.states()

    async def resolve(self, reference: str) -> Chat:
        """A title, @username, id or t.me link; known chats first, Telegram only for a username it has to ask about."""
        live = await self._use()
        await self._guarded(live, live.load_chats())
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
        found = await self._guarded(live, _ask(live.client, name, entity))
        if found is not None:
            if len(live.profiles) >= _PROFILES:
                live.profiles.pop(next(iter(live.profiles)))
            live.profiles[name] = live.now(), found
        return found

    async def _guarded(self, live: Live, call: Awaitable[T]) -> T:
        try:
            return await call
        except Exception as error:
            await self._failed(live, error)
            said = translated(error)
            if said is None or said is error:
                raise
            raise said from error


async def _ask(client: GatedClient, username: str, known: tuple[int, int] | None) -> Profile | None:
    if known is None:
        try:
            found = await client(functions.contacts.ResolveUsernameRequest(username))
        except (rpc.UsernameNotOccupiedError, rpc.UsernameInvalidError):
            return None
        marked = utils.get_peer_id(found.peer)
        entities = {utils.get_peer_id(entity): entity for entity in (*found.users, *found.chats)}
        if marked not in entities:
            return None
        return await _full(client, utils.get_input_peer(entities[marked]))
    bare, kind = utils.resolve_id(known[0])
    if kind is types.PeerUser:
        return await _full(client, types.InputPeerUser(bare, known[1]))
    return await _full(client, types.InputPeerChannel(bare, known[1]))


async def _full(client: GatedClient, peer: Any) -> Profile | None:
    """One call: what there is to know of a user, bot, supergroup or channel."""
    if isinstance(peer, types.InputPeerUser | types.InputPeerSelf):
        answer = await client(functions.users.GetFullUserRequest(utils.get_input_user(peer)))
        about, members = answer.full_user.about, None
        entity = next((user for user in answer.users if user.id == answer.full_user.id), None)
    else:
        answer = await client(functions.channels.GetFullChannelRequest(utils.get_input_channel(peer)))
        about, members = answer.full_chat.about, answer.full_chat.participants_count
        entity = next((chat for chat in answer.chats if chat.id == answer.full_chat.id), None)
    found = named(entity, in_list=False)
    return None if found is None else Profile(chat_of(found), members, about or "")
