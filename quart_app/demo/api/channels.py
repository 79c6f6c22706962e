"""channels.*: channels and supergroups."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.chats import Channel
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer
from quart_app.demo.rights import slow_mode_ends


@answers(fn.channels.GetChannelsRequest)
def get_channels(caller: Caller, request: Any) -> Any:
    return t.messages.Chats(caller.view.entities([caller.peer(given) for given in request.id])["chats"])


@answers(fn.channels.GetFullChannelRequest)
def get_full_channel(caller: Caller, request: Any) -> Any:
    peer, view = caller.channel(request.channel), caller.view
    channel = caller.world.population.channels[peer.id]
    dialog = caller.account.dialogs.get(peer)
    return t.messages.ChatFull(
        full_chat=t.ChannelFull(
            id=channel.id,
            about=channel.about,
            read_inbox_max_id=dialog.read_inbox_max_id if dialog else 0,
            read_outbox_max_id=dialog.read_outbox_max_id if dialog else 0,
            unread_count=dialog.unread_count if dialog else 0,
            chat_photo=t.PhotoEmpty(0),
            notify_settings=view.notify_settings(dialog),
            bot_info=[],
            pts=channel.pts,
            participants_count=channel.member_count,
            folder_id=1 if dialog and dialog.folder else None,
            has_scheduled=bool(caller.world.scheduled.waiting(caller.account, peer)),
            migrated_from_chat_id=channel.migrated_from or None,
            migrated_from_max_id=_last_before(caller, channel),
            slowmode_seconds=channel.slow_mode or None,
            slowmode_next_send_date=slow_mode_ends(channel, caller.account.id) or None,
            **_asked(caller, channel),
        ),
        **view.entities([peer]),
    )


def _last_before(caller: Caller, channel: Channel) -> int | None:
    """The last message of the basic group that it was."""
    dialog = caller.account.dialogs.get(Peer("group", channel.migrated_from))
    return dialog.history.last_id if dialog else None


def _asked(caller: Caller, channel: Channel) -> dict[str, Any]:
    requests = caller.world.join_requests
    rows = requests.pending(channel.peer)
    if not rows or not requests.may_decide(channel.peer, caller.account.id):
        return {}
    return {"requests_pending": len(rows), "recent_requesters": [row.person for row in rows[:3]]}


@answers(fn.channels.GetMessagesRequest)
def get_messages(caller: Caller, request: Any) -> Any:
    peer, view = caller.channel(request.channel), caller.view
    channel = caller.world.population.channels[peer.id]
    wanted = [getattr(given, "id", given) for given in request.id]
    found = [channel.history.find(number) for number in wanted]
    return t.messages.ChannelMessages(
        pts=channel.pts,
        count=len(wanted),
        messages=[
            view.message(peer, message) if message else t.MessageEmpty(number, None)
            for number, message in zip(wanted, found, strict=True)
        ],
        topics=[],
        **view.entities([peer], [message for message in found if message]),
    )


@answers(fn.channels.JoinChannelRequest)
def join_channel(caller: Caller, request: Any) -> Any:
    peer = caller.channel(request.channel)
    if peer in caller.account.dialogs:
        raise RpcError(400, "USER_ALREADY_PARTICIPANT")
    channel = caller.world.population.channels[peer.id]
    if channel.join_request:
        caller.world.join_requests.ask(peer, caller.account.id)
        raise RpcError(400, "INVITE_REQUEST_SENT")
    action = t.MessageActionChatAddUser([caller.account.id])
    told = caller.world.membership.join(caller.account, channel, action, skip=caller.key)
    return t.messages.ChatInviteJoinResultOk(told)


@answers(fn.channels.LeaveChannelRequest)
def leave_channel(caller: Caller, request: Any) -> Any:
    peer = caller.channel(request.channel)
    channel = caller.world.population.channels[peer.id]
    if peer not in caller.account.dialogs:
        raise RpcError(400, "USER_NOT_PARTICIPANT")
    if channel.creator == caller.account.id:
        raise RpcError(400, "USER_CREATOR")
    return caller.world.membership.leave(caller.account, channel, skip=caller.key)
