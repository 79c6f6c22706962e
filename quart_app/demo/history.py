"""The messages of one chat, oldest first: a past that is written only when read, then what was posted since.

The past is an arithmetic progression of ids and dates, so that a chat of any length costs a few numbers, and
every question (how many before this id, which one is number 4,711) is answered without writing the others.
What was deleted or changed of it is remembered message by message.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
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
    topics: tuple[int, ...] = ()
    """Of a forum: the ids that its topics begin at."""

    def id_at(self, index: int) -> int:
        return self.first_id + index * self.id_step

    def date_at(self, index: int) -> int:
        return self.first_date + index * self.date_step


class History:
    """Indexable, oldest first. Places count what is there; ``_raw`` places count what was deleted as well."""

    __slots__ = ("_changed", "_cut", "_deleted", "past", "recent", "revision", "top_id")

    def __init__(self, past: Past) -> None:
        self.past = past
        self.recent: list[Message] = []
        self.top_id = past.id_at(past.count - 1) if past.count else 0
        """The highest id there ever was: ids are not used again."""
        self.revision = 0
        """Moves on whenever a message of the past is changed or deleted."""
        self._cut = 0
        self._deleted: list[int] = []
        self._changed: dict[int, Message] = {}

    def __len__(self) -> int:
        return self.past_count + len(self.recent)

    @property
    def past_count(self) -> int:
        """How many of the past are left."""
        return self.past.count - self._cut - len(self._deleted)

    def __getitem__(self, index: int) -> Message:
        if not 0 <= index < len(self):
            raise IndexError(index)
        if index >= self.past_count:
            return self.recent[index - self.past_count]
        raw = self._raw(index)
        return self._changed.get(raw) or self.past.write(self.past, raw)

    def __iter__(self) -> Iterator[Message]:
        return (self[index] for index in range(len(self)))

    @property
    def last_id(self) -> int:
        if self.recent:
            return self.recent[-1].id
        return self.past.id_at(self._raw(self.past_count - 1)) if self.past_count else 0

    @property
    def last_date(self) -> int:
        """Of the newest message; where there is none, of the last that the past had or the chat's start."""
        if self.recent:
            return self.recent[-1].date
        last = self._raw(self.past_count - 1) if self.past_count else max(self.past.count - 1, 0)
        return self.past.date_at(last)

    def append(self, message: Message) -> None:
        self.recent.append(message)
        self.top_id = message.id

    def below_id(self, message_id: int) -> int:
        """How many messages have a smaller id."""
        past = self.past
        if past.count and message_id <= past.id_at(past.count - 1):
            return self._place(max(0, -(-(message_id - past.first_id) // past.id_step)))
        return self.past_count + bisect_left(self.recent, message_id, key=lambda message: message.id)

    def before_date(self, date: int) -> int:
        """How many messages are older."""
        past = self.past
        if past.count and date <= past.date_at(past.count - 1):
            return self._place(max(0, -(-(date - past.first_date) // past.date_step)))
        return self.past_count + bisect_left(self.recent, date, key=lambda message: message.date)

    def find(self, message_id: int) -> Message | None:
        index = self.below_id(message_id)
        if index >= len(self):
            return None
        message = self[index]
        return message if message.id == message_id else None

    def hold(self, message_id: int) -> Message | None:
        """As ``find``, to change it: what is done to this message lasts."""
        index = self.below_id(message_id)
        message = self.find(message_id)
        if message is not None and index < self.past_count:
            self._changed[self._raw(index)] = message
            self.revision += 1
        return message

    def delete(self, message_id: int) -> bool:
        """False if there was no such message."""
        index = self.below_id(message_id)
        if self.find(message_id) is None:
            return False
        if index >= self.past_count:
            del self.recent[index - self.past_count]
        else:
            raw = self._raw(index)
            self._changed.pop(raw, None)
            insort(self._deleted, raw)
            self.revision += 1
        return True

    def clear(self, up_to: int) -> int:
        """Delete every message up to this id; how many there were."""
        count = self.below_id(up_to + 1)
        past = min(count, self.past_count)
        if past:
            self._cut = self._raw(past - 1) + 1
            self._deleted = [raw for raw in self._deleted if raw >= self._cut]
            self._changed = {raw: message for raw, message in self._changed.items() if raw >= self._cut}
            self.revision += 1
        del self.recent[: count - past]
        return count

    def changed(self) -> list[Message]:
        """Those of the past that are no longer as they were written."""
        return [self._changed[raw] for raw in sorted(self._changed)]

    def _raw(self, index: int) -> int:
        """The place in the past, before anything was deleted."""
        deleted, cut = self._deleted, self._cut
        if not deleted:
            return index + cut
        return index + cut + bisect_right(range(len(deleted)), index + cut, key=lambda at: deleted[at] - at)

    def _place(self, raw: int) -> int:
        return max(0, raw - self._cut - bisect_left(self._deleted, raw)) if raw > self._cut else 0
