"""Everyone and everything that has an id or a username, whoever's chat it is."""

from __future__ import annotations

from quart_app.demo.chats import Channel, Group
from quart_app.demo.peer import Peer
from quart_app.demo.person import Person

_FIRST_GROUP_ID, _FIRST_CHANNEL_ID = 900_000_000, 3_500_000_000
"""Of chats that were made since the world began."""


class Population:
    """People, groups and channels by id; usernames, in lower case, by whom they name."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.channels: dict[int, Channel] = {}
        self.usernames: dict[str, Peer] = {}

    def add_person(self, person: Person) -> Person:
        self.people[person.id] = person
        if person.username:
            self.usernames[person.username.lower()] = Peer("user", person.id)
        return person

    def add_group(self, group: Group) -> Group:
        self.groups[group.id] = group
        return group

    def add_channel(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        if channel.username:
            self.usernames[channel.username.lower()] = channel.peer
        return channel

    def next_group_id(self) -> int:
        """For a group that is made now."""
        return max([_FIRST_GROUP_ID, *(number for number in self.groups if number >= _FIRST_GROUP_ID)]) + 1

    def next_channel_id(self) -> int:
        """For a channel that is made now."""
        later = (number for number in self.channels if number >= _FIRST_CHANNEL_ID)
        return max([_FIRST_CHANNEL_ID, *later]) + 1

    def title(self, peer: Peer) -> str:
        if peer.kind == "user":
            return self.people[peer.id].name
        return self.groups[peer.id].title if peer.kind == "group" else self.channels[peer.id].title
