"""One MTProto session on one connection: message ids, sequence numbers, and what waits to be sent."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from typing import Any

_CONTAINER = 0x73F1F8DC
_LARGEST_CONTAINER = 100
_REMEMBERED = 2000
_TOO_OLD, _TOO_NEW = 300, 30
"""Seconds that a client's message id may lie in the past or in the future."""


class Session:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.id: int | None = None
        self._content_messages = 0
        self._last_message_id = 0
        self._answered: dict[int, None] = {}
        self._waiting: list[tuple[int, int, bytes]] = []

    def begin(self, session_id: int) -> int:
        """A session that this connection has not seen; the unique id to announce it with."""
        self.id, self._content_messages = session_id, 0
        return int.from_bytes(os.urandom(8), "little", signed=True)

    def first_time(self, message_id: int) -> bool:
        """False for a request that was answered already: a client that missed the answer sends it again."""
        if message_id in self._answered:
            return False
        self._answered[message_id] = None
        if len(self._answered) > _REMEMBERED:
            del self._answered[next(iter(self._answered))]
        return True

    def refusal(self, message_id: int) -> int:
        """The code of bad_msg_notification that a client's message id deserves; 0 if it is good."""
        if message_id % 4:
            return 18
        age = self._clock() - (message_id >> 32)
        if age > _TOO_OLD:
            return 16
        return 17 if age < -_TOO_NEW else 0

    def next_message_id(self, *, reply: bool) -> int:
        """Odd, unique and increasing: 1 mod 4 for a reply, 3 mod 4 for anything unasked."""
        now = int(self._clock() * (1 << 32)) & ~3
        self._last_message_id = max(now, self._last_message_id + 4)
        return self._last_message_id + (1 if reply else 3)

    def queue(self, body: Any, *, content: bool = True, reply: bool = True) -> None:
        """``content`` says that the client must acknowledge it."""
        sequence = self._content_messages * 2 + content
        self._content_messages += content
        self._waiting.append((self.next_message_id(reply=reply), sequence, bytes(body)))

    def take(self) -> Iterator[tuple[int, int, bytes]]:
        """What waits, as (message id, sequence number, body); several messages go in one container."""
        while self._waiting:
            batch, self._waiting = self._waiting[:_LARGEST_CONTAINER], self._waiting[_LARGEST_CONTAINER:]
            if len(batch) == 1:
                yield batch[0]
                continue
            parts = [
                struct.pack("<qii", message, sequence, len(body)) + body for message, sequence, body in batch
            ]
            container = struct.pack("<Ii", _CONTAINER, len(batch)) + b"".join(parts)
            yield self.next_message_id(reply=True), self._content_messages * 2, container
