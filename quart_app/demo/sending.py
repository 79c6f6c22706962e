"""May this be said here? Checks of rights, lengths and entities, and what a request to send amounts to."""

from __future__ import annotations

import math
import re
from typing import Any

from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.chats import Channel
from quart_app.demo.errors import RpcError
from quart_app.demo.media import Media
from quart_app.demo.message import Content, Message
from quart_app.demo.peer import Peer
from quart_app.demo.poll import Poll
from quart_app.demo.rights import RightsNames, rights_of, slow_mode_ends, taken_from

LONGEST_TEXT, LONGEST_CAPTION, MOST_ENTITIES = 4096, 1024, 100
_NAMES = re.compile(r"(?<!\w)@([A-Za-z]\w{3,31})")
_FOUND_ANYWAY = (
    t.MessageEntityUrl | t.MessageEntityMention | t.MessageEntityHashtag | t.MessageEntityBotCommand
)
_MEDIA_RIGHTS = {
    "photo": ("send_photos", "CHAT_SEND_PHOTOS_FORBIDDEN"),
    "document": ("send_docs", "CHAT_SEND_DOCS_FORBIDDEN"),
    "video": ("send_videos", "CHAT_SEND_VIDEOS_FORBIDDEN"),
    "voice": ("send_voices", "CHAT_SEND_VOICES_FORBIDDEN"),
    "music": ("send_audios", "CHAT_SEND_AUDIOS_FORBIDDEN"),
    "animation": ("send_gifs", "CHAT_SEND_GIFS_FORBIDDEN"),
}


def check_text(text: str) -> None:
    if not text.strip():
        raise RpcError(400, "MESSAGE_EMPTY")
    if len(text) > LONGEST_TEXT:
        raise RpcError(400, "MESSAGE_TOO_LONG")


def entities_from(caller: Caller, text: str, given: list[Any] | None) -> tuple[Any, ...] | None:
    """The formatting that is kept; links and names are found in the text anyway."""
    if not given:
        return None
    if len(given) > MOST_ENTITIES:
        raise RpcError(400, "ENTITIES_TOO_LONG")
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    kept = []
    for entity in given:
        if entity.offset < 0 or entity.length < 1 or entity.offset + entity.length > units:
            raise RpcError(400, "ENTITY_BOUNDS_INVALID")
        if isinstance(entity, t.InputMessageEntityMentionName):
            person = caller.peer(entity.user_id)
            kept.append(t.MessageEntityMentionName(entity.offset, entity.length, person.id))
        elif not isinstance(entity, _FOUND_ANYWAY):
            kept.append(entity)
    return tuple(kept)


def check_may_write(caller: Caller, peer: Peer, media: Media | None = None, *, poll: bool = False) -> None:
    """RpcError as Telegram's, unless the caller can say this there."""
    population, account = caller.world.population, caller.account
    if peer.kind != "group":
        caller.refuse_forbidden(peer)
    if peer.kind == "user":
        if population.people[peer.id].deleted:
            raise RpcError(400, "INPUT_USER_DEACTIVATED")
        if peer.id in account.blocked:
            raise RpcError(400, "YOU_BLOCKED_USER")
    elif peer.kind == "group":
        gone = account.dialogs[peer].membership != "member"
        if gone or population.groups[peer.id].migrated_to:
            raise RpcError(403, "CHAT_WRITE_FORBIDDEN")
    else:
        _check_channel(caller, population.channels[peer.id], media, poll=poll)


def _check_channel(caller: Caller, channel: Channel, media: Media | None, *, poll: bool) -> None:
    own = caller.account.id
    if channel.broadcast:
        if "post_messages" not in rights_of(channel, own):
            raise RpcError(403, "CHAT_WRITE_FORBIDDEN")
        return
    if channel.peer not in caller.account.dialogs:
        raise RpcError(403, "CHAT_WRITE_FORBIDDEN")
    taken = taken_from(channel, own, caller.world.clock())
    if "send_messages" in taken:
        personal = own in channel.restricted
        raise RpcError(400, "USER_BANNED_IN_CHANNEL") if personal else RpcError(403, "CHAT_WRITE_FORBIDDEN")
    wait = slow_mode_ends(channel, own) - caller.world.clock()
    if wait > 0:
        raise RpcError(420, f"SLOWMODE_WAIT_{math.ceil(wait)}")
    _check_kind(taken, media, poll=poll)


def _check_kind(taken: RightsNames, media: Media | None, *, poll: bool) -> None:
    """RpcError if this kind of content was taken away."""
    if poll:
        if "send_polls" in taken:
            raise RpcError(403, "CHAT_SEND_POLL_FORBIDDEN")
        return
    if media is None:
        if "send_plain" in taken:
            raise RpcError(403, "CHAT_SEND_PLAIN_FORBIDDEN")
        return
    right, refusal = _MEDIA_RIGHTS[media.kind]
    if "send_media" in taken:
        raise RpcError(403, "CHAT_SEND_MEDIA_FORBIDDEN")
    if right in taken:
        raise RpcError(403, refusal)


def content_from(
    caller: Caller, peer: Peer, request: Any, media: Media | None = None, poll: Poll | None = None
) -> Content:
    """What sendMessage or sendMedia wants said."""
    reply_to, topic, answered = _place(caller, peer, request.reply_to)
    entities = entities_from(caller, request.message, request.entities)
    return Content(
        text=request.message,
        entities=entities,
        media=media,
        poll=poll,
        reply_to=reply_to,
        topic=topic,
        silent=bool(request.silent),
        mentions=_mentions(caller, peer, request.message, entities, answered),
    )


def _place(caller: Caller, peer: Peer, given: Any) -> tuple[int, int, Message | None]:
    """What is replied to, in which topic of a forum."""
    if given is None:
        return 0, 0, None
    if not isinstance(given, t.InputReplyToMessage):
        raise RpcError(400, "REPLY_TO_INVALID")
    history = caller.world.history(caller.account, peer)
    answered = history.find(given.reply_to_msg_id)
    if answered is None:
        raise RpcError(400, "REPLY_MESSAGE_ID_INVALID")
    if isinstance(answered.action, t.MessageActionTopicCreate):
        return 0, answered.id, None
    topic = given.top_msg_id or answered.topic
    return answered.id, topic, answered


def _mentions(
    caller: Caller,
    peer: Peer,
    text: str,
    entities: tuple[Any, ...] | None,
    answered: Message | None,
) -> tuple[int, ...]:
    """Who is named, or answered, where several people are."""
    if peer.kind == "user":
        return ()
    usernames = caller.world.population.usernames
    found = [usernames.get(name.lower()) for name in _NAMES.findall(text)]
    people = {other.id for other in found if other and other.kind == "user"}
    people |= {entity.user_id for entity in entities or () if isinstance(entity, t.MessageEntityMentionName)}
    if answered is not None and answered.sender:
        people.add(answered.sender)
    return tuple(sorted(people - {caller.account.id}))


def once(caller: Caller, random_id: int) -> Any:
    """What was answered to this random_id before: clients repeat a request after a reconnect."""
    if not random_id:
        raise RpcError(400, "RANDOM_ID_EMPTY")
    return caller.world.sent.get((caller.account.id, random_id))


def say(caller: Caller, peer: Peer, content: Content, random_id: int, schedule_date: Any = None) -> Any:
    """Deliver now or later, remember the answer under its random_id, and give it."""
    world, account = caller.world, caller.account
    date = int(schedule_date.timestamp()) if schedule_date else 0
    if date and world.scheduled.is_later(date):
        message, update = world.scheduled.add(account, peer, content, date, skip=caller.key)
    else:
        message, update = world.posting.deliver(account, peer, content, skip=caller.key)
        if peer.kind == "channel" and world.population.channels[peer.id].slow_mode:
            world.population.channels[peer.id].said_at[account.id] = world.clock()
    update.updates.insert(0, t.UpdateMessageID(message.id, random_id))
    caller.world.sent[caller.account.id, random_id] = update
    return update


def joined(caller: Caller, answers: list[Any]) -> Any:
    """Several answers as one."""
    users = {user.id: user for answer in answers for user in answer.users}
    chats = {chat.id: chat for answer in answers for chat in answer.chats}
    return t.Updates(
        [update for answer in answers for update in answer.updates],
        users=list(users.values()),
        chats=list(chats.values()),
        date=int(caller.world.clock()),
        seq=0,
    )
