"""Mentions, unread marks and contents read, the order of pins, and pinned messages."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.account import ARCHIVE, MAIN
from quart_app.demo.api.messages_history import found, within
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.message import Message
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer
from quart_app.demo.rights import is_admin, need_right, taken_from

_PAGE = 100


@answers(fn.messages.GetUnreadMentionsRequest)
def get_unread_mentions(caller: Caller, request: Any) -> Any:
    dialog = caller.dialog(request.peer)
    numbers = sorted(dialog.unread_mentions, reverse=True)
    start = sum(1 for number in numbers if request.offset_id and number >= request.offset_id)
    start = max(start + request.add_offset, 0)
    chosen = numbers[start : start + min(max(request.limit, 0), _PAGE)]
    messages = [message for number in chosen if (message := dialog.history.find(number)) is not None]
    return found(caller, dialog.peer, within(messages, request), len(numbers))


@answers(fn.messages.ReadMentionsRequest)
def read_mentions(caller: Caller, request: Any) -> Any:
    dialog = caller.dialog(request.peer)
    numbers = sorted(dialog.unread_mentions)
    moved = caller.world.changes.read_contents(caller.account, dialog.peer, numbers, skip=caller.key)
    return t.messages.AffectedHistory(_pts(caller, dialog.peer), moved, 0)


@answers(fn.messages.ReadMessageContentsRequest)
def read_message_contents(caller: Caller, request: Any) -> Any:
    account, moved = caller.account, 0
    for dialog in list(account.dialogs.values()):
        numbers = sorted(dialog.unread_mentions.intersection(request.id))
        if dialog.peer.kind != "channel" and numbers:
            moved += caller.world.changes.read_contents(account, dialog.peer, numbers, skip=caller.key)
    return t.messages.AffectedMessages(account.pts, moved)


@answers(fn.channels.ReadMessageContentsRequest)
def read_post_contents(caller: Caller, request: Any) -> Any:
    peer = caller.channel(request.channel)
    dialog = caller.account.dialogs.get(peer)
    numbers = sorted(dialog.unread_mentions.intersection(request.id)) if dialog else []
    if numbers:
        caller.world.changes.read_contents(caller.account, peer, numbers, skip=caller.key)
    return True


def _pts(caller: Caller, peer: Peer) -> int:
    if peer.kind == "channel":
        return caller.world.population.channels[peer.id].pts
    return caller.account.pts


@answers(fn.messages.GetDialogUnreadMarksRequest)
def get_dialog_unread_marks(caller: Caller, _request: Any) -> Any:
    dialogs = caller.account.dialogs.values()
    return [t.DialogPeer(dialog.peer.to_tl()) for dialog in dialogs if dialog.unread_mark]


@answers(fn.messages.ReorderPinnedDialogsRequest)
def reorder_pinned_dialogs(caller: Caller, request: Any) -> Any:
    """With ``force`` what is not named is no longer pinned; else it stays behind the others."""
    if request.folder_id not in (MAIN, ARCHIVE):
        raise RpcError(400, "FOLDER_ID_INVALID")
    peers = list(dict.fromkeys(caller.peer(given.peer) for given in request.order))
    listed = {dialog.peer for dialog in caller.account.listed(request.folder_id)}
    if any(peer not in listed for peer in peers):
        raise RpcError(400, "PEER_ID_INVALID")
    caller.world.changes.reorder(
        caller.account, request.folder_id, peers, force=bool(request.force), skip=caller.key
    )
    return True


@answers(fn.messages.UpdatePinnedMessageRequest)
def update_pinned_message(caller: Caller, request: Any) -> Any:
    peer = caller.readable(request.peer)
    _check_may_pin(caller, peer)
    message = caller.world.history(caller.account, peer).find(request.id)
    if message is None:
        raise RpcError(400, "MESSAGE_ID_INVALID")
    if message.pinned is not bool(request.unpin):
        raise RpcError(400, "CHAT_NOT_MODIFIED")
    return _pin(caller, peer, [message], not request.unpin, one_side=bool(request.pm_oneside))


@answers(fn.messages.UnpinAllMessagesRequest)
def unpin_all_messages(caller: Caller, request: Any) -> Any:
    peer = caller.readable(request.peer)
    _check_may_pin(caller, peer)
    history = caller.world.history(caller.account, peer)
    pinned = [message for message in [*history.changed(), *history.recent] if message.pinned]
    if pinned:
        _pin(caller, peer, pinned, False)
    return t.messages.AffectedHistory(_pts(caller, peer), len(pinned), 0)


def _pin(caller: Caller, peer: Peer, messages: list[Message], pinned: bool, *, one_side: bool = False) -> Any:
    return caller.world.alterations.pin(
        caller.account, peer, messages, pinned, one_side=one_side, skip=caller.key
    )


def _check_may_pin(caller: Caller, peer: Peer) -> None:
    if peer.kind != "channel":
        return
    channel = caller.world.population.channels[peer.id]
    if peer not in caller.account.dialogs:
        raise RpcError(400, "USER_NOT_PARTICIPANT")
    open_to_all = not channel.broadcast and not is_admin(channel, caller.account.id)
    taken = taken_from(channel, caller.account.id, caller.world.clock())
    if not open_to_all or "pin_messages" in taken:
        need_right(channel, caller.account.id, "edit_messages" if channel.broadcast else "pin_messages")
