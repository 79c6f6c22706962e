"""Chats that several people can be in: basic groups, and channels (broadcasts and supergroups)."""

from __future__ import annotations

from dataclasses import dataclass, field

from quart_app.demo.event_log import EventLog
from quart_app.demo.history import History
from quart_app.demo.peer import Peer
from quart_app.demo.rights import Restriction, RightsNames


@dataclass(slots=True)
class Group:
    """A basic group. Its messages lie in its members' own boxes, as at Telegram."""

    id: int
    title: str
    date: int
    members: tuple[int, ...]
    """The first one began it, unless ``creator`` says otherwise."""
    about: str = ""
    migrated_to: int = 0
    """The supergroup that it has become; nobody can write here any more then."""
    admins: set[int] = field(default_factory=set)
    version: int = 1
    """Moves on with each change of the members."""
    creator: int = 0

    def __post_init__(self) -> None:
        self.creator = self.creator or self.members[0]

    @property
    def peer(self) -> Peer:
        return Peer("group", self.id)


@dataclass(slots=True)
class Channel:
    """A channel, or a supergroup where ``broadcast`` is false. Its messages are the same for all."""

    id: int
    title: str
    date: int
    broadcast: bool
    history: History
    username: str | None = None
    verified: bool = False
    forum: bool = False
    about: str = ""
    member_count: int = 0
    pts: int = 1
    creator: int = 0
    """0 if nobody in this world is."""
    admins: dict[int, RightsNames] = field(default_factory=dict)
    ranks: dict[int, str] = field(default_factory=dict)
    elected: dict[int, float] = field(default_factory=dict)
    """When each of those who were made an admin since the world began was (Unix seconds)."""
    restricted: dict[int, Restriction] = field(default_factory=dict)
    """Who may not do everything, or not even be here."""
    muted_by_default: RightsNames = frozenset()
    """What plain members may not do."""
    slow_mode: int = 0
    """Seconds that a plain member waits between messages."""
    said_at: dict[int, float] = field(default_factory=dict)
    """When each last wrote, while there is a slow mode."""
    join_request: bool = False
    """Whoever joins by the public name has to ask."""
    migrated_from: int = 0
    """The basic group that it was."""
    people: dict[int, int] = field(default_factory=dict)
    """Members that are known by name, with when they came (Unix seconds); accounts have a dialog besides."""
    log: EventLog = field(init=False)

    def __post_init__(self) -> None:
        self.log = EventLog(self.pts)

    @property
    def peer(self) -> Peer:
        return Peer("channel", self.id)
