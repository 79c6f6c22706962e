"""What Telegram pushes, applied to the chats in memory. An update that can't be applied marks the book stale."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from telethon import types

from quart_app.telegram.chats import ChatBook, ChatRow
from quart_app.telegram.mapping import DELETED, SAVED, muted_until, named
from quart_app.telegram.marks import channel_mark, mark_of_peer


def apply_update(book: ChatBook, update: Any) -> None:
    """Quick and without a call to Telegram: it runs for each update of a live client. Twice does no harm."""
    book.pushed(update)
    match update:
        case types.UpdateNewMessage() | types.UpdateNewChannelMessage():
            _new_message(book, update, update.message)
        case types.UpdateShortMessage() | types.UpdateShortChatMessage():
            _short_message(book, update)
        case types.UpdateReadHistoryInbox() | types.UpdateReadChannelInbox():
            _read(book, update)
        case types.UpdateDialogUnreadMark():
            _unread_mark(book, update)
        case types.UpdateNotifySettings():
            _notify_settings(book, update)
        case types.UpdateFolderPeers():
            _folders(book, update)
        case types.UpdateChannel() | types.UpdateChat():
            _entity(book, update)
        case types.UpdateUserName():
            _user_name(book, update)
        case types.UpdateDialogPinned() | types.UpdatePinnedDialogs() | types.UpdateChannelTooLong():
            book.stale = True
    book.changed()


def _new_message(book: ChatBook, update: Any, message: Any) -> None:
    if isinstance(message, types.MessageEmpty):
        return
    marked = mark_of_peer(message.peer_id)
    entity = getattr(update, "_entities", {}).get(marked)
    row = _row(book, marked, entity)
    if row is not None:
        _arrived(row, message)


def _short_message(book: ChatBook, update: Any) -> None:
    marked = update.user_id if isinstance(update, types.UpdateShortMessage) else -update.chat_id
    row = _row(book, marked, None)
    if row is not None:
        _arrived(row, update)


def _row(book: ChatBook, marked: int, entity: Any) -> ChatRow | None:
    row = book.get(marked)
    if row is not None:
        return row
    found = named(entity)
    if found is None or getattr(entity, "min", False):
        book.stale = True  # a chat that nobody has told us about
        return None
    book.put(ChatRow(found))
    return book.get(marked)


def _arrived(row: ChatRow, message: Any) -> None:
    """``message`` has ``id``, ``date``, ``out`` and ``mentioned``."""
    if message.id <= row.top:
        return
    row.top = message.id
    row.last = max(row.last, int(message.date.timestamp()))
    if not message.out:
        row.unread += 1
        row.mentioned = row.mentioned or bool(message.mentioned)


def _read(book: ChatBook, update: Any) -> None:
    of_channel = isinstance(update, types.UpdateReadChannelInbox)
    row = book.get(channel_mark(update.channel_id) if of_channel else mark_of_peer(update.peer))
    if row is not None:
        left = update.still_unread_count
        row.unread, row.marked = left, False
        row.mentioned = row.mentioned and left > 0


def _unread_mark(book: ChatBook, update: Any) -> None:
    row = book.get(mark_of_peer(update.peer.peer)) if isinstance(update.peer, types.DialogPeer) else None
    if row is not None:
        row.marked = bool(update.unread)


def _notify_settings(book: ChatBook, update: Any) -> None:
    if isinstance(update.peer, types.NotifyPeer):
        row = book.get(mark_of_peer(update.peer.peer))
        if row is not None:
            row.muted_until = muted_until(update.notify_settings)


def _folders(book: ChatBook, update: Any) -> None:
    for moved in update.folder_peers:
        row = book.get(mark_of_peer(moved.peer))
        if row is not None:
            row.archived, row.pinned = moved.folder_id == 1, 0


def _entity(book: ChatBook, update: Any) -> None:
    """A chat was joined, left, renamed: the entity beside the update says which."""
    is_channel = isinstance(update, types.UpdateChannel)
    marked = channel_mark(update.channel_id) if is_channel else -update.chat_id
    entity = getattr(update, "_entities", {}).get(marked)
    row, found = book.get(marked), named(entity)
    if getattr(entity, "left", False) or isinstance(entity, (types.ChannelForbidden, types.ChatForbidden)):
        book.remove(marked)
    elif row is not None and found is not None and not getattr(entity, "min", False):
        row.named = found
    elif row is None:
        book.stale = True


def _user_name(book: ChatBook, update: Any) -> None:
    """Somebody calls themselves otherwise. Not one's own row: that is "Saved Messages", whatever one is called."""
    row = book.get(update.user_id)
    if row is None or row.named.title in (SAVED, DELETED):
        return
    username = next((name.username for name in update.usernames if name.active), None)
    said = " ".join(filter(None, (update.first_name, update.last_name)))
    row.named = replace(row.named, title=said or username or str(update.user_id), username=username)
