"""One message, as the world keeps it; how a viewer sees it is the business of view_message.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from quart_app.demo.media import Media
from quart_app.demo.peer import Peer
from quart_app.demo.poll import Poll


class Copy(NamedTuple):
    """Where a message of a private chat or basic group lies: in whose box, in which chat, by which id."""

    account_id: int
    peer: Peer
    id: int


@dataclass(frozen=True, slots=True)
class Forward:
    """Where a forwarded message comes from; ``sender`` 0 for a channel's own post."""

    date: int
    sender: int
    channel: int = 0
    post: int = 0


@dataclass(frozen=True, slots=True)
class Content:
    """What somebody says: the part of a message that is the same in every box."""

    text: str = ""
    entities: tuple[Any, ...] | None = None
    media: Media | None = None
    reply_to: int = 0
    topic: int = 0
    forward: Forward | None = None
    silent: bool = False
    mentions: tuple[int, ...] = ()
    action: Any = None
    """Of a service message: a TL MessageAction."""
    group: int = 0
    """Messages of an album share it."""
    poll: Poll | None = None
    from_scheduled: bool = False


@dataclass(slots=True)
class Message:
    id: int
    """Per channel; for private chats and basic groups per account."""
    sender: int
    """A person's id, or 0 for a post of the channel itself."""
    text: str
    date: int
    """Unix seconds."""
    service: bool = False
    """No text but an event: ``action``, or the start of the chat where there is none."""
    reply_to: int = 0
    media: Media | None = None
    entities: tuple[Any, ...] | None = None
    """As the sender set them; None: those that stand in the text."""
    topic: int = 0
    """Of a forum: the id of the message that began the topic; 0 is "General"."""
    action: Any = None
    forward: Forward | None = None
    silent: bool = False
    mentions: tuple[int, ...] = ()
    edited: int = 0
    """When, in Unix seconds; 0 if never."""
    pinned: bool = False
    group: int = 0
    poll: Poll | None = None
    """The same one in every copy, forwarded ones included."""
    from_scheduled: bool = False
    reactions: dict[int, str] = field(default_factory=dict)
    """Emoji by who reacted."""
    copies: list[Copy] | None = None
    """All boxes that this message lies in; the same list in each."""

    @classmethod
    def of(cls, content: Content, *, id: int, sender: int, date: int) -> Message:
        return cls(
            id=id,
            sender=sender,
            text=content.text,
            date=date,
            service=content.action is not None,
            reply_to=content.reply_to,
            media=content.media,
            entities=content.entities,
            topic=content.topic,
            action=content.action,
            forward=content.forward,
            silent=content.silent,
            mentions=content.mentions,
            group=content.group,
            poll=content.poll,
            from_scheduled=content.from_scheduled,
        )
