"""updates.*: where an account stands, and what it missed."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.chats import Channel
from quart_app.demo.errors import RpcError
from quart_app.demo.event_log import LogEntry
from quart_app.demo.message import Message
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer

_RETRY = 30
_SLICE = 100
"""So many events are told at once."""
_TOO_FAR = 1000
"""Who missed more of a channel is told to start anew."""


def state_of(caller: Caller) -> Any:
    account = caller.account
    return t.updates.State(
        pts=account.pts,
        qts=0,
        date=int(caller.world.clock()),
        seq=0,
        unread_count=sum(dialog.unread_count for dialog in account.dialogs.values()),
    )


@answers(fn.updates.GetStateRequest)
def get_state(caller: Caller, _request: Any) -> Any:
    return state_of(caller)


@answers(fn.updates.GetDifferenceRequest)
def get_difference(caller: Caller, request: Any) -> Any:
    """Clients ask after a channel by itself only if they are told here that it moved on."""
    account, now = caller.account, int(caller.world.clock())
    if request.pts < 1:
        raise RpcError(400, "PERSISTENT_TIMESTAMP_EMPTY")
    total = request.pts_total_limit
    if request.pts < account.log.start or (total and request.pts + total < account.pts):
        return t.updates.DifferenceTooLong(account.pts)
    since = int(request.date.timestamp()) if request.date else 0
    missed, moved = account.log.since(request.pts, since), _moved(caller, since)
    if not missed and not moved:
        return t.updates.DifferenceEmpty(now, 0)
    slice_ = min(max(request.pts_limit or _SLICE, 1), _SLICE)
    if len(missed) > slice_:
        page = missed[:slice_]
        state = replaced(state_of(caller), pts=page[-1].pts, date=page[-1].date)
        return t.updates.DifferenceSlice(intermediate_state=state, **_told(caller, page, []))
    return t.updates.Difference(state=state_of(caller), **_told(caller, missed, moved))


def replaced(state: Any, *, pts: int, date: int) -> Any:
    """A state on the way: what was before it is known, what comes behind it not yet."""
    return t.updates.State(pts=pts, qts=0, date=date, seq=0, unread_count=state.unread_count)


def _told(caller: Caller, entries: list[LogEntry], moved: list[Channel]) -> dict[str, Any]:
    """New messages as they are by now; what was deleted again since is not among them."""
    account, view = caller.account, caller.view
    new = [(entry.peer, entry.message) for entry in entries if entry.message and entry.peer]
    there = [(peer, message) for peer, message in new if _is_there(caller, peer, message)]
    kept = {id(message) for _, message in there}
    fresh = {id(entry.message) for entry in entries if entry.message and not entry.edited}
    shown = [(peer, message) for peer, message in there if id(message) in fresh]
    other = [
        t.UpdateEditMessage(view.message(entry.peer, entry.message), entry.pts, 1)
        if entry.message and entry.peer
        else entry.update
        for entry in entries
        if entry.update is not None or (entry.edited and id(entry.message) in kept)
    ]
    peers = [peer for peer, _ in there] + [channel.peer for channel in moved] + [Peer("user", account.id)]
    peers += [peer for entry in entries if (peer := _peer_in(entry.update)) is not None]
    return {
        "new_messages": [view.message(peer, message) for peer, message in _once(shown)],
        "new_encrypted_messages": [],
        "other_updates": other + [t.UpdateChannelTooLong(channel.id, channel.pts) for channel in moved],
        **view.entities(peers, [message for _, message in there]),
    }


def _once(pairs: list[tuple[Peer, Message]]) -> list[tuple[Peer, Message]]:
    return list({id(message): (peer, message) for peer, message in pairs}.values())


def _is_there(caller: Caller, peer: Peer, message: Message) -> bool:
    dialog = caller.account.dialogs.get(peer)
    return dialog is not None and dialog.history.find(message.id) is not None


def _peer_in(update: Any) -> Peer | None:
    """Whom an update is about, if it says so."""
    peer = getattr(update, "peer", None)
    peer = getattr(peer, "peer", peer)
    if isinstance(peer, t.PeerUser):
        return Peer("user", peer.user_id)
    if isinstance(peer, t.PeerChat):
        return Peer("group", peer.chat_id)
    return Peer("channel", peer.channel_id) if isinstance(peer, t.PeerChannel) else None


def _moved(caller: Caller, since: int) -> list[Channel]:
    population = caller.world.population
    channels = [
        population.channels[dialog.peer.id]
        for dialog in caller.account.dialogs.values()
        if dialog.peer.kind == "channel" and dialog.membership == "member"
    ]
    return [channel for channel in channels if channel.log.entries and channel.log.entries[-1].date >= since]


@answers(fn.updates.GetChannelDifferenceRequest)
def get_channel_difference(caller: Caller, request: Any) -> Any:
    peer = caller.channel(request.channel)
    channel = caller.world.population.channels[peer.id]
    if request.pts < 1:
        raise RpcError(400, "PERSISTENT_TIMESTAMP_INVALID")
    if request.pts < channel.log.start or channel.pts - request.pts > _TOO_FAR:
        return _channel_too_long(caller, channel, request.limit)
    missed = channel.log.since(request.pts, channel.date)
    page = [entry for entry in missed if entry.count][: min(max(request.limit, 1), _SLICE)]
    if not page:
        return t.updates.ChannelDifferenceEmpty(pts=channel.pts, final=True, timeout=_RETRY)
    return _channel_page(caller, channel, page)


def _channel_page(caller: Caller, channel: Channel, page: list[LogEntry]) -> Any:
    view, find = caller.view, channel.history.find
    there = [entry for entry in page if entry.message is None or find(entry.message.id) is not None]
    fresh = [entry.message for entry in there if entry.message and not entry.edited]
    edited = [entry.message for entry in there if entry.message and entry.edited]
    other = [
        t.UpdateEditChannelMessage(view.message(channel.peer, entry.message), entry.pts, 1)
        if entry.message
        else entry.update
        for entry in there
        if entry.edited or entry.update is not None
    ]
    pts = page[-1].pts
    return t.updates.ChannelDifference(
        pts=pts,
        final=pts == channel.pts,
        timeout=_RETRY,
        other_updates=other,
        new_messages=[view.message(channel.peer, message) for message in fresh],
        **view.entities([channel.peer], [*fresh, *edited]),
    )


def _channel_too_long(caller: Caller, channel: Channel, limit: int) -> Any:
    """The newest messages and the dialog, from which a client starts anew."""
    view, history = caller.view, channel.history
    first = max(len(history) - min(max(limit, 1), _SLICE), 0)
    newest = [history[index] for index in range(len(history) - 1, first - 1, -1)]
    dialog = caller.account.dialogs.get(channel.peer) or caller.world.fresh_dialog(channel.peer)
    return t.updates.ChannelDifferenceTooLong(
        dialog=view.dialog(dialog),
        messages=[view.message(channel.peer, message) for message in newest],
        final=True,
        timeout=_RETRY,
        **view.entities([channel.peer], newest),
    )
