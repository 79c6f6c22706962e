"""updates.*: where an account stands, and what it missed."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.chats import Channel
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer

_RETRY = 30


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
    account, view = caller.account, caller.view
    since = int(request.date.timestamp()) if request.date else 0
    missed, moved = account.missed(request.pts, since), _moved(caller, since)
    if not missed and not moved:
        return t.updates.DifferenceEmpty(int(caller.world.clock()), 0)
    new = [(entry.peer, entry.message) for entry in missed if entry.peer and entry.message]
    peers = [peer for peer, _ in new] + [channel.peer for channel in moved] + [Peer("user", account.id)]
    return t.updates.Difference(
        new_messages=[view.message(peer, message) for peer, message in new],
        new_encrypted_messages=[],
        other_updates=[entry.update for entry in missed if entry.update is not None]
        + [t.UpdateChannelTooLong(channel.id, channel.pts) for channel in moved],
        state=state_of(caller),
        **view.entities(peers, [message for _, message in new]),
    )


def _moved(caller: Caller, since: int) -> list[Channel]:
    population = caller.world.population
    channels = [population.channels[peer.id] for peer in caller.account.dialogs if peer.kind == "channel"]
    return [channel for channel in channels if channel.log and channel.log[-1][1].date >= since]


@answers(fn.updates.GetChannelDifferenceRequest)
def get_channel_difference(caller: Caller, request: Any) -> Any:
    peer, view = caller.channel(request.channel), caller.view
    channel = caller.world.population.channels[peer.id]
    new = [(pts, message) for pts, message in channel.log if pts > request.pts][: max(request.limit, 1)]
    if not new:
        return t.updates.ChannelDifferenceEmpty(pts=channel.pts, final=True, timeout=_RETRY)
    pts = new[-1][0]
    return t.updates.ChannelDifference(
        pts=pts,
        final=pts == channel.pts,
        timeout=_RETRY,
        other_updates=[],
        new_messages=[view.message(peer, message) for _, message in new],
        **view.entities([peer], [message for _, message in new]),
    )
