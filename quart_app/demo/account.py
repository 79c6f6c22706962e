"""One account that can log in: its dialogs and the numbered log of what happened to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from quart_app.demo.history import History
from quart_app.demo.message import Message
from quart_app.demo.peer import Peer
from quart_app.demo.person import Person
from quart_app.demo.srp import SecondFactor

MAIN, ARCHIVE = 0, 1
Membership = Literal["member", "left", "forbidden"]


@dataclass(slots=True)
class Dialog:
    """A chat in an account's list. For a channel, ``history`` is the channel's own."""

    peer: Peer
    history: History
    folder: int = MAIN
    read_inbox_max_id: int = 0
    read_outbox_max_id: int = 0
    unread_count: int = 0
    unread_mark: bool = False
    mentions: int = 0
    mute_until: int = 0
    """Unix seconds; 0 if not muted."""
    membership: Membership = "member"

    @property
    def order(self) -> tuple[int, Peer]:
        """What the list is sorted by, newest first; unambiguous, so that pages neither repeat nor skip."""
        return self.history.last_date, self.peer


@dataclass(slots=True)
class LogEntry:
    """One step of an account's pts: a new message in ``peer``, or any other ``update`` (a TL object)."""

    pts: int
    count: int
    """How far pts moved; 0 for updates that have no pts, which are told by date."""
    date: int
    peer: Peer | None = None
    message: Message | None = None
    update: Any = None


@dataclass(slots=True, eq=False)
class Account:
    person: Person
    marker: str
    """Title of a private channel that nobody else is in."""
    second_factor: SecondFactor | None = None
    dialogs: dict[Peer, Dialog] = field(default_factory=dict)
    pinned: dict[int, list[Peer]] = field(default_factory=lambda: {MAIN: [], ARCHIVE: []})
    """Per folder, topmost first."""
    pts: int = 1
    last_message_id: int = 0
    log: list[LogEntry] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.person.id

    def listed(self, folder: int | None) -> list[Dialog]:
        """The dialogs of a folder, or of all (None), in the order of the list without regard to pins."""
        chosen = [dialog for dialog in self.dialogs.values() if folder is None or dialog.folder == folder]
        chosen.sort(key=lambda dialog: dialog.order, reverse=True)
        return chosen

    def pinned_in(self, folder: int | None) -> list[Dialog]:
        """Topmost first; for all folders, those of the main list come first."""
        folders = (MAIN, ARCHIVE) if folder is None else (folder,)
        return [self.dialogs[peer] for number in folders for peer in self.pinned.get(number, ())]

    def is_pinned(self, dialog: Dialog) -> bool:
        return dialog.peer in self.pinned[dialog.folder]

    def next_message_id(self) -> int:
        self.last_message_id += 1
        return self.last_message_id

    def record_message(self, peer: Peer, message: Message) -> None:
        self.pts += 1
        self.log.append(LogEntry(self.pts, 1, message.date, peer, message))

    def record_update(self, update: Any, date: int) -> None:
        """Note any other update; where it carries a pts, that is the account's, moved on beforehand."""
        count = getattr(update, "pts_count", 0)
        self.log.append(LogEntry(self.pts, count, date, update=update))

    def missed(self, pts: int, date: int) -> list[LogEntry]:
        """What a client that stands at this pts and date has not seen; it may get an update twice."""
        return [entry for entry in self.log if (entry.pts > pts if entry.count else entry.date >= date)]
