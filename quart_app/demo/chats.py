"""Chats that several people can be in: basic groups, and channels (broadcasts and supergroups)."""

from __future__ import annotations

from dataclasses import dataclass, field

from quart_app.demo.history import History
from quart_app.demo.message import Message
from quart_app.demo.peer import Peer


@dataclass(slots=True)
class Group:
    """A basic group. Its messages lie in its members' own boxes, as at Telegram."""

    id: int
    title: str
    date: int
    members: tuple[int, ...]
    about: str = ""
    migrated_to: int = 0
    """The supergroup that it has become; nobody can write here any more then."""

    @property
    def peer(self) -> Peer:
        return Peer("group", self.id)


@dataclass(slots=True)
class Channel:
    """A channel, or a supergroup where ``broadcast`` is false. Its messages are the same for all."""

    id: int
    title: str
    date: int
    broadcast: bool
    history: History
    username: str | None = None
    verified: bool = False
    forum: bool = False
    about: str = ""
    member_count: int = 0
    pts: int = 1
    log: list[tuple[int, Message]] = field(default_factory=list)
    """What was posted since the world began, with the pts that it led to."""

    @property
    def peer(self) -> Peer:
        return Peer("channel", self.id)
