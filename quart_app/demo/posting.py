"""New messages: stored where Telegram would store them, counted as unread, and pushed to whoever listens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telethon.tl import types as t

from quart_app.demo.account import Account
from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.chats import Channel
from quart_app.demo.message import Message
from quart_app.demo.peer import Peer
from quart_app.demo.view import View

if TYPE_CHECKING:
    from quart_app.demo.world import World


class Posting:
    def __init__(self, world: World) -> None:
        self._world = world

    def post(
        self, chat: str | Peer, text: str, *, sender: int | None = None, to: int | None = None
    ) -> Message:
        """``chat`` is a username or a peer.

        In a channel, ``sender`` None means the channel itself, or somebody of a supergroup. Private chats and
        basic groups need ``to``, the account concerned: then the other side writes to it.
        """
        peer = self._world.population.usernames[chat.lower()] if isinstance(chat, str) else chat
        if peer.kind == "channel":
            channel = self._world.population.channels[peer.id]
            speakers = channel.history.past.speakers
            return self.to_channel(channel, text, speakers[0] if sender is None and speakers else sender or 0)
        if to is None:
            raise ValueError("a message of a private chat or basic group needs the account that gets it")
        if sender is None:
            members = self._world.population.groups[peer.id].members if peer.kind == "group" else (peer.id,)
            sender = next(member for member in members if member != to or len(members) == 1)
        account = self._world.account(to)
        return self._into_box(account, peer, text, sender)

    def to_channel(
        self, channel: Channel, text: str, sender: int, *, skip: AuthorizationKey | None = None
    ) -> Message:
        """A post, seen by every member; ``skip`` is the key whose own request this was."""
        history = channel.history
        message = Message(history.last_id + 1, sender, text, int(self._world.clock()))
        history.append(message)
        channel.pts += 1
        channel.log.append((channel.pts, message))
        for account in self._members(channel):
            dialog = account.dialogs[channel.peer]
            if account.id == sender:
                dialog.read_inbox_max_id, dialog.unread_count = message.id, 0
            else:
                self._world.changes.receive(account, dialog)
            update = self.channel_update(account, channel, message)
            self._world.pushes.to_user(account.id, update, skip=skip if account.id == sender else None)
        return message

    def private(
        self, sender: Account, to: int, text: str, *, skip: AuthorizationKey | None = None
    ) -> tuple[Message, Any]:
        """Each side has a copy with an id of its own; the sender's copy and the update that shows it."""
        mine = self._into_box(sender, Peer("user", to), text, sender.id, skip=skip)
        update = self._box_update(sender, Peer("user", to), mine, sender.pts)
        if to in self._world.accounts and to != sender.id:
            self._into_box(self._world.account(to), Peer("user", sender.id), text, sender.id)
        return mine, update

    def group(
        self, sender: Account, peer: Peer, text: str, *, skip: AuthorizationKey | None = None
    ) -> tuple[Message, Any]:
        mine = self._into_box(sender, peer, text, sender.id, skip=skip)
        update = self._box_update(sender, peer, mine, sender.pts)
        for member in self._world.population.groups[peer.id].members:
            if member in self._world.accounts and member != sender.id:
                self._into_box(self._world.account(member), peer, text, sender.id)
        return mine, update

    def channel_update(self, account: Account, channel: Channel, message: Message) -> Any:
        view = View(self._world, account)
        new = t.UpdateNewChannelMessage(view.message(channel.peer, message), channel.pts, 1)
        return t.Updates([new], date=message.date, seq=0, **view.entities([channel.peer], [message]))

    def _into_box(
        self, account: Account, peer: Peer, text: str, sender: int, *, skip: AuthorizationKey | None = None
    ) -> Message:
        dialog = self._world.dialog(account, peer)
        message = Message(account.next_message_id(), sender, text, int(self._world.clock()))
        dialog.history.append(message)
        if sender == account.id:
            dialog.read_inbox_max_id, dialog.unread_count, dialog.unread_mark = message.id, 0, False
        else:
            self._world.changes.receive(account, dialog)
        account.record_message(peer, message)
        update = self._box_update(account, peer, message, account.pts)
        self._world.pushes.to_user(account.id, update, skip=skip)
        return message

    def _box_update(self, account: Account, peer: Peer, message: Message, pts: int) -> Any:
        view = View(self._world, account)
        new = t.UpdateNewMessage(view.message(peer, message), pts, 1)
        entities = view.entities([peer, Peer("user", account.id)], [message])
        return t.Updates([new], date=message.date, seq=0, **entities)

    def _members(self, channel: Channel) -> list[Account]:
        """The accounts that are in the channel, of those that are logged in or have been."""
        logged_in = {key.user_id for key in self._world.keys if key.user_id}
        return [
            account
            for account in self._world.accounts.values()
            if (account.dialogs or account.id in logged_in)
            and (dialog := self._world.account(account.id).dialogs.get(channel.peer)) is not None
            and dialog.membership == "member"
        ]
