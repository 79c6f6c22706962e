"""One account that can log in: its dialogs and the numbered log of what happened to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from quart_app.demo.event_log import EventLog, LogEntry
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
    mentioned: set[int] = field(default_factory=set)
    """Ids of the past's messages that mention this account; later ones say so themselves."""
    unread_mentions: set[int] = field(default_factory=set)
    mute_until: int = 0
    """Unix seconds; 0 if not muted."""
    silent: bool = False
    membership: Membership = "member"
    draft: Any = None
    """A TL DraftMessage."""
    hidden_up_to: int = 0
    """Of a channel: what this account cleared for itself alone."""

    @property
    def order(self) -> tuple[int, Peer]:
        """What the list is sorted by, newest first; unambiguous, so that pages neither repeat nor skip."""
        return self.history.last_date, self.peer


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
    log: EventLog = field(default_factory=lambda: EventLog(1))
    contacts: set[int] = field(default_factory=set)
    """People added since the world began; the generated ones know it themselves."""
    removed_contacts: set[int] = field(default_factory=set)
    blocked: dict[int, int] = field(default_factory=dict)
    """People by when they were blocked (Unix seconds)."""
    filters: list[Any] = field(default_factory=list)
    """Its own folders: TL DialogFilter, in order."""

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

    def drop(self, peer: Peer) -> Dialog | None:
        """Take a chat out of the list; None if it was not there."""
        for pins in self.pinned.values():
            if peer in pins:
                pins.remove(peer)
        return self.dialogs.pop(peer, None)

    def next_message_id(self) -> int:
        self.last_message_id += 1
        return self.last_message_id

    def knows(self, person: Person) -> bool:
        """Whether somebody is among the contacts."""
        return person.id in self.contacts or (person.contact and person.id not in self.removed_contacts)

    def record_message(self, peer: Peer, message: Message, *, edited: bool = False) -> None:
        """A new message, or one that was edited now."""
        self.pts += 1
        date = message.edited if edited else message.date
        self.log.add(LogEntry(self.pts, 1, date, peer, message, edited=edited))

    def record_update(self, update: Any, date: int) -> None:
        """Note any other update; where it carries a pts, that is the account's, moved on beforehand."""
        count = getattr(update, "pts_count", 0)
        self.log.add(LogEntry(self.pts, count, date, update=update))
