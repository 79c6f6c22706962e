"""Cells as outsiders see them: as JSON on the socket, over HTTP and from ``json``; as text for ``csv``.

The shapes are those of the public contract, one for each kind of column.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import TypeAlias, Union

from commands.rows import Chat, Link, Message, User, Value

Json: TypeAlias = Union[bool, int, float, str, "list[Json]", "dict[str, Json]", None]


def to_json(value: Value) -> Json:
    """``value`` in the shape that its kind has in the contract: empty is null, what is missing left out."""
    match value:
        case Chat():
            optional = {"username": value.username, "link": value.link}
            return {"id": value.id, "title": value.title, "type": value.type, **_given(optional)}
        case User():
            return {"id": value.id, "name": value.name, **_given({"username": value.username})}
        case Message():
            return _message(value)
        case Link():
            return {"href": value.url, "text": value.text or value.url}
        case datetime():
            return _time(value)
        case timedelta():
            return _seconds(value)
        case frozenset():
            words: list[Json] = [*sorted(value)]
            return words
        case float() if not isfinite(value):
            return None
        case _:
            return value


def to_text(value: Value) -> str:
    """``value`` for a cell of a spreadsheet: empty is empty, a flag is true or false, flags are its words."""
    match value:
        case None:
            return ""
        case float() if not isfinite(value):
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return _time(value)
        case timedelta():
            return str(_seconds(value))
        case frozenset():
            return " ".join(sorted(value))
        case _:
            return str(value)


def _message(message: Message) -> Json:
    optional: dict[str, Json] = {"link": message.link}
    if message.sender is not None:
        optional["from"] = to_json(message.sender)
    return {
        "chat": to_json(message.chat),
        "id": message.id,
        "text": message.text,
        "time": _time(message.time),
        **_given(optional),
    }


def _given(optional: dict[str, Json] | dict[str, str | None]) -> dict[str, Json]:
    return {name: value for name, value in optional.items() if value is not None}


def _time(value: datetime) -> str:
    """ISO 8601 in UTC; a time without a zone is taken as UTC."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    digits = "milliseconds" if value.microsecond else "seconds"
    return aware.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=digits) + "Z"


def _seconds(value: timedelta) -> int | float:
    seconds = value.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds
