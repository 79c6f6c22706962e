"""What happens to messages afterwards: edited, deleted, pinned, reacted to; everyone who has them is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from telethon.tl import types as t

from quart_app.demo.account import Account, Dialog
from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.chats import Channel
from quart_app.demo.event_log import LogEntry
from quart_app.demo.message import Copy, Message
from quart_app.demo.peer import Peer
from quart_app.demo.view import View
from quart_app.demo.view_message import reactions_of

if TYPE_CHECKING:
    from quart_app.demo.world import World


class Alterations:
    """``skip`` is the key whose own request it was, if any: it is answered, not told."""

    def __init__(self, world: World) -> None:
        self._world = world

    def edit(
        self,
        account: Account,
        peer: Peer,
        message: Message,
        change: Callable[[Message], None],
        *,
        skip: AuthorizationKey | None = None,
    ) -> Any:
        """Apply ``change`` to every copy; the update that shows the account's own."""
        now = int(self._world.clock())
        if peer.kind == "channel":
            channel = self._world.population.channels[peer.id]
            held = channel.history.hold(message.id) or message
            change(held)
            held.edited = now
            channel.pts += 1
            channel.log.add(LogEntry(channel.pts, 1, now, peer, held, edited=True))
            return self._to_members(
                channel,
                account,
                lambda view: t.UpdateEditChannelMessage(view.message(peer, held), channel.pts, 1),
                [held],
                skip,
            )
        own: Any = None
        for copy, owner, dialog in self._boxes(account, peer, message):
            held = dialog.history.hold(copy.id) or message
            change(held)
            held.edited = now
            owner.record_message(copy.peer, held, edited=True)
            view = View(self._world, owner)
            update = t.UpdateEditMessage(view.message(copy.peer, held), owner.pts, 1)
            updates = self._send(owner, [update], [copy.peer], [held], skip)
            own = updates if owner is account else own
        return own

    def delete(
        self,
        account: Account,
        peer: Peer,
        messages: Iterable[Message],
        *,
        revoke: bool,
        skip: AuthorizationKey | None = None,
    ) -> int:
        """From the account's own box, with ``revoke`` from everybody's; by how much its pts moved."""
        doomed: dict[int, tuple[Account, list[int]]] = {account.id: (account, [])}
        for message in messages:
            for copy, owner, dialog in self._boxes(account, peer, message):
                if (owner is account or revoke) and dialog.history.delete(copy.id):
                    self._forget(owner, dialog, message, copy.id)
                    doomed.setdefault(owner.id, (owner, []))[1].append(copy.id)
        for owner, numbers in doomed.values():
            self.gone(owner, numbers, skip=skip)
        return len(doomed[account.id][1])

    def clear(
        self,
        account: Account,
        peer: Peer,
        messages: list[Message],
        *,
        revoke: bool,
        skip: AuthorizationKey | None = None,
    ) -> int:
        """The oldest messages of a chat, all of them from its start; by how much the account's pts moved."""
        others = [message for message in messages if revoke and len(message.copies or ()) > 1]
        for message in others:
            for copy, owner, dialog in self._boxes(account, peer, message):
                if owner is not account and dialog.history.delete(copy.id):
                    self._forget(owner, dialog, message, copy.id)
                    self.gone(owner, [copy.id])
        dialog = account.dialogs[peer]
        if not messages:
            return 0
        dialog.history.clear(messages[-1].id)
        for message in messages:
            self._forget(account, dialog, message, message.id)
        self.gone(account, [message.id for message in messages], skip=skip)
        return len(messages)

    def gone(self, owner: Account, numbers: list[int], *, skip: AuthorizationKey | None = None) -> None:
        """Tell an account that these are no longer in its box."""
        if not numbers:
            return
        owner.pts += len(numbers)
        update = t.UpdateDeleteMessages(numbers, owner.pts, len(numbers))
        owner.record_update(update, int(self._world.clock()))
        self._send(owner, [update], [], [], skip)

    def delete_posts(
        self, channel: Channel, numbers: list[int], *, skip: AuthorizationKey | None = None
    ) -> int:
        """For everybody; by how much the channel's pts moved."""
        found = [message for number in numbers if (message := channel.history.find(number)) is not None]
        for message in found:
            channel.history.delete(message.id)
        if not found:
            return 0
        numbers = [message.id for message in found]
        channel.pts += len(numbers)
        update = t.UpdateDeleteChannelMessages(channel.id, numbers, channel.pts, len(numbers))
        now = int(self._world.clock())
        channel.log.add(LogEntry(channel.pts, len(numbers), now, channel.peer, update=update))
        for account in self._world.posting.members(channel):
            dialog = account.dialogs[channel.peer]
            for message in found:
                self._forget(account, dialog, message, message.id)
            self._send(account, [update], [channel.peer], [], skip)
        return len(numbers)

    def pin(
        self,
        account: Account,
        peer: Peer,
        messages: list[Message],
        pinned: bool,
        *,
        one_side: bool = False,
        skip: AuthorizationKey | None = None,
    ) -> Any:
        """Pin or unpin in every copy; the update that shows it to the account."""
        now = int(self._world.clock())
        if peer.kind == "channel":
            channel = self._world.population.channels[peer.id]
            for message in messages:
                (channel.history.hold(message.id) or message).pinned = pinned
            count = len(messages)
            channel.pts += count
            numbers = [message.id for message in messages]
            shown = t.UpdatePinnedChannelMessages(channel.id, numbers, channel.pts, count, pinned=pinned)
            channel.log.add(LogEntry(channel.pts, count, now, peer, update=shown))
            return self._to_members(channel, account, lambda _view: shown, [], skip)
        by_owner: dict[int, tuple[Account, Peer, list[int]]] = {account.id: (account, peer, [])}
        for message in messages:
            for copy, owner, dialog in self._boxes(account, peer, message):
                held = dialog.history.hold(copy.id)
                if held is not None and (owner is account or not one_side):
                    held.pinned = pinned
                    by_owner.setdefault(owner.id, (owner, copy.peer, []))[2].append(copy.id)
        own: Any = None
        for owner, there, numbers in by_owner.values():
            owner.pts += len(numbers)
            update = t.UpdatePinnedMessages(there.to_tl(), numbers, owner.pts, len(numbers), pinned=pinned)
            owner.record_update(update, now)
            updates = self._send(owner, [update], [there], [], skip)
            own = updates if owner is account else own
        return own

    def react(
        self,
        account: Account,
        peer: Peer,
        message: Message,
        emoji: str | None,
        *,
        skip: AuthorizationKey | None = None,
    ) -> Any:
        """Set the account's reaction, or take it back (None); the update that shows it."""
        if peer.kind == "channel":
            channel = self._world.population.channels[peer.id]
            held = channel.history.hold(message.id) or message
            _set_reaction(held, account.id, emoji)
            members = self._world.posting.members(channel)
            owners = [(Copy(member.id, peer, held.id), member, held) for member in members]
            if account not in members:
                owners.append((Copy(account.id, peer, held.id), account, held))
        else:
            owners = []
            for copy, owner, dialog in self._boxes(account, peer, message):
                held = dialog.history.hold(copy.id) or message
                _set_reaction(held, account.id, emoji)
                owners.append((copy, owner, held))
        own: Any = None
        for copy, owner, held in owners:
            shown = reactions_of(owner, copy.peer, held) or t.MessageReactions([])
            update = t.UpdateMessageReactions(copy.peer.to_tl(), copy.id, shown)
            owner.record_update(update, int(self._world.clock()))
            updates = self._send(owner, [update], [copy.peer], [held], skip)
            own = updates if owner is account else own
        return own

    def _boxes(
        self, account: Account, peer: Peer, message: Message
    ) -> Iterable[tuple[Copy, Account, Dialog]]:
        """Every box that the message lies in; of the generated past, that is only the account's own."""
        for copy in tuple(message.copies or (Copy(account.id, peer, message.id),)):
            owner = self._world.account(copy.account_id)
            dialog = owner.dialogs.get(copy.peer)
            if dialog is not None:
                yield copy, owner, dialog

    @staticmethod
    def _forget(owner: Account, dialog: Dialog, message: Message, number: int) -> None:
        """A message that is gone is neither unread nor a mention."""
        dialog.unread_mentions.discard(number)
        if number > dialog.read_inbox_max_id and message.sender != owner.id and dialog.unread_count:
            dialog.unread_count -= 1

    def _to_members(
        self,
        channel: Channel,
        account: Account,
        update: Callable[[View], Any],
        messages: list[Message],
        skip: AuthorizationKey | None,
    ) -> Any:
        own: Any = None
        for member in self._world.posting.members(channel):
            shown = update(View(self._world, member))
            updates = self._send(member, [shown], [channel.peer], messages, skip)
            own = updates if member is account else own
        return own

    def _send(
        self,
        owner: Account,
        updates: list[Any],
        peers: list[Peer],
        messages: list[Message],
        skip: AuthorizationKey | None,
    ) -> Any:
        view = View(self._world, owner)
        now = int(self._world.clock())
        told = t.Updates(updates, date=now, seq=0, **view.entities(peers, messages))
        self._world.pushes.to_user(owner.id, told, skip=skip)
        return told


def _set_reaction(message: Message, person: int, emoji: str | None) -> None:
    if emoji is None:
        message.reactions.pop(person, None)
    else:
        message.reactions[person] = emoji
