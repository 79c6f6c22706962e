"""Values as JSON, and text from outside made harmless to show."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from commands.rows import Chat, Link, Message, Row, User, Value

Json: TypeAlias = Any
"""What orjson writes without help: None, bool, int, float, str, and lists and dicts of them."""

MOST_MARKS: Final = 4
"""Combining marks kept on one character; no living language stacks more."""

_UNSHOWABLE: Final = "\N{REPLACEMENT CHARACTER}"
_PLAIN: Final = re.compile(
    "[\t\n\x20-\x7e\xa0-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2027\u2030-\u205e"
    "\u3041-\u3098\u309b-\ua66e\uac00-\ud7a3\U0001f000-\U0001faff]*"
)
"""Blocks without controls and combining marks: most text is nothing else and stays as it is."""

_SHOWN: Final[dict[int, str]] = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: "\N{SYMBOL FOR DELETE}",
    **dict.fromkeys(range(0x80, 0xA0), _UNSHOWABLE),
    **dict.fromkeys((0x2028, 0x2029), "\n"),  # many line readers would break a frame in two here
    **dict.fromkeys(range(0xD800, 0xE000), _UNSHOWABLE),
}
_ADDRESS: Final = re.compile(r"(?:https?|tg)://[^\s\x00-\x20]+|mailto:[^\s\x00-\x20]+", re.IGNORECASE)


def visible(text: str) -> str:
    """``text`` without control characters, lone surrogates and towers of combining marks.

    C0 controls become their pictures (ESC is ``␛``), tab and line feed stay, CR LF is one line feed, whatever
    else cannot be shown becomes U+FFFD. Doing it twice changes nothing more. Direction marks stay: names
    need them, and the page isolates each name.
    """
    if _PLAIN.fullmatch(text):
        return text
    return _cap_marks(text.replace("\r\n", "\n").translate(_SHOWN))


def _cap_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category in {"Mn", "Me"}:
            marks += 1
            if marks > MOST_MARKS:
                continue
        elif category != "Cf":  # an invisible joiner between two marks is no new base
            marks = 0
        kept.append(character)
    return "".join(kept)


def file_name(text: str) -> str:
    """A name to save under: one line, no folders, 1 to 120 characters."""
    name = re.sub(r'[\n\t/\\:*?"<>|\u2400-\u2421\ufffd]', "_", visible(text)).strip(" .")
    return name[-120:] or "download"


def address(url: str) -> str:
    """``url`` if it may stand in a link (http, https, tg, mailto), else nothing."""
    return url if _ADDRESS.fullmatch(url) and visible(url) == url else ""


def iso_time(moment: datetime) -> str:
    """ISO 8601 in UTC with Z; a time without a zone is meant as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        aware = aware.astimezone(UTC)
    except OverflowError:  # the first or last hours of the calendar
        aware = aware.replace(tzinfo=UTC)
    digits = "milliseconds" if aware.microsecond else "seconds"
    return aware.replace(tzinfo=None).isoformat(timespec=digits) + "Z"


def number(value: float) -> Json:
    """A JSON number; None for what JSON has none for. Beyond 64 bits exactness is lost, as in any browser."""
    if isinstance(value, int) and abs(value) < 2**63:
        return int(value)
    try:
        inexact = float(value)
    except OverflowError:
        return None
    return inexact if math.isfinite(inexact) else None


def _duration(value: timedelta) -> Json:
    seconds = value.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _chat(chat: Chat) -> Json:
    return _without_none(
        id=number(chat.id),
        title=visible(chat.title),
        username=visible(chat.username) if chat.username else None,
        type=chat.type,
        link=(address(chat.link) or None) if chat.link else None,
    )


def _user(user: User) -> Json:
    username = visible(user.username) if user.username else None
    return _without_none(id=number(user.id), name=visible(user.name), username=username)


def _message(message: Message) -> Json:
    sender = {"from": _user(message.sender)} if message.sender else {}
    link = {"link": address(message.link)} if message.link and address(message.link) else {}
    return {
        "chat": _chat(message.chat),
        "id": number(message.id),
        "text": visible(message.text),
        "time": iso_time(message.time),
        **sender,
        **link,
    }


def _link(link: Link) -> Json:
    return {"href": address(link.url), "text": visible(str(link))}


def _flags(flags: frozenset[str]) -> Json:
    return sorted(visible(flag) for flag in flags)


def _without_none(**fields: Json) -> dict[str, Json]:
    return {name: value for name, value in fields.items() if value is not None}


_ENCODERS: Final[dict[type, Callable[[Any], Json]]] = {
    type(None): lambda value: value,
    bool: lambda value: value,
    int: number,
    float: number,
    str: visible,
    datetime: iso_time,
    timedelta: _duration,
    frozenset: _flags,
    Chat: _chat,
    User: _user,
    Message: _message,
    Link: _link,
}


def encode_value(value: Value) -> Json:
    """One cell as JSON. TypeError for what is no value of a row."""
    for base in type(value).__mro__:
        if encoder := _ENCODERS.get(base):
            return encoder(value)
    raise TypeError(f"{type(value).__name__} is no value of a row")


def encode_row(row: Row) -> list[Json]:
    return [encode_value(cell) for cell in row]
