"""What a supergroup is and becomes: slow mode, joining on request, and messages.migrateChat."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.chats import Channel, Group
from quart_app.demo.errors import RpcError
from quart_app.demo.history import History
from quart_app.demo.message import Content
from quart_app.demo.methods import answers
from quart_app.demo.rights import USUAL_ADMIN, need_right
from quart_app.demo.sending import joined
from quart_app.demo.world import empty_past

_SLOW_MODES = (0, 5, 10, 30, 60, 300, 900, 3600)


@answers(fn.channels.ToggleSlowModeRequest)
def toggle_slow_mode(caller: Caller, request: Any) -> Any:
    channel = _supergroup(caller, request.channel, "ban_users")
    if request.seconds not in _SLOW_MODES:
        raise RpcError(400, "SECONDS_INVALID")
    if request.seconds == channel.slow_mode:
        raise RpcError(400, "CHAT_NOT_MODIFIED")
    channel.slow_mode = request.seconds
    channel.said_at.clear()
    return _changed(caller, channel)


@answers(fn.channels.ToggleJoinRequestRequest)
def toggle_join_request(caller: Caller, request: Any) -> Any:
    channel = _supergroup(caller, request.channel, "ban_users")
    if channel.username is None:
        raise RpcError(400, "CHAT_PUBLIC_REQUIRED")
    if channel.join_request is bool(request.enabled):
        raise RpcError(400, "CHAT_NOT_MODIFIED")
    channel.join_request = bool(request.enabled)
    return _changed(caller, channel)


def _supergroup(caller: Caller, given: Any, right: str) -> Channel:
    channel = caller.world.population.channels[caller.channel(given).id]
    if channel.broadcast:
        raise RpcError(400, "CHANNEL_INVALID")
    need_right(channel, caller.account.id, right)
    return channel


def _changed(caller: Caller, channel: Channel) -> Any:
    caller.world.membership.tell_all(channel, skip=caller.key)
    now = int(caller.world.clock())
    return t.Updates([t.UpdateChannel(channel.id)], date=now, seq=0, **caller.view.entities([channel.peer]))


@answers(fn.messages.MigrateChatRequest)
def migrate_chat(caller: Caller, request: Any) -> Any:
    """The group ends and a supergroup with its people begins; what was said stays where it was."""
    peer, world, account = caller.group(request.chat_id), caller.world, caller.account
    caller.refuse_forbidden(peer)
    group = world.population.groups[peer.id]
    if account.dialogs[peer].membership != "member" or group.migrated_to:
        raise RpcError(400, "CHAT_ID_INVALID")
    if account.id != group.creator:
        raise RpcError(400, "CHAT_ADMIN_REQUIRED")
    channel = world.population.add_channel(_made_of(caller, group))
    for member in group.members:
        if member in world.accounts:
            world.membership.join(world.account(member), channel, skip=caller.key)
    farewell = Content(action=t.MessageActionChatMigrateTo(channel.id))
    ended = world.posting.group(account, peer, farewell, skip=caller.key)[1]
    group.migrated_to = channel.id
    welcome = Content(action=t.MessageActionChannelMigrateFrom(group.title, group.id))
    begun = world.posting.deliver(account, channel.peer, welcome, skip=caller.key)[1]
    told = joined(caller, [ended, begun])
    told.updates.append(t.UpdateChannel(channel.id))
    # The group as it is by now.
    shown = caller.view.entities([peer, channel.peer])["chats"]
    told.chats = shown
    return told


def _made_of(caller: Caller, group: Group) -> Channel:
    population, now = caller.world.population, int(caller.world.clock())
    strangers = [member for member in group.members if member not in caller.world.accounts]
    return Channel(
        id=population.next_channel_id(),
        title=group.title,
        date=now,
        broadcast=False,
        history=History(empty_past(now)),
        about=group.about,
        creator=group.creator,
        admins=dict.fromkeys(group.admins, USUAL_ADMIN),
        people=dict.fromkeys(strangers, now),
        member_count=len(strangers),
        migrated_from=group.id,
    )
