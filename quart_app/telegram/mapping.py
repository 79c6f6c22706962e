"""Telethon's objects as the contract's plain values: no access hash, no TL object leaves this package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from telethon.tl import types

from commands import Chat
from commands.rows import ChatType
from quart_app.telegram.marks import mark_of

LINK: Final = "https://t.me/"
DELETED: Final = "Deleted account"
SAVED: Final = "Saved Messages"


@dataclass(frozen=True, slots=True)
class Named:
    """What a chat, user or channel is called, and what it is."""

    id: int
    """Marked peer id: negative for groups, below -10^12 for channels and supergroups."""
    type: ChatType
    title: str
    username: str | None
    verified: bool


def named(entity: Any, *, in_list: bool = True) -> Named | None:
    """None for an entity that is empty or that this account knows nothing of. ``in_list``: one's own account is the
    chat of saved messages there.
    """
    match entity:
        case types.User():
            kind: ChatType = "bot" if entity.bot else "user"
            return Named(
                entity.id, kind, _person(entity, in_list=in_list), _username(entity), bool(entity.verified)
            )
        case types.Channel():
            kind = "channel" if entity.broadcast else "supergroup"
            return Named(mark_of(entity), kind, entity.title, _username(entity), bool(entity.verified))
        case types.ChannelForbidden():
            kind = "channel" if entity.broadcast else "supergroup"
            return Named(mark_of(entity), kind, entity.title, None, False)
        case types.Chat() | types.ChatForbidden():
            return Named(mark_of(entity), "group", entity.title, None, False)
    return None


def muted_until(settings: Any) -> int:
    """Unix seconds; Telethon hands out a date, which for "for ever" lies in 2038."""
    until = getattr(settings, "mute_until", None)
    if until is None:
        return 0
    return int(until if isinstance(until, (int, float)) else until.timestamp())


def chat_of(found: Named) -> Chat:
    link = f"{LINK}{found.username}" if found.username else None
    return Chat(found.id, found.title, found.type, found.username, link)


def _person(user: Any, *, in_list: bool) -> str:
    if user.is_self and in_list:
        return SAVED
    if user.deleted:
        return DELETED
    return " ".join(filter(None, (user.first_name, user.last_name))) or user.username or str(user.id)


def _username(entity: Any) -> str | None:
    """The first of several active names, where Telegram has moved it into the list."""
    if entity.username:
        return str(entity.username)
    active = (name.username for name in entity.usernames or () if name.active)
    return next(active, None)
