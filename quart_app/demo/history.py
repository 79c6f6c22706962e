"""The messages of one chat, oldest first: a past that is written only when read, then what was posted since.

The past is an arithmetic progression of ids and dates, so that a chat of any length costs a few numbers, and
every question (how many before this id, which one is number 4,711) is answered without writing the others.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from quart_app.demo.message import Message


@dataclass(slots=True)
class Past:
    """``write(past, index)`` gives the message at ``index``, the same each time."""

    seed: int
    count: int
    first_id: int
    id_step: int
    first_date: int
    date_step: int
    write: Callable[[Past, int], Message]
    speakers: tuple[int, ...] = ()
    """Who talks here; nobody means that the channel itself posts."""
    owner: int = 0
    """The account whose private chat or group this is; never the sender of the last ``unread`` messages."""
    unread: int = 0
    title: str = ""
    tongue: int = 0
    """Which language is spoken: an index of the generator's list."""

    def id_at(self, index: int) -> int:
        return self.first_id + index * self.id_step

    def date_at(self, index: int) -> int:
        return self.first_date + index * self.date_step


class History:
    """Indexable, oldest first."""

    __slots__ = ("past", "recent")

    def __init__(self, past: Past) -> None:
        self.past = past
        self.recent: list[Message] = []

    def __len__(self) -> int:
        return self.past.count + len(self.recent)

    def __getitem__(self, index: int) -> Message:
        if not 0 <= index < len(self):
            raise IndexError(index)
        if index < self.past.count:
            return self.past.write(self.past, index)
        return self.recent[index - self.past.count]

    @property
    def last_id(self) -> int:
        if self.recent:
            return self.recent[-1].id
        return self.past.id_at(self.past.count - 1) if self.past.count else 0

    @property
    def last_date(self) -> int:
        """Of the newest message; where there is none, of the chat's start."""
        if self.recent:
            return self.recent[-1].date
        return self.past.date_at(max(self.past.count - 1, 0))

    def __iter__(self) -> Iterator[Message]:
        return (self[index] for index in range(len(self)))

    def append(self, message: Message) -> None:
        self.recent.append(message)

    def below_id(self, message_id: int) -> int:
        """How many messages have a smaller id."""
        past = self.past
        if past.count and message_id <= past.id_at(past.count - 1):
            return max(0, -(-(message_id - past.first_id) // past.id_step))
        return past.count + bisect_left(self.recent, message_id, key=lambda message: message.id)

    def before_date(self, date: int) -> int:
        """How many messages are older."""
        past = self.past
        if past.count and date <= past.date_at(past.count - 1):
            return max(0, -(-(date - past.first_date) // past.date_step))
        return past.count + bisect_left(self.recent, date, key=lambda message: message.date)

    def find(self, message_id: int) -> Message | None:
        index = self.below_id(message_id)
        if index >= len(self):
            return None
        message = self[index]
        return message if message.id == message_id else None
