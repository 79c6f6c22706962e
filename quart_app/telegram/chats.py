"""The chats of one live client: loaded once, then kept current by updates. Rows are compact; nothing is stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from commands import Chat, ChatState
from quart_app.telegram.mapping import LINK, Named

MOST_RECORDED: Final = 2_000


@dataclass(slots=True)
class ChatRow:
    """One chat. 5,000 of them kept as Telethon's objects would cost 32 MB."""

    named: Named
    unread: int = 0
    last: int = 0
    """Unix seconds of the newest message; 0 if there is none."""
    muted_until: int = 0
    pinned: int = 0
    """1 for the topmost; 0 for a chat that is not pinned."""
    archived: bool = False
    mentioned: bool = False
    marked: bool = False
    """Marked as unread by its owner: shows as one, counts as none."""
    top: int = 0
    """Id of the newest message: what is not newer has been counted."""

    def flags(self, now: float) -> frozenset[str]:
        held = {
            "archived": self.archived,
            "mentioned": self.mentioned,
            "muted": self.muted_until > now,
            "pinned": bool(self.pinned),
            "verified": self.named.verified,
        }
        return frozenset(name for name, is_so in held.items() if is_so)

    def order(self) -> tuple[bool, bool, int, int]:
        """Pinned on top in their own order (the archive's pins after the others), then the newest first."""
        return not self.pinned, self.archived if self.pinned else False, self.pinned, -self.last

    def chat(self) -> Chat:
        username = self.named.username
        link = f"{LINK}{username}" if username else None
        return Chat(self.named.id, self.named.title, self.named.type, username, link)

    def state(self, now: float) -> ChatState:
        last = datetime.fromtimestamp(self.last, UTC) if self.last else None
        return ChatState(self.chat(), self.unread or int(self.marked), last, self.flags(now))


class ChatBook:
    """Every chat by its id. ``stale`` means that updates were missed: it must be loaded again before use."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._rows: dict[int, ChatRow] = {}
        self._clock = clock
        self._states: tuple[ChatState, ...] | None = None
        self._states_until = 0.0
        self.stale = True
        self._recording: list[Any] | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[ChatRow]:
        return iter(self._rows.values())

    def get(self, id: int) -> ChatRow | None:
        return self._rows.get(id)

    def put(self, row: ChatRow) -> None:
        self._rows[row.named.id] = row
        self.changed()

    def remove(self, id: int) -> None:
        self._rows.pop(id, None)
        self.changed()

    def replace(self, rows: dict[int, ChatRow]) -> None:
        """After a complete load."""
        self._rows = rows
        self.stale = False
        self.changed()

    def record(self) -> None:
        """From now on keep what is pushed: some of it is newer than the page it concerns."""
        if self._recording is None:
            self._recording = []

    @property
    def recording(self) -> tuple[Any, ...]:
        return tuple(self._recording or ())

    def recorded(self) -> list[Any]:
        """What was pushed since; no more is kept. More than ``MOST_RECORDED``: the rest was not kept either."""
        kept, self._recording = self._recording or [], None
        return kept

    def pushed(self, update: Any) -> None:
        """Before an update is applied."""
        if self._recording is not None and len(self._recording) <= MOST_RECORDED:
            self._recording.append(update)

    def changed(self) -> None:
        self._states = None

    def by_username(self, username: str) -> ChatRow | None:
        wanted = username.lower()
        return next((r for r in self if r.named.username and r.named.username.lower() == wanted), None)

    def by_title(self, title: str) -> ChatRow | None:
        wanted = title.casefold()
        return next((row for row in self if row.named.title.casefold() == wanted), None)

    def states(self) -> tuple[ChatState, ...]:
        """Pinned on top, then newest first. Made anew only after a change, or when a mute has run out."""
        now = self._clock()
        if self._states is None or now >= self._states_until:
            rows = sorted(self._rows.values(), key=ChatRow.order)
            self._states = tuple(row.state(now) for row in rows)
            ends = (row.muted_until for row in rows if row.muted_until > now)
            self._states_until = min(ends, default=float("inf"))
        return self._states
