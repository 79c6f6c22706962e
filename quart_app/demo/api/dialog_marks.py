"""Marks that an account sets on its chats: read, unread, muted, pinned, archived."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.account import ARCHIVE, MAIN
from quart_app.demo.api.messages_dialogs import unix
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer


@answers(fn.messages.ReadHistoryRequest)
def read_history(caller: Caller, request: Any) -> Any:
    peer = _listed(caller, request.peer)
    if peer.kind == "channel":
        raise RpcError(400, "PEER_ID_INVALID")
    moved = caller.world.changes.read(caller.account, peer, request.max_id, skip=caller.key)
    return t.messages.AffectedMessages(caller.account.pts, moved)


@answers(fn.channels.ReadHistoryRequest)
def read_channel_history(caller: Caller, request: Any) -> Any:
    peer = caller.channel(request.channel)
    if peer in caller.account.dialogs:
        caller.world.changes.read(caller.account, peer, request.max_id, skip=caller.key)
    return True


@answers(fn.messages.MarkDialogUnreadRequest)
def mark_dialog_unread(caller: Caller, request: Any) -> Any:
    peer = _listed(caller, request.peer.peer)
    caller.world.changes.mark_unread(caller.account, peer, bool(request.unread), skip=caller.key)
    return True


@answers(fn.messages.ToggleDialogPinRequest)
def toggle_dialog_pin(caller: Caller, request: Any) -> Any:
    peer = _listed(caller, request.peer.peer)
    caller.world.changes.pin(caller.account, peer, bool(request.pinned), skip=caller.key)
    return True


@answers(fn.account.UpdateNotifySettingsRequest)
def update_notify_settings(caller: Caller, request: Any) -> Any:
    if not isinstance(request.peer, t.InputNotifyPeer):
        raise RpcError(400, "PEER_ID_INVALID")
    peer = _listed(caller, request.peer.peer)
    until = unix(request.settings.mute_until)
    caller.world.changes.mute(caller.account, peer, until, skip=caller.key)
    return True


@answers(fn.account.GetNotifySettingsRequest)
def get_notify_settings(caller: Caller, request: Any) -> Any:
    if not isinstance(request.peer, t.InputNotifyPeer):
        return t.PeerNotifySettings()
    return caller.view.notify_settings(caller.account.dialogs.get(caller.peer(request.peer.peer)))


@answers(fn.folders.EditPeerFoldersRequest)
def edit_peer_folders(caller: Caller, request: Any) -> Any:
    """All or nothing: a peer or folder that is wrong is found before anything moves."""
    moves = [(_listed(caller, given.peer), given.folder_id) for given in request.folder_peers]
    if any(folder not in (MAIN, ARCHIVE) for _, folder in moves):
        raise RpcError(400, "FOLDER_ID_INVALID")
    updates = t.Updates([], users=[], chats=[], date=int(caller.world.clock()), seq=0)
    for peer, folder in moves:
        moved = caller.world.changes.move(caller.account, peer, folder, skip=caller.key)
        updates.updates += moved.updates
        updates.users += moved.users
        updates.chats += moved.chats
    return updates


@answers(fn.messages.SetTypingRequest)
def set_typing(caller: Caller, request: Any) -> Any:
    caller.refuse_forbidden(caller.peer(request.peer))
    return True


def _listed(caller: Caller, given: Any) -> Peer:
    """A chat in the caller's list."""
    peer = caller.peer(given)
    if peer not in caller.account.dialogs:
        raise RpcError(400, "PEER_ID_INVALID")
    return peer
