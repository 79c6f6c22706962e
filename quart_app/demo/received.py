"""What one session has received from its client, and what is wrong with a message that comes now.

The codes are those of bad_msg_notification, https://core.telegram.org/mtproto/service_messages_about_messages.
Sequence numbers are compared with the neighbours by message id, as the specification words it; gaps are
allowed, because a client numbers its messages again whenever the salt was wrong.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

ID_TOO_LOW, ID_TOO_HIGH, ID_NOT_OF_A_CLIENT = 16, 17, 18
CONTAINER_ID_USED, ID_TOO_OLD = 19, 20
SEQUENCE_TOO_LOW, SEQUENCE_TOO_HIGH, EVEN_EXPECTED, ODD_EXPECTED = 32, 33, 34, 35
BAD_SALT, BAD_CONTAINER = 48, 64

OLDEST, NEWEST = 300, 30
"""Seconds that a client's message id may lie in the past or in the future."""
REMEMBERED = 2000
"""Messages; whether an older one came before can't be told any more."""


def id_refusal(message_id: int, now: float) -> int:
    """The code that a message id deserves by itself; 0 if it is good."""
    if message_id % 4:
        return ID_NOT_OF_A_CLIENT
    age = now - (message_id >> 32)
    if age > OLDEST:
        return ID_TOO_LOW
    return ID_TOO_HIGH if age < -NEWEST else 0


class Received:
    """Message ids in ascending order, each with its sequence number."""

    def __init__(self) -> None:
        self._ids: list[int] = []
        self._sequences: dict[int, int] = {}
        self._forgotten = 0

    def __contains__(self, message_id: int) -> bool:
        return message_id in self._sequences

    def refusal(self, message_id: int, sequence: int) -> int:
        """The code for a message that did not come before; 0 if it fits in with those that did."""
        if message_id <= self._forgotten:
            return ID_TOO_OLD
        place = bisect_left(self._ids, message_id)
        if place and _disordered(self._sequences[self._ids[place - 1]], sequence):
            return SEQUENCE_TOO_LOW
        if place < len(self._ids) and _disordered(sequence, self._sequences[self._ids[place]]):
            return SEQUENCE_TOO_HIGH
        return 0

    def note(self, message_id: int, sequence: int) -> None:
        self._ids.insert(bisect_left(self._ids, message_id), message_id)
        self._sequences[message_id] = sequence
        if len(self._ids) > REMEMBERED:
            self._forgotten = self._ids.pop(0)
            del self._sequences[self._forgotten]

    def status(self, message_id: int, processed: Callable[[int], int]) -> int:
        """The byte of msgs_state_info: 1 forgotten, 2 or 3 not received, 4 received and ``processed`` so far."""
        if message_id in self._sequences:
            return 4 | (0 if self._sequences[message_id] % 2 else 16) | processed(message_id)
        if message_id <= self._forgotten or not self._ids:
            return 1
        return 3 if message_id > self._ids[-1] else 2


def _disordered(earlier: int, later: int) -> bool:
    """Whether sequence numbers of two messages, given by ascending id, contradict each other."""
    return earlier > later or (earlier == later and earlier % 2 == 1)
