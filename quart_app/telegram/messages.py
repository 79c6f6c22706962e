"""A message of Telethon's as the contract's plain value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from telethon.tl import types

from commands import Chat, Message, User
from quart_app.telegram.mapping import LINK, named
from quart_app.telegram.marks import mark_of_peer

_CHANNEL: Final = -1_000_000_000_000
_DOCUMENTS: Final = (
    (types.DocumentAttributeSticker, "sticker"),
    (types.DocumentAttributeAnimated, "GIF"),
    (types.DocumentAttributeVideo, "video"),
    (types.DocumentAttributeAudio, "audio"),
)
_MEDIA: Final = (
    (types.MessageMediaPhoto, "photo"),
    (types.MessageMediaPoll, "poll"),
    (types.MessageMediaContact, "contact"),
    (types.MessageMediaGeo | types.MessageMediaGeoLive | types.MessageMediaVenue, "location"),
    (types.MessageMediaDice, "dice"),
    (types.MessageMediaGame, "game"),
    (types.MessageMediaStory, "story"),
)


def message_of(message: Any, chat: Chat, entities: Mapping[int, Any]) -> Message | None:
    """None for what is no message that somebody wrote: "Ada joined". ``entities`` came with the answer, by mark."""
    if not isinstance(message, types.Message):
        return None
    text = message.message or _without_words(message.media)
    return Message(
        message.id, chat, message.date, text, _sender(message, chat, entities), _link(message, chat)
    )


def _sender(message: Any, chat: Chat, entities: Mapping[int, Any]) -> User | None:
    """None for a channel's posts; in a private chat Telegram leaves it out where it is clear."""
    if message.post:
        return None
    if message.from_id is not None:
        mark = mark_of_peer(message.from_id)
    elif chat.id > 0 and not message.out:
        mark = chat.id
    else:
        mark = next((mark for mark, entity in entities.items() if message.out and _is_self(entity)), 0)
    found = named(entities.get(mark), in_list=False)
    return User(found.id, found.title, found.username) if found else None


def _is_self(entity: Any) -> bool:
    return isinstance(entity, types.User) and bool(entity.is_self)


def _link(message: Any, chat: Chat) -> str | None:
    """Only messages of channels and supergroups have an address."""
    if chat.id > _CHANNEL:
        return None
    return f"{LINK}{chat.username or f'c/{_CHANNEL - chat.id}'}/{message.id}"


def _without_words(media: Any) -> str:
    """What is there instead of words, in brackets."""
    if isinstance(media, types.MessageMediaDocument):
        return f"[{_document(media)}]"
    return next((f"[{word}]" for kind, word in _MEDIA if isinstance(media, kind)), "")


def _document(media: Any) -> str:
    if media.voice:
        return "voice message"
    if media.round:
        return "video message"
    attributes = getattr(media.document, "attributes", None) or ()
    for kind, word in _DOCUMENTS:
        if any(isinstance(attribute, kind) for attribute in attributes):
            return word
    names = (a.file_name for a in attributes if isinstance(a, types.DocumentAttributeFilename))
    return f"file {name}" if (name := next(names, "")) else "file"
