"""Messages and what hangs on them as TL objects, for one viewer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from telethon.tl import types as t

from quart_app.demo.generate.dice import mix
from quart_app.demo.media import Media
from quart_app.demo.message import Forward, Message
from quart_app.demo.peer import Peer

if TYPE_CHECKING:
    from quart_app.demo.account import Account
    from quart_app.demo.world import World

_MARKED = re.compile(r"(https?://\S+)|(?<!\w)(@[A-Za-z]\w{3,31})|(?<!\w)(#\w+)|(?<!\S)(/[a-z]\w*)")
_KINDS = (t.MessageEntityUrl, t.MessageEntityMention, t.MessageEntityHashtag, t.MessageEntityBotCommand)
_APPLAUSE = ("👍", "❤", "🔥", "👏", "😁")


def message_of(world: World, account: Account, peer: Peer, message: Message) -> Any:
    broadcast = peer.kind == "channel" and message.sender == 0
    dialog = account.dialogs.get(peer)
    mentioned = account.id in message.mentions or (dialog is not None and message.id in dialog.mentioned)
    common: dict[str, Any] = {
        "id": message.id,
        "peer_id": peer.to_tl(),
        "date": message.date,
        "out": message.sender == account.id,
        "mentioned": mentioned,
        "media_unread": dialog is not None and message.id in dialog.unread_mentions,
        "silent": message.silent,
        "post": broadcast,
        "from_id": t.PeerUser(message.sender) if message.sender else None,
        "reply_to": _reply(message),
    }
    if message.service:
        return t.MessageService(action=message.action or _start(peer, message), **common)
    # Both numbers live behind one flag: a message has both or neither.
    seen = {"views": 1 + message.id % 9973, "forwards": message.id % 53} if broadcast else {}
    return t.Message(
        message=message.text,
        entities=list(entities_of(message)) or None,
        media=_shown_media(world, account, message),
        fwd_from=_forward(message.forward) if message.forward else None,
        edit_date=message.edited or None,
        pinned=message.pinned,
        from_scheduled=message.from_scheduled,
        grouped_id=message.group or None,
        reactions=reactions_of(account, peer, message),
        **common,
        **seen,
    )


def entities_of(message: Message) -> Iterator[Any]:
    """As the sender set them; links, names, hashtags and commands are found besides, as Telegram does."""
    yield from message.entities or ()
    for match in _MARKED.finditer(message.text):
        offset = _units(message.text[: match.start()])
        yield _KINDS[(match.lastindex or 1) - 1](offset, _units(match[0]))


def has_link(message: Message) -> bool:
    if "://" not in message.text and not message.entities:
        return False
    kinds = t.MessageEntityUrl | t.MessageEntityTextUrl
    return any(isinstance(entity, kinds) for entity in entities_of(message))


def _units(text: str) -> int:
    """Telegram counts in units of UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def _reply(message: Message) -> Any:
    if not message.reply_to and not message.topic:
        return None
    top = message.topic or None
    if not message.reply_to:
        return t.MessageReplyHeader(reply_to_msg_id=message.topic, forum_topic=True)
    return t.MessageReplyHeader(reply_to_msg_id=message.reply_to, reply_to_top_id=top, forum_topic=bool(top))


def _start(peer: Peer, message: Message) -> Any:
    if peer.kind == "channel":
        return t.MessageActionChannelCreate(title=message.text)
    return t.MessageActionChatCreate(title=message.text, users=[message.sender])


def _forward(forward: Forward) -> Any:
    if forward.channel:
        source: Any = t.PeerChannel(forward.channel)
        return t.MessageFwdHeader(date=forward.date, from_id=source, channel_post=forward.post)
    return t.MessageFwdHeader(date=forward.date, from_id=t.PeerUser(forward.sender))


def _shown_media(world: World, account: Account, message: Message) -> Any:
    if message.poll is not None:
        return message.poll.media(account.id, int(world.clock()))
    return media_of(world, account, message.media) if message.media else _web_page(message)


def _web_page(message: Message) -> Any:
    match = re.search(r"https?://\S+", message.text)
    return t.MessageMediaWebPage(t.WebPageEmpty(id=0, url=match[0])) if match else None


def media_of(world: World, account: Account, media: Media) -> Any:
    """With an access hash and a file reference that are good for this account, the latter for a while."""
    world.media.show(media)
    common: dict[str, Any] = {
        "id": media.id,
        "access_hash": world.token(account.id, "file", media.id),
        "file_reference": world.media.reference(account.id, media),
        "date": media.date,
        "dc_id": world.data_centres.files,
    }
    if media.kind == "photo":
        sizes = [t.PhotoSize("m", 320, 240, media.thumbnail_size), t.PhotoSize("x", 800, 600, media.size)]
        return t.MessageMediaPhoto(photo=t.Photo(sizes=sizes, **common))
    attributes = [t.DocumentAttributeFilename(media.name or "file"), *_attributes(media)]
    document = t.Document(mime_type=media.mime, size=media.size, attributes=attributes, **common)
    return t.MessageMediaDocument(document=document)


def _attributes(media: Media) -> list[Any]:
    if media.kind in ("video", "animation"):
        video = t.DocumentAttributeVideo(duration=12, w=640, h=360)
        return [video, t.DocumentAttributeAnimated()] if media.kind == "animation" else [video]
    if media.kind in ("voice", "music"):
        return [t.DocumentAttributeAudio(duration=12, voice=media.kind == "voice")]
    return []


def reactions_of(account: Account, peer: Peer, message: Message) -> Any:
    """None where there are none. Under a channel's posts there are some of people without a name."""
    counts: Counter[str] = Counter(message.reactions.values())
    if peer.kind == "channel" and message.sender == 0 and (number := mix(peer.id, message.id)) % 4 == 0:
        counts[_APPLAUSE[number % 5]] += 1 + (number >> 8) % 90
    if not counts:
        return None
    own = message.reactions.get(account.id)
    named = [
        t.MessagePeerReaction(
            t.PeerUser(person), message.date, t.ReactionEmoji(emoji), my=person == account.id
        )
        for person, emoji in message.reactions.items()
    ]
    return t.MessageReactions(
        results=[
            t.ReactionCount(t.ReactionEmoji(emoji), count, chosen_order=0 if emoji == own else None)
            for emoji, count in counts.most_common()
        ],
        can_see_list=not (peer.kind == "channel" and message.sender == 0),
        recent_reactions=named[-3:] or None,
    )
