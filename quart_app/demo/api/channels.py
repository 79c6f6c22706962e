"""channels.*: channels and supergroups."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers


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
        ),
        **view.entities([peer]),
    )


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
    action = t.MessageActionChatAddUser([caller.account.id])
    return caller.world.membership.join(caller.account, channel, action, skip=caller.key)


@answers(fn.channels.LeaveChannelRequest)
def leave_channel(caller: Caller, request: Any) -> Any:
    peer = caller.channel(request.channel)
    channel = caller.world.population.channels[peer.id]
    if peer not in caller.account.dialogs:
        raise RpcError(400, "USER_NOT_PARTICIPANT")
    if channel.creator == caller.account.id:
        raise RpcError(400, "USER_CREATOR")
    return caller.world.membership.leave(caller.account, channel, skip=caller.key)
