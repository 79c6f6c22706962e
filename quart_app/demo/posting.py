"""New messages: stored where Telegram would store them, counted as unread, and pushed to whoever listens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from telethon.tl import types as t

from quart_app.demo.account import Account
from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.chats import Channel
from quart_app.demo.event_log import LogEntry
from quart_app.demo.message import Content, Copy, Message
from quart_app.demo.peer import Peer
from quart_app.demo.view import View

if TYPE_CHECKING:
    from quart_app.demo.world import World


class Posting:
    """``skip`` is the key whose own request it was, if any: it is answered, not told."""

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
        content = Content(text)
        if peer.kind == "channel":
            channel = self._world.population.channels[peer.id]
            speakers = channel.history.past.speakers
            author = speakers[0] if sender is None and speakers else sender or 0
            return self.to_channel(channel, content, author)
        if to is None:
            raise ValueError("a message of a private chat or basic group needs the account that gets it")
        if sender is None:
            members = self._world.population.groups[peer.id].members if peer.kind == "group" else (peer.id,)
            sender = next(member for member in members if member != to or len(members) == 1)
        return self._into_box(self._world.account(to), peer, content, sender)

    def deliver(
        self, account: Account, peer: Peer, content: Content, *, skip: AuthorizationKey | None = None
    ) -> tuple[Message, Any]:
        """The account says something in one of its chats; its own copy, and the update that shows it."""
        if peer.kind == "user":
            return self.private(account, peer.id, content, skip=skip)
        if peer.kind == "group":
            return self.group(account, peer, content, skip=skip)
        channel = self._world.population.channels[peer.id]
        author = 0 if channel.broadcast else account.id
        message = self.to_channel(channel, content, author, by=account.id, skip=skip)
        return message, self.channel_update(account, channel, message)

    def to_channel(
        self,
        channel: Channel,
        content: Content,
        sender: int,
        *,
        by: int = 0,
        skip: AuthorizationKey | None = None,
    ) -> Message:
        """A post, seen by every member. ``by`` is the account that posts in the channel's name."""
        history = channel.history
        message = Message.of(content, id=history.top_id + 1, sender=sender, date=int(self._world.clock()))
        history.append(message)
        channel.pts += 1
        channel.log.add(LogEntry(channel.pts, 1, message.date, channel.peer, message))
        for account in self.members(channel):
            dialog = account.dialogs[channel.peer]
            own = account.id in (sender, by)
            if own:
                dialog.read_inbox_max_id, dialog.unread_count = message.id, 0
            else:
                self._world.changes.receive(account, dialog, message)
            update = self.channel_update(account, channel, message)
            self._world.pushes.to_user(account.id, update, skip=skip if own else None)
        return message

    def private(
        self, sender: Account, to: int, content: Content, *, skip: AuthorizationKey | None = None
    ) -> tuple[Message, Any]:
        """Each side has a copy with an id of its own; the sender's copy and the update that shows it."""
        peer = Peer("user", to)
        mine = self._into_box(sender, peer, content, sender.id, skip=skip)
        update = self._box_update(sender, peer, mine, sender.pts)
        other = self._world.accounts.get(to)
        if other is not None and to != sender.id and sender.id not in other.blocked:
            self._copy(sender, peer, mine, self._world.account(to), Peer("user", sender.id), content)
        return mine, update

    def group(
        self, sender: Account, peer: Peer, content: Content, *, skip: AuthorizationKey | None = None
    ) -> tuple[Message, Any]:
        mine = self._into_box(sender, peer, content, sender.id, skip=skip)
        update = self._box_update(sender, peer, mine, sender.pts)
        for member in self._world.population.groups[peer.id].members:
            if member in self._world.accounts and member != sender.id:
                self._copy(sender, peer, mine, self._world.account(member), peer, content)
        return mine, update

    def channel_update(self, account: Account, channel: Channel, message: Message) -> Any:
        view = View(self._world, account)
        new = t.UpdateNewChannelMessage(view.message(channel.peer, message), channel.pts, 1)
        return t.Updates([new], date=message.date, seq=0, **view.entities([channel.peer], [message]))

    def members(self, channel: Channel) -> list[Account]:
        """The accounts that are in the channel, of those that are logged in or have been."""
        logged_in = {key.user_id for key in self._world.keys if key.user_id}
        return [
            account
            for account in self._world.accounts.values()
            if (account.dialogs or account.id in logged_in)
            and (dialog := self._world.account(account.id).dialogs.get(channel.peer)) is not None
            and dialog.membership == "member"
        ]

    def _copy(
        self, sender: Account, peer: Peer, mine: Message, account: Account, there: Peer, content: Content
    ) -> None:
        """The same message in another box, where what it replies to has another id."""
        answered = self._world.dialog(sender, peer).history.find(content.reply_to)
        reply_to = 0
        if answered is not None:
            reply_to = next((copy.id for copy in answered.copies or () if copy.account_id == account.id), 0)
        copy = self._into_box(
            account, there, replace(content, reply_to=reply_to), sender.id, copies=mine.copies
        )
        copy.reactions = mine.reactions

    def _into_box(
        self,
        account: Account,
        peer: Peer,
        content: Content,
        sender: int,
        *,
        skip: AuthorizationKey | None = None,
        copies: list[Copy] | None = None,
    ) -> Message:
        dialog = self._world.dialog(account, peer)
        number = account.next_message_id()
        message = Message.of(content, id=number, sender=sender, date=int(self._world.clock()))
        message.copies = [] if copies is None else copies
        message.copies.append(Copy(account.id, peer, message.id))
        dialog.history.append(message)
        if sender == account.id:
            dialog.read_inbox_max_id, dialog.unread_count, dialog.unread_mark = message.id, 0, False
        else:
            self._world.changes.receive(account, dialog, message)
        account.record_message(peer, message)
        update = self._box_update(account, peer, message, account.pts)
        self._world.pushes.to_user(account.id, update, skip=skip)
        return message

    def _box_update(self, account: Account, peer: Peer, message: Message, pts: int) -> Any:
        view = View(self._world, account)
        new = t.UpdateNewMessage(view.message(peer, message), pts, 1)
        entities = view.entities([peer, Peer("user", account.id)], [message])
        return t.Updates([new], date=message.date, seq=0, **entities)
