"""The world as one account sees it: TL objects with that account's access hashes, memberships and states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from telethon.tl import types as t

from quart_app.demo.account import ARCHIVE, Account, Dialog
from quart_app.demo.chats import Channel, Group
from quart_app.demo.message import Message
from quart_app.demo.peer import Peer
from quart_app.demo.person import Person
from quart_app.demo.rights import ADMIN_RIGHTS, USUAL_ADMIN, admin_rights, banned_rights
from quart_app.demo.view_message import message_of

if TYPE_CHECKING:
    from quart_app.demo.world import World


class View:
    """Renders for ``account``."""

    def __init__(self, world: World, account: Account) -> None:
        self._world = world
        self._account = account

    def user(self, person: Person) -> Any:
        own = person.id == self._account.id
        access_hash = self._world.access_hash(self._account.id, Peer("user", person.id))
        if person.deleted:
            return t.User(id=person.id, deleted=True, access_hash=access_hash)
        return t.User(
            id=person.id,
            is_self=own,
            access_hash=access_hash,
            first_name=person.first_name or None,
            last_name=person.last_name or None,
            username=person.username,
            phone=person.phone if own else None,
            contact=self._account.knows(person),
            bot=person.bot,
            bot_info_version=1 if person.bot else None,
            verified=person.verified,
            support=person.support,
            status=None if person.bot else t.UserStatusRecently(),
        )

    def group(self, group: Group) -> Any:
        dialog = self._account.dialogs.get(group.peer)
        if dialog is not None and dialog.membership == "forbidden":
            return t.ChatForbidden(group.id, group.title)
        migrated = Peer("channel", group.migrated_to)
        return t.Chat(
            id=group.id,
            title=group.title,
            photo=t.ChatPhotoEmpty(),
            participants_count=len(group.members),
            date=group.date,
            version=group.version,
            creator=group.creator == self._account.id,
            admin_rights=admin_rights(USUAL_ADMIN) if self._account.id in group.admins else None,
            default_banned_rights=banned_rights(frozenset()),
            left=dialog is None or dialog.membership == "left",
            deactivated=bool(group.migrated_to),
            migrated_to=self.input_channel(migrated) if group.migrated_to else None,
        )

    def channel(self, channel: Channel) -> Any:
        dialog = self._account.dialogs.get(channel.peer)
        access_hash = self._world.access_hash(self._account.id, channel.peer)
        if dialog is not None and dialog.membership == "forbidden":
            return t.ChannelForbidden(
                channel.id,
                access_hash,
                channel.title,
                broadcast=channel.broadcast,
                megagroup=not channel.broadcast,
            )
        return t.Channel(
            id=channel.id,
            title=channel.title,
            photo=t.ChatPhotoEmpty(),
            date=channel.date,
            left=dialog is None or dialog.membership == "left",
            broadcast=channel.broadcast,
            megagroup=not channel.broadcast,
            forum=channel.forum,
            verified=channel.verified,
            username=channel.username,
            access_hash=access_hash,
            participants_count=channel.member_count,
            **self._standing(channel),
        )

    def _standing(self, channel: Channel) -> dict[str, Any]:
        """What the account may do there beyond others, or may not."""
        own = self._account.id
        rights = ADMIN_RIGHTS if own == channel.creator else channel.admins.get(own)
        restriction = channel.restricted.get(own)
        return {
            "creator": own == channel.creator,
            "slowmode_enabled": bool(channel.slow_mode),
            "join_request": channel.join_request,
            "admin_rights": admin_rights(rights) if rights else None,
            "banned_rights": restriction.to_tl() if restriction else None,
            "default_banned_rights": None if channel.broadcast else banned_rights(channel.muted_by_default),
        }

    def input_channel(self, peer: Peer) -> Any:
        return t.InputChannel(peer.id, self._world.access_hash(self._account.id, peer))

    def message(self, peer: Peer, message: Message) -> Any:
        return message_of(self._world, self._account, peer, message)

    def dialog(self, dialog: Dialog) -> Any:
        channel = (
            self._world.population.channels.get(dialog.peer.id) if dialog.peer.kind == "channel" else None
        )
        return t.Dialog(
            peer=dialog.peer.to_tl(),
            top_message=dialog.history.last_id,
            read_inbox_max_id=dialog.read_inbox_max_id,
            read_outbox_max_id=dialog.read_outbox_max_id,
            unread_count=dialog.unread_count,
            unread_mentions_count=len(dialog.unread_mentions),
            unread_reactions_count=0,
            unread_poll_votes_count=0,
            notify_settings=self.notify_settings(dialog),
            pinned=self._account.is_pinned(dialog),
            unread_mark=dialog.unread_mark,
            pts=channel.pts if channel else None,
            draft=dialog.draft,
            folder_id=ARCHIVE if dialog.folder == ARCHIVE else None,
        )

    @staticmethod
    def notify_settings(dialog: Dialog | None) -> Any:
        if dialog is None:
            return t.PeerNotifySettings()
        return t.PeerNotifySettings(mute_until=dialog.mute_until or None, silent=dialog.silent or None)

    def dialogs(self, dialogs: Iterable[Dialog]) -> dict[str, Any]:
        """Dialogs with their top messages and everyone mentioned: the common part of several answers."""
        rows, tops = [], []
        for dialog in dialogs:
            rows.append(dialog)
            if len(dialog.history):
                tops.append((dialog.peer, dialog.history[len(dialog.history) - 1]))
        return {
            "dialogs": [self.dialog(row) for row in rows],
            "messages": [self.message(peer, message) for peer, message in tops],
            **self.entities((row.peer for row in rows), (message for _, message in tops)),
        }

    def entities(self, peers: Iterable[Peer] = (), messages: Iterable[Message] = ()) -> dict[str, list[Any]]:
        """``users`` and ``chats`` for an answer, each once: of the peers, and of the messages' senders."""
        named = dict.fromkeys(peers)
        for message in messages:
            named.update(dict.fromkeys(_concerned(message)))
        population = self._world.population
        users, chats = [], []
        for peer in named:
            if peer.kind == "user":
                users.append(self.user(population.people[peer.id]))
            elif peer.kind == "group":
                chats.append(self.group(population.groups[peer.id]))
            else:
                chats.append(self.channel(population.channels[peer.id]))
        return {"users": users, "chats": chats}


def _concerned(message: Message) -> Iterator[Peer]:
    """Everyone whom a client must know to show this message."""
    if message.sender:
        yield Peer("user", message.sender)
    if message.forward is not None:
        yield (
            Peer("channel", message.forward.channel)
            if message.forward.channel
            else Peer("user", message.forward.sender)
        )
    for person in message.reactions:
        yield Peer("user", person)
    for person in _named_in(message.action):
        yield Peer("user", person)


def _named_in(action: Any) -> list[int]:
    if isinstance(action, t.MessageActionChatAddUser):
        return list(action.users)
    return [action.user_id] if isinstance(action, t.MessageActionChatDeleteUser) else []
