"""Coming and going: who is in a channel or group, brings others, throws them out, is made an admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telethon.tl import types as t

from quart_app.demo.account import Account
from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.chats import Channel, Group
from quart_app.demo.message import Content
from quart_app.demo.peer import Peer
from quart_app.demo.rights import Restriction
from quart_app.demo.view import View

if TYPE_CHECKING:
    from quart_app.demo.world import World

_SILENT_FROM = 10_000
"""In supergroups as large as this nobody is told who comes and goes."""


class Membership:
    """``skip`` is the key whose own request it was, if any."""

    def __init__(self, world: World) -> None:
        self._world = world

    def join(
        self, account: Account, channel: Channel, action: Any = None, *, skip: AuthorizationKey | None = None
    ) -> Any:
        """``action`` is what the others read of it; the update for the account itself."""
        dialog = self._world.dialog(account, channel.peer)
        dialog.membership = "member"
        channel.member_count += 1
        update = self._tell(account, channel, skip)
        self._announce(channel, account.id, action, skip)
        return update

    def leave(self, account: Account, channel: Channel, *, skip: AuthorizationKey | None = None) -> Any:
        account.drop(channel.peer)
        channel.admins.pop(account.id, None)
        channel.member_count = max(channel.member_count - 1, 0)
        return self._tell(account, channel, skip)

    def add_person(
        self, channel: Channel, person: int, by: Account, *, skip: AuthorizationKey | None
    ) -> None:
        """Bring somebody, who need not be an account."""
        action = t.MessageActionChatAddUser([person])
        if person in self._world.accounts:
            self.join(self._world.account(person), channel)
        else:
            channel.people[person] = int(self._world.clock())
            channel.member_count += 1
        self._announce(channel, by.id, action, skip)

    def admit(self, peer: Peer, person: int, by: Account, *, skip: AuthorizationKey | None = None) -> None:
        """Let somebody in who asked."""
        action = t.MessageActionChatJoinedByRequest()
        if peer.kind == "group":
            by = self._world.account(person) if person in self._world.accounts else by
            self.add_to_group(self._world.population.groups[peer.id], person, by, action, skip=skip)
            return
        channel = self._world.population.channels[peer.id]
        if person in self._world.accounts:
            self.join(self._world.account(person), channel, action)
        else:
            channel.people[person] = int(self._world.clock())
            channel.member_count += 1
            self._announce(channel, person, action, skip)

    def is_member(self, channel: Channel, person: int) -> bool:
        """Of those that have a name here."""
        account = self._world.accounts.get(person)
        if account is not None and account.dialogs:
            dialog = account.dialogs.get(channel.peer)
            return dialog is not None and dialog.membership == "member"
        return person in channel.people or person == channel.creator or person in channel.admins

    def roster(self, channel: Channel) -> list[int]:
        """Members that have a name: creator, admins, people, accounts; each once."""
        accounts = [account.id for account in self._world.posting.members(channel)]
        named = dict.fromkeys([channel.creator, *channel.admins, *channel.people, *accounts])
        return [person for person in named if person and self.is_member(channel, person)]

    def restrict(
        self,
        channel: Channel,
        person: int,
        restriction: Restriction | None,
        by: Account,
        *,
        skip: AuthorizationKey | None = None,
    ) -> None:
        """Take rights away or give them back; without view_messages somebody is out."""
        was_in = self.is_member(channel, person)
        if restriction is None:
            channel.restricted.pop(person, None)
        else:
            channel.restricted[person] = restriction
        channel.admins.pop(person, None)
        account = self._world.accounts.get(person)
        dialog = self._world.account(person).dialogs.get(channel.peer) if account else None
        if restriction is not None and restriction.banned:
            channel.people.pop(person, None)
            if was_in:
                channel.member_count = max(channel.member_count - 1, 0)
                self._announce(channel, by.id, t.MessageActionChatDeleteUser(person), skip)
            if dialog is not None:
                dialog.membership = "forbidden"
        elif account is not None and dialog is not None and dialog.membership == "forbidden":
            account.drop(channel.peer)
        if account is not None:
            self._tell(account, channel, None)

    def tell_all(self, channel: Channel, *, skip: AuthorizationKey | None = None) -> None:
        """Something about the channel has changed: clients look again."""
        for account in self._world.posting.members(channel):
            self._tell(account, channel, skip)

    def add_to_group(
        self,
        group: Group,
        person: int,
        by: Account,
        action: Any = None,
        *,
        skip: AuthorizationKey | None = None,
    ) -> Any:
        """``action`` is what the others read of it; the update that shows it to whoever did it."""
        group.members = (*group.members, person)
        group.version += 1
        if person in self._world.accounts:
            self._world.dialog(self._world.account(person), group.peer).membership = "member"
        content = Content(action=action or t.MessageActionChatAddUser([person]))
        return self._world.posting.group(by, group.peer, content, skip=skip)[1]

    def remove_from_group(
        self, group: Group, person: int, by: Account, *, skip: AuthorizationKey | None = None
    ) -> Any:
        content = Content(action=t.MessageActionChatDeleteUser(person))
        update = self._world.posting.group(by, group.peer, content, skip=skip)[1]
        group.members = tuple(member for member in group.members if member != person)
        group.admins.discard(person)
        group.version += 1
        if person in self._world.accounts:
            dialog = self._world.account(person).dialogs.get(group.peer)
            if dialog is not None:
                dialog.membership = "left" if person == by.id else "forbidden"
        return t.Updates(
            update.updates,
            date=update.date,
            seq=0,
            **View(self._world, by).entities([group.peer, Peer("user", person), Peer("user", by.id)]),
        )

    def _announce(self, channel: Channel, sender: int, action: Any, skip: AuthorizationKey | None) -> None:
        if action is not None and not channel.broadcast and channel.member_count < _SILENT_FROM:
            self._world.posting.to_channel(channel, Content(action=action), sender, skip=skip)

    def _tell(self, account: Account, channel: Channel, skip: AuthorizationKey | None) -> Any:
        now = int(self._world.clock())
        view = View(self._world, account)
        update = t.UpdateChannel(channel.id)
        account.record_update(update, now)
        told = t.Updates([update], date=now, seq=0, **view.entities([channel.peer]))
        self._world.pushes.to_user(account.id, told, skip=skip)
        return told
