"""The past of each sort of chat: how many messages, when, by whom, and the writer of any one of them."""

from __future__ import annotations

from functools import lru_cache

from telethon.tl import types as t

from quart_app.demo.generate import phrases
from quart_app.demo.generate.dice import mix
from quart_app.demo.history import Past
from quart_app.demo.media import Media, MediaKind
from quart_app.demo.message import Message

BOX_START = 1_420_070_400
"""2015-01-01: private messages are numbered from here, so many to the hour as the account has boxes."""
HOUR = 3600
_EXTRAS = 0x5DEECE66D
_NAMES = 1000
_FILES: tuple[tuple[MediaKind, str, str, int], ...] = (
    ("photo", "", "image/jpeg", 60_000),
    ("photo", "", "image/jpeg", 150_000),
    ("photo", "", "image/jpeg", 250_000),
    ("document", "relazione-{}.pdf", "application/pdf", 90_000),
    ("video", "clip-{}.mp4", "video/mp4", 700_000),
    ("voice", "voice-{}.ogg", "audio/ogg", 20_000),
)


def write_talk(past: Past, index: int) -> Message:
    """People talking; what is unread was not said by the owner."""
    number = mix(past.seed, index)
    speakers = past.speakers
    if past.unread and index >= past.count - past.unread and len(speakers) > 1:
        speakers = tuple(speaker for speaker in speakers if speaker != past.owner)
    return _message(past, index, speakers[number % len(speakers)], phrases.talk(past.tongue, number >> 8))


def write_posts(past: Past, index: int) -> Message:
    return _message(past, index, 0, phrases.post(past.tongue, mix(past.seed, index)))


def write_notices(past: Past, index: int) -> Message:
    return _message(past, index, past.speakers[0], phrases.notice(mix(past.seed, index)))


def write_deals(past: Past, index: int) -> Message:
    return _message(past, index, 0, phrases.deal(mix(past.seed, index)))


def write_deal_talk(past: Past, index: int) -> Message:
    number = mix(past.seed, index)
    text = phrases.deal(number >> 8) if number % 3 == 0 else phrases.talk(past.tongue, number >> 8)
    return _message(past, index, past.speakers[number % len(past.speakers)], text)


def may_say(past: Past, needle: str) -> bool:
    """Whether any of the past's texts can hold these words (lower case): most chats need not be read at all."""
    if past.write in (write_deals, write_deal_talk):
        return True
    texts: tuple[str, ...] = phrases.NOTICES
    if past.write in (write_talk, write_posts):
        texts = (phrases.TALK if past.write is write_talk else phrases.POSTS)[past.tongue]
    return any(needle in text.lower() for text in texts)


@lru_cache(maxsize=256)
def may_name(needle: str) -> bool:
    """Whether any file of the past can be called so (lower case)."""
    templates = [name for _, name, _, _ in _FILES if name]
    return any(needle in name.format(number) for name in templates for number in range(_NAMES))


def _message(past: Past, index: int, sender: int, text: str) -> Message:
    if index == 0 and past.title != "":
        return Message(past.id_at(0), sender, past.title, past.date_at(0), service=True)
    if past.id_at(index) in past.topics:
        title = phrases.TOPICS[past.topics.index(past.id_at(index)) % len(phrases.TOPICS)]
        action = t.MessageActionTopicCreate(title, 0x6FB9F0)
        return Message(past.id_at(index), sender, "", past.date_at(index), service=True, action=action)
    number = mix(past.seed ^ _EXTRAS, index)
    message = Message(past.id_at(index), sender, text, past.date_at(index))
    if past.topics:
        message.topic = past.topics[number % len(past.topics)]
        # Nobody can write in a topic that has not begun.
        message.topic = message.topic if message.topic < message.id else 0
    if past.write is not write_notices:
        _adorn(past, index, message, number >> 8)
    return message


def _adorn(past: Past, index: int, message: Message, number: int) -> None:
    """Now and then a photo or file, or an answer to something just said."""
    kind = number % 32
    if kind < len(_FILES):
        sort, name, mime, size = _FILES[kind]
        file_id = mix(past.seed, index) >> 2
        message.media = Media(
            sort, file_id, size + (number >> 8) % size, message.date, name.format(number % _NAMES), mime
        )
    elif kind < 10 and index > 5 and not past.topics:
        message.reply_to = past.id_at(index - 1 - (number >> 8) % 4)


def box_id(hour: int, box: int, boxes: int) -> int:
    """The id of the message that ``box`` (0 to ``boxes`` - 1) got in that hour since BOX_START."""
    return hour * boxes + box + 1


def box_past(*, seed: int, count: int, hours_ago: int, gap: int, box: int, boxes: int, now: int) -> Past:
    """Messages of a private chat or basic group, ``gap`` hours apart, the last of them ``hours_ago``."""
    last_hour = (now - BOX_START) // HOUR - hours_ago
    count = max(1, min(count, last_hour // gap))
    first_hour = last_hour - (count - 1) * gap
    return Past(
        seed=seed,
        count=count,
        first_id=box_id(first_hour, box, boxes),
        id_step=gap * boxes,
        first_date=BOX_START + first_hour * HOUR + box * HOUR // boxes,
        date_step=gap * HOUR,
        write=write_talk,
    )
