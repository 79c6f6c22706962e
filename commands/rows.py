"""Rows, their columns, and the values that may stand in them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from commands.phrases import Said


class Kind(StrEnum):
    """What stands in a column. BYTES is a size, FLAGS are words of a declared vocabulary."""

    BYTES = "bytes"
    CHAT = "chat"
    DURATION = "duration"
    FLAG = "flag"
    FLAGS = "flags"
    INTEGER = "integer"
    LINK = "link"
    MESSAGE = "message"
    NUMBER = "number"
    TEXT = "text"
    TIME = "time"
    USER = "user"


ChatType: TypeAlias = Literal["user", "bot", "group", "supergroup", "channel"]


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation. ``link`` is its https address; a public name implies one."""

    id: int
    title: str
    type: ChatType
    username: str | None = None
    link: str | None = None

    def __post_init__(self) -> None:
        if self.link is None and self.username:
            object.__setattr__(self, "link", f"https://t.me/{self.username}")

    def __str__(self) -> str:
        return f"{self.title} @{self.username}" if self.username else self.title


@dataclass(frozen=True, slots=True)
class User:
    """A person or bot. ``id`` as Telegram counts it."""

    id: int
    name: str
    username: str | None = None

    def __str__(self) -> str:
        return f"{self.name} @{self.username}" if self.username else self.name


@dataclass(frozen=True, slots=True)
class Message:
    """``id`` is unique within its chat only; ``time`` is UTC."""

    id: int
    chat: Chat
    time: datetime
    text: str
    sender: User | None = None
    link: str | None = None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    text: str = ""

    def __str__(self) -> str:
        return self.text or self.url


Value: TypeAlias = (
    Chat | User | Message | Link | datetime | timedelta | int | float | str | frozenset[str] | None
)
Row: TypeAlias = tuple[Value, ...]

_TYPES: Final[dict[Kind, tuple[type, ...]]] = {
    Kind.BYTES: (int,),
    Kind.CHAT: (Chat,),
    Kind.DURATION: (timedelta,),
    Kind.FLAG: (bool,),
    Kind.FLAGS: (frozenset,),
    Kind.INTEGER: (int,),
    Kind.LINK: (Link,),
    Kind.MESSAGE: (Message,),
    Kind.NUMBER: (float, int),
    Kind.TEXT: (str,),
    Kind.TIME: (datetime,),
    Kind.USER: (User,),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A name to type, a kind to sort and compare by, and the words a ``flags`` or ``text`` column uses."""

    name: str
    kind: Kind
    title: Said = ""
    words: tuple[str, ...] = ()


Columns: TypeAlias = tuple[Column, ...]


def fault(columns: Columns) -> Callable[[Row], str | None]:
    """A check of rows against ``columns``: None, or what is wrong with the row."""
    types = tuple((*_TYPES[column.kind], type(None)) for column in columns)
    width = len(types)

    def check(row: Row) -> str | None:
        if len(row) != width:
            return f"{len(row)} cells for {width} columns"
        for index, allowed in enumerate(types):
            if type(row[index]) not in allowed:
                column = columns[index]
                return f"{column.name} is {column.kind}, got {type(row[index]).__name__}"
        return None

    return check


@dataclass(frozen=True, slots=True)
class Stream:
    """The rows that flow into a stage, and what they look like.

    ``async for row in rows`` reads them one by one; ``rows.batches`` as they come, at a fifth of the cost.
    """

    columns: Columns
    batches: AsyncIterator[tuple[Row, ...]]

    async def __aiter__(self) -> AsyncIterator[Row]:
        async for batch in self.batches:
            for row in batch:
                yield row

    def index(self, name: str) -> int:
        return [column.name for column in self.columns].index(name)
