"""The numbered log of what happened to an account or in a channel: what a client that was away catches up on."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from quart_app.demo.message import Message
from quart_app.demo.peer import Peer

MOST_REMEMBERED = 20_000


@dataclass(slots=True)
class LogEntry:
    """A new message in ``peer``, a message that was ``edited``, or any other ``update`` (a TL object)."""

    pts: int
    """Where this led to."""
    count: int
    """How far pts moved; 0 for updates that have no pts, which are told by date."""
    date: int
    peer: Peer | None = None
    message: Message | None = None
    update: Any = None
    edited: bool = False


class EventLog:
    """Oldest first; of what lies too far back, only that there was something is known."""

    def __init__(self, pts: int) -> None:
        self.entries: list[LogEntry] = []
        self.start = pts
        """Who stands before this has missed something that is forgotten."""

    def add(self, entry: LogEntry) -> None:
        self.entries.append(entry)
        if len(self.entries) > MOST_REMEMBERED:
            forgotten = self.entries[: MOST_REMEMBERED // 2]
            del self.entries[: MOST_REMEMBERED // 2]
            self.start = forgotten[-1].pts

    def since(self, pts: int, date: int) -> list[LogEntry]:
        """What a client that stands at this pts and date has not seen; it may get an update twice."""
        behind = bisect_right(self.entries, pts, key=lambda entry: entry.pts)
        without_pts = [entry for entry in self.entries[:behind] if not entry.count and entry.date >= date]
        newer = [entry for entry in self.entries[behind:] if entry.count or entry.date >= date]
        return without_pts + newer
