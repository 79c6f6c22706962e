"""What happens to a chat in an account's list: read, marked, muted, pinned, archived.

Whoever causes it, a request or a test that plays the owner's phone, the account's other sessions are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telethon.tl import types as t

from quart_app.demo.account import ARCHIVE, MAIN, Account, Dialog
from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.errors import RpcError
from quart_app.demo.message import Message
from quart_app.demo.peer import Peer
from quart_app.demo.view import View

if TYPE_CHECKING:
    from quart_app.demo.world import World

MOST_PINNED = {MAIN: 5, ARCHIVE: 100}


class DialogChanges:
    """``skip`` is the key whose own request it was, if any."""

    def __init__(self, world: World) -> None:
        self._world = world

    def receive(self, account: Account, dialog: Dialog, message: Message) -> None:
        """Somebody else wrote: one more is unread, and an archived chat that is not muted comes back."""
        dialog.unread_count += 1
        if account.id in message.mentions:
            dialog.unread_mentions.add(message.id)
        if dialog.folder == ARCHIVE and dialog.mute_until <= self._world.clock():
            self.move(account, dialog.peer, MAIN)

    def read(
        self, account: Account, peer: Peer, max_id: int = 0, *, skip: AuthorizationKey | None = None
    ) -> int:
        """Everything up to ``max_id`` (0: all) is read; by how much pts moved."""
        dialog = account.dialogs[peer]
        last = dialog.history.last_id
        dialog.read_inbox_max_id = max(dialog.read_inbox_max_id, min(max_id or last, last))
        dialog.unread_count = self._unread(account, dialog)
        read = dialog.read_inbox_max_id
        dialog.unread_mentions = {number for number in dialog.unread_mentions if number > read}
        dialog.unread_mark = False
        if peer.kind == "channel":
            pts = self._world.population.channels[peer.id].pts
            update = t.UpdateReadChannelInbox(
                peer.id, dialog.read_inbox_max_id, dialog.unread_count, pts, folder_id=dialog.folder or None
            )
        else:
            account.pts += 1
            update = t.UpdateReadHistoryInbox(
                peer.to_tl(),
                dialog.read_inbox_max_id,
                dialog.unread_count,
                account.pts,
                pts_count=1,
                folder_id=dialog.folder or None,
            )
        self._tell(account, update, peer, skip)
        if peer.kind == "channel":
            self._tell_writers(account, dialog)
        else:
            self._tell_writer(account, dialog)
        return 0 if peer.kind == "channel" else 1

    def _tell_writer(self, reader: Account, dialog: Dialog) -> None:
        """Two ticks: the other side of a private chat sees how far it was read."""
        writer = self._world.accounts.get(dialog.peer.id) if dialog.peer.kind == "user" else None
        if writer is None or writer is reader:
            return
        peer = Peer("user", reader.id)
        theirs = self._world.account(writer.id).dialogs.get(peer)
        last = dialog.history.find(dialog.read_inbox_max_id)
        read = next((copy.id for copy in (last and last.copies) or () if copy.account_id == writer.id), 0)
        if theirs is None or read <= theirs.read_outbox_max_id:
            return
        theirs.read_outbox_max_id = read
        writer.pts += 1
        self._tell(writer, t.UpdateReadHistoryOutbox(peer.to_tl(), read, writer.pts, pts_count=1), peer, None)

    def _tell_writers(self, reader: Account, dialog: Dialog) -> None:
        """In a supergroup, the accounts that wrote what was read now see that somebody read it."""
        channel = self._world.population.channels[dialog.peer.id]
        if channel.broadcast:
            return
        for writer in self._world.posting.members(channel):
            theirs = writer.dialogs[channel.peer]
            seen = [
                message.id
                for message in channel.history.recent
                if message.sender == writer.id
                and theirs.read_outbox_max_id < message.id <= dialog.read_inbox_max_id
            ]
            if seen and writer is not reader:
                theirs.read_outbox_max_id = seen[-1]
                self._tell(writer, t.UpdateReadChannelOutbox(channel.id, seen[-1]), channel.peer, None)

    def mark_unread(
        self, account: Account, peer: Peer, unread: bool, *, skip: AuthorizationKey | None = None
    ) -> None:
        account.dialogs[peer].unread_mark = unread
        update = t.UpdateDialogUnreadMark(t.DialogPeer(peer.to_tl()), unread=unread)
        self._tell(account, update, peer, skip)

    def mute(self, account: Account, peer: Peer, until: int, *, skip: AuthorizationKey | None = None) -> None:
        """``until`` is a Unix time; 0 ends the mute."""
        dialog = account.dialogs[peer]
        dialog.mute_until = until
        settings = View(self._world, account).notify_settings(dialog)
        self._tell(account, t.UpdateNotifySettings(t.NotifyPeer(peer.to_tl()), settings), peer, skip)

    def pin(
        self, account: Account, peer: Peer, pinned: bool, *, skip: AuthorizationKey | None = None
    ) -> None:
        """RpcError PINNED_DIALOGS_TOO_MUCH beyond five in the main list."""
        folder = account.dialogs[peer].folder
        pins = account.pinned[folder]
        if pinned and peer not in pins:
            if len(pins) >= MOST_PINNED[folder]:
                raise RpcError(400, "PINNED_DIALOGS_TOO_MUCH")
            pins.insert(0, peer)
        elif not pinned and peer in pins:
            pins.remove(peer)
        update = t.UpdateDialogPinned(t.DialogPeer(peer.to_tl()), pinned=pinned, folder_id=folder or None)
        self._tell(account, update, peer, skip)

    def move(self, account: Account, peer: Peer, folder: int, *, skip: AuthorizationKey | None = None) -> Any:
        """To the archive or out of it, which ends a pin; the update that tells."""
        dialog = account.dialogs[peer]
        if peer in account.pinned[dialog.folder]:
            account.pinned[dialog.folder].remove(peer)
        dialog.folder = folder
        account.pts += 1
        update = t.UpdateFolderPeers([t.FolderPeer(peer.to_tl(), folder)], account.pts, pts_count=1)
        return self._tell(account, update, peer, skip)

    def reorder(
        self,
        account: Account,
        folder: int,
        peers: list[Peer],
        *,
        force: bool,
        skip: AuthorizationKey | None = None,
    ) -> None:
        pins = account.pinned[folder]
        order = peers + [peer for peer in pins if peer not in peers and not force]
        if len(order) > MOST_PINNED[folder]:
            raise RpcError(400, "PINNED_DIALOGS_TOO_MUCH")
        account.pinned[folder] = order
        shown = [t.DialogPeer(peer.to_tl()) for peer in order]
        update = t.UpdatePinnedDialogs(folder_id=folder or None, order=shown)
        self.tell(account, update, *order, skip=skip)

    def read_contents(
        self, account: Account, peer: Peer, numbers: list[int], *, skip: AuthorizationKey | None = None
    ) -> int:
        """These mentions were seen; by how much the account's pts moved."""
        dialog = account.dialogs.get(peer)
        if dialog is None or not numbers:
            return 0
        dialog.unread_mentions.difference_update(numbers)
        if peer.kind == "channel":
            self._tell(account, t.UpdateChannelReadMessagesContents(peer.id, numbers), peer, skip)
            return 0
        account.pts += len(numbers)
        update = t.UpdateReadMessagesContents(numbers, account.pts, len(numbers))
        self._tell(account, update, peer, skip)
        return len(numbers)

    def draft(
        self, account: Account, peer: Peer, draft: Any, *, skip: AuthorizationKey | None = None
    ) -> None:
        """Keep a TL DraftMessage with the chat; None takes it away."""
        dialog = account.dialogs[peer]
        if dialog.draft is None and draft is None:
            return
        dialog.draft = draft
        shown = draft or t.DraftMessageEmpty(date=int(self._world.clock()))
        self._tell(account, t.UpdateDraftMessage(peer.to_tl(), shown), peer, skip)

    def hide(self, account: Account, peer: Peer, up_to: int, *, skip: AuthorizationKey | None = None) -> Any:
        """Clear a channel's history for this account alone; the update that tells."""
        dialog = account.dialogs[peer]
        dialog.hidden_up_to = max(dialog.hidden_up_to, min(up_to, dialog.history.last_id))
        dialog.read_inbox_max_id = max(dialog.read_inbox_max_id, dialog.hidden_up_to)
        dialog.unread_count = self._unread(account, dialog)
        update = t.UpdateChannelAvailableMessages(peer.id, dialog.hidden_up_to)
        return self._tell(account, update, peer, skip)

    def _unread(self, account: Account, dialog: Dialog) -> int:
        """How many messages of others lie behind what was read."""
        history = dialog.history
        first = history.below_id(dialog.read_inbox_max_id + 1)
        return sum(1 for index in range(first, len(history)) if history[index].sender != account.id)

    def _tell(self, account: Account, update: Any, peer: Peer, skip: AuthorizationKey | None) -> Any:
        return self.tell(account, update, peer, skip=skip)

    def tell(self, account: Account, update: Any, *peers: Peer, skip: AuthorizationKey | None = None) -> Any:
        """Note an update and send it to the account's sessions; as they get it."""
        account.record_update(update, int(self._world.clock()))
        return self.push(account, [update], *peers, skip=skip)

    def push(
        self, account: Account, told: list[Any], *peers: Peer, skip: AuthorizationKey | None = None
    ) -> Any:
        """Send updates that getDifference does not repeat; as the account's sessions get them."""
        now = int(self._world.clock())
        updates = t.Updates(told, date=now, seq=0, **View(self._world, account).entities(peers))
        self._world.pushes.to_user(account.id, updates, skip=skip)
        return updates
