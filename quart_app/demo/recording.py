"""What the instrument remembers: every call, every connection, every parallel use of a key."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from quart_app.demo.parallel_use import ConnectionRecord, Overlap

_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Call:
    """One API request, whatever it was answered with."""

    method: str
    key_id: int
    user_id: int
    """0 before login."""
    connection: int
    time: float


@dataclass(frozen=True, slots=True)
class Held:
    """Two connections of one key that were open at once, whether or not both were used."""

    key_id: int
    connections: tuple[int, int]
    seconds: float


class Refusal(NamedTuple):
    method: str
    code: int
    message: str


class Recording:
    """The last 100,000 calls and connections, oldest first; ``counts`` are complete."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._numbers = 0
        self.calls: deque[Call] = deque(maxlen=_REMEMBERED)
        self.counts: Counter[str] = Counter()
        self.refusals: Counter[Refusal] = Counter()
        """Errors that requests were answered with, planned ones included."""
        self.connections: deque[ConnectionRecord] = deque(maxlen=_REMEMBERED)
        self.overlaps: list[Overlap] = []

    def new_connection(self, data_centre_id: int) -> ConnectionRecord:
        self._numbers += 1
        record = ConnectionRecord(self._numbers, self._clock(), data_centre_id)
        self.connections.append(record)
        return record

    def call(self, method: str, key_id: int, user_id: int, connection: ConnectionRecord) -> None:
        self.counts[method] += 1
        self.calls.append(Call(method, key_id, user_id, connection.number, self._clock()))
        connection.requests += 1

    def refused(self, method: str, code: int, message: str) -> None:
        self.refusals[Refusal(method, code, message)] += 1

    def connections_of(self, key_id: int) -> list[ConnectionRecord]:
        return [record for record in self.connections if record.key_id == key_id]

    def held_together(self, *, longer_than: float = 0.0) -> list[Held]:
        """Pairs of connections of one logged-in key whose times overlap by more than so many seconds.

        Stricter than ``overlaps``: it also finds the pair of which one only pings or waits.
        """
        by_key: dict[int, list[ConnectionRecord]] = {}
        for record in self.connections:
            if record.key_id is not None and record.user_id:
                by_key.setdefault(record.key_id, []).append(record)
        found: list[Held] = []
        for key_id, records in by_key.items():
            for place, first in enumerate(records):
                for second in records[place + 1 :]:
                    seconds = self._overlap(first, second)
                    if seconds > longer_than:
                        found.append(Held(key_id, (first.number, second.number), seconds))
        return found

    def _overlap(self, first: ConnectionRecord, second: ConnectionRecord) -> float:
        now = self._clock()
        ends = min(now if record.closed_at is None else record.closed_at for record in (first, second))
        return ends - max(first.opened_at, second.opened_at)
