"""Making chats and changing what they are called: createChat, createChannel, editTitle, editAbout, deleteChannel."""

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
from quart_app.demo.peer import Peer
from quart_app.demo.rights import BANNED_RIGHTS, named, need_right
from quart_app.demo.world import empty_past

_LONGEST_TITLE, _LONGEST_ABOUT = 128, 255


@answers(fn.messages.CreateChatRequest)
def create_chat(caller: Caller, request: Any) -> Any:
    world, account, title = caller.world, caller.account, _title(request.title)
    people = [caller.peer(given) for given in request.users]
    if any(person.kind != "user" for person in people):
        raise RpcError(400, "USER_ID_INVALID")
    members = tuple(dict.fromkeys([account.id, *(person.id for person in people)]))
    if len(members) < 2:
        raise RpcError(400, "USERS_TOO_FEW")
    group_id = world.population.next_group_id()
    group = world.population.add_group(Group(group_id, title, int(world.clock()), members))
    content = Content(action=t.MessageActionChatCreate(title, list(members)))
    update = world.posting.group(account, group.peer, content, skip=caller.key)[1]
    return t.messages.InvitedUsers(update, missing_invitees=[])


@answers(fn.channels.CreateChannelRequest)
def create_channel(caller: Caller, request: Any) -> Any:
    world, account, title = caller.world, caller.account, _title(request.title)
    if len(request.about) > _LONGEST_ABOUT:
        raise RpcError(400, "CHAT_ABOUT_TOO_LONG")
    now = int(world.clock())
    channel = world.population.add_channel(
        Channel(
            id=world.population.next_channel_id(),
            title=title,
            date=now,
            broadcast=not request.megagroup,
            history=History(empty_past(now)),
            forum=bool(request.forum and request.megagroup),
            about=request.about,
            creator=account.id,
        )
    )
    told = world.membership.join(account, channel, skip=caller.key)
    content = Content(action=t.MessageActionChannelCreate(title))
    update = world.posting.deliver(account, channel.peer, content, skip=caller.key)[1]
    update.updates.insert(0, told.updates[0])
    return update


@answers(fn.channels.DeleteChannelRequest)
def delete_channel(caller: Caller, request: Any) -> Any:
    peer = caller.channel(request.channel)
    channel = caller.world.population.channels[peer.id]
    if channel.creator != caller.account.id:
        raise RpcError(400, "CHAT_ADMIN_REQUIRED")
    if channel.username:
        caller.world.population.usernames.pop(channel.username.lower(), None)
        channel.username = None
    for account in caller.world.posting.members(channel):
        account.dialogs[peer].membership = "forbidden"
        caller.world.changes.tell(account, t.UpdateChannel(channel.id), peer, skip=caller.key)
    return _updates(caller, [t.UpdateChannel(channel.id)], peer)


@answers(fn.channels.EditTitleRequest)
def edit_channel_title(caller: Caller, request: Any) -> Any:
    channel, title = _own_channel(caller, request.channel), _title(request.title)
    if title == channel.title:
        raise RpcError(400, "CHAT_NOT_MODIFIED")
    channel.title = title
    content = Content(action=t.MessageActionChatEditTitle(title))
    update = caller.world.posting.deliver(caller.account, channel.peer, content, skip=caller.key)[1]
    caller.world.membership.tell_all(channel, skip=caller.key)
    return update


@answers(fn.messages.EditChatTitleRequest)
def edit_chat_title(caller: Caller, request: Any) -> Any:
    group, title = _open_group(caller, request.chat_id), _title(request.title)
    if title == group.title:
        raise RpcError(400, "CHAT_NOT_MODIFIED")
    group.title = title
    group.version += 1
    content = Content(action=t.MessageActionChatEditTitle(title))
    return caller.world.posting.group(caller.account, group.peer, content, skip=caller.key)[1]


@answers(fn.messages.EditChatAboutRequest)
def edit_chat_about(caller: Caller, request: Any) -> Any:
    if len(request.about) > _LONGEST_ABOUT:
        raise RpcError(400, "CHAT_ABOUT_TOO_LONG")
    peer = caller.readable(request.peer)
    chat: Channel | Group
    if peer.kind == "channel":
        chat = _own_channel(caller, request.peer)
    elif peer.kind == "group":
        chat = _open_group(caller, peer.id)
    else:
        raise RpcError(400, "PEER_ID_INVALID")
    if chat.about == request.about:
        raise RpcError(400, "CHAT_ABOUT_NOT_MODIFIED")
    chat.about = request.about
    return True


@answers(fn.messages.EditChatDefaultBannedRightsRequest)
def edit_default_banned_rights(caller: Caller, request: Any) -> Any:
    """What plain members of a supergroup may not do."""
    peer = caller.channel(request.peer)
    channel = caller.world.population.channels[peer.id]
    need_right(channel, caller.account.id, "ban_users")
    taken = named(request.banned_rights, BANNED_RIGHTS)
    if channel.broadcast or "view_messages" in taken:
        raise RpcError(400, "BANNED_RIGHTS_INVALID")
    if taken == channel.muted_by_default:
        raise RpcError(400, "CHAT_NOT_MODIFIED")
    channel.muted_by_default = taken
    caller.world.membership.tell_all(channel, skip=caller.key)
    return _updates(caller, [t.UpdateChannel(channel.id)], peer)


@answers(fn.messages.GetMessagesViewsRequest)
def get_messages_views(caller: Caller, request: Any) -> Any:
    peer, view = caller.readable(request.peer), caller.view
    history = caller.world.history(caller.account, peer)
    shown = [(found := history.find(number)) and view.message(peer, found) for number in request.id]
    return t.messages.MessageViews(
        [
            t.MessageViews(views=getattr(message, "views", None), forwards=getattr(message, "forwards", None))
            for message in shown
        ],
        **view.entities([peer]),
    )


@answers(fn.messages.GetPeerSettingsRequest)
def get_peer_settings(caller: Caller, request: Any) -> Any:
    peer = caller.readable(request.peer)
    return t.messages.PeerSettings(t.PeerSettings(), **caller.view.entities([peer]))


def _title(given: str) -> str:
    title = given.strip()
    if not title:
        raise RpcError(400, "CHAT_TITLE_EMPTY")
    return title[:_LONGEST_TITLE]


def _own_channel(caller: Caller, given: Any) -> Channel:
    """One whose name and description the caller may change."""
    channel = caller.world.population.channels[caller.channel(given).id]
    need_right(channel, caller.account.id, "change_info")
    return channel


def _open_group(caller: Caller, chat_id: int) -> Group:
    peer = caller.group(chat_id)
    caller.refuse_forbidden(peer)
    if caller.account.dialogs[peer].membership != "member":
        raise RpcError(400, "CHAT_ID_INVALID")
    return caller.world.population.groups[peer.id]


def _updates(caller: Caller, updates: list[Any], peer: Peer) -> Any:
    now = int(caller.world.clock())
    return t.Updates(updates, date=now, seq=0, **caller.view.entities([peer]))
