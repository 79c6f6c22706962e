"""messages.editMessage, deleteMessages and deleteHistory, for private chats, groups and channels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.api.messages_dialogs import unix
from quart_app.demo.api.messages_history import in_boxes
from quart_app.demo.caller import Caller
from quart_app.demo.chats import Channel
from quart_app.demo.errors import RpcError
from quart_app.demo.message import Message
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer
from quart_app.demo.rights import rights_of
from quart_app.demo.sending import LONGEST_CAPTION, check_text, entities_from

_MOST_DELETED, _CLEARED_AT_ONCE = 100, 1000
_EDIT_TIME = 172_800
"""Seconds, as help.getConfig says."""


@answers(fn.messages.EditMessageRequest)
def edit_message(caller: Caller, request: Any) -> Any:
    peer = caller.readable(request.peer)
    if request.schedule_date:
        return _edit_scheduled(caller, peer, request)
    message = caller.world.history(caller.account, peer).find(request.id)
    if message is None or message.service or message.forward:
        raise RpcError(400, "MESSAGE_ID_INVALID")
    _check_may_edit(caller, peer, message)
    if message.poll is not None:
        return _close_poll(caller, peer, message, request)
    text = message.text if request.message is None else request.message
    if not message.media:
        check_text(text)
    elif len(text) > LONGEST_CAPTION:
        raise RpcError(400, "MEDIA_CAPTION_TOO_LONG")
    entities = entities_from(caller, text, request.entities)
    if (text, entities or None) == (message.text, message.entities or None):
        raise RpcError(400, "MESSAGE_NOT_MODIFIED")

    def change(held: Message) -> None:
        held.text, held.entities = text, entities

    return caller.world.alterations.edit(caller.account, peer, message, change, skip=caller.key)


def _edit_scheduled(caller: Caller, peer: Peer, request: Any) -> Any:
    scheduled, account = caller.world.scheduled, caller.account
    content, date = scheduled.content(account, peer, request.id), unix(request.schedule_date)
    if not scheduled.is_later(date):
        raise RpcError(400, "SCHEDULE_DATE_INVALID")
    text = content.text if request.message is None else request.message
    if not content.media and not content.poll:
        check_text(text)
    content = replace(content, text=text, entities=entities_from(caller, text, request.entities))
    return scheduled.edit(account, peer, request.id, content, date, skip=caller.key)


def _close_poll(caller: Caller, peer: Peer, message: Message, request: Any) -> Any:
    """The one thing that a poll can be edited to."""
    closes = isinstance(request.media, t.InputMediaPoll) and request.media.poll.closed
    if message.poll is None or not closes:
        raise RpcError(400, "MEDIA_PREV_INVALID")
    if message.poll.closed(caller.world.clock()):
        raise RpcError(400, "MESSAGE_NOT_MODIFIED")
    message.poll.closed_by_hand = True
    return caller.world.polls.changed(caller.account, peer, message, skip=caller.key)


def _check_may_edit(caller: Caller, peer: Peer, message: Message) -> None:
    own = message.sender == caller.account.id
    if peer.kind == "channel":
        channel = caller.world.population.channels[peer.id]
        if peer not in caller.account.dialogs:
            raise RpcError(400, "USER_NOT_PARTICIPANT")
        if channel.broadcast:
            if "edit_messages" not in rights_of(channel, caller.account.id):
                raise RpcError(400, "CHAT_ADMIN_REQUIRED")
            return
    if not own:
        raise RpcError(403, "MESSAGE_AUTHOR_REQUIRED")
    to_self = peer == Peer("user", caller.account.id)
    if not to_self and message.date + _EDIT_TIME < caller.world.clock():
        raise RpcError(400, "MESSAGE_EDIT_TIME_EXPIRED")


@answers(fn.messages.DeleteMessagesRequest)
def delete_messages(caller: Caller, request: Any) -> Any:
    """Of private chats and basic groups; ids that are not there are passed over."""
    account, world = caller.account, caller.world
    _check_count(request.id)
    found: dict[Peer, list[Message]] = {}
    for number in dict.fromkeys(request.id):
        place = in_boxes(account.dialogs.values(), number)
        if place is not None:
            found.setdefault(place[0], []).append(place[1])
    for peer, messages in found.items():
        if request.revoke and peer.kind == "group":
            group = world.population.groups[peer.id]
            entitled = account.id == group.creator or account.id in group.admins
            if not entitled and any(message.sender != account.id for message in messages):
                raise RpcError(403, "MESSAGE_DELETE_FORBIDDEN")
    count = sum(
        world.alterations.delete(account, peer, messages, revoke=bool(request.revoke), skip=caller.key)
        for peer, messages in found.items()
    )
    return t.messages.AffectedMessages(account.pts, count)


@answers(fn.channels.DeleteMessagesRequest)
def delete_posts(caller: Caller, request: Any) -> Any:
    peer = caller.channel(request.channel)
    _check_count(request.id)
    channel = caller.world.population.channels[peer.id]
    if peer not in caller.account.dialogs or not _may_delete(caller, channel, request.id):
        raise RpcError(403, "MESSAGE_DELETE_FORBIDDEN")
    count = caller.world.alterations.delete_posts(channel, list(dict.fromkeys(request.id)), skip=caller.key)
    return t.messages.AffectedMessages(channel.pts, count)


def _may_delete(caller: Caller, channel: Channel, numbers: list[int]) -> bool:
    if "delete_messages" in rights_of(channel, caller.account.id):
        return True
    found = [channel.history.find(number) for number in numbers]
    return all(message is None or message.sender == caller.account.id for message in found)


def _check_count(numbers: list[int]) -> None:
    if not numbers:
        raise RpcError(400, "MESSAGE_IDS_EMPTY")
    if len(numbers) > _MOST_DELETED:
        raise RpcError(400, "MESSAGE_IDS_TOO_MANY")


@answers(fn.messages.DeleteHistoryRequest)
def delete_history(caller: Caller, request: Any) -> Any:
    """A thousand messages at a time; ``offset`` of the answer says how many are left."""
    account, peer = caller.account, caller.peer(request.peer)
    if peer.kind == "channel":
        raise RpcError(400, "PEER_ID_INVALID")
    dialog = account.dialogs.get(peer)
    if dialog is None:
        return t.messages.AffectedHistory(account.pts, 0, 0)
    history = dialog.history
    end = history.below_id(request.max_id + 1) if request.max_id else len(history)
    doomed = [history[place] for place in range(min(end, _CLEARED_AT_ONCE))]
    left = end - len(doomed)
    revoke = bool(request.revoke) and peer.kind == "user"
    count = caller.world.alterations.clear(account, peer, doomed, revoke=revoke, skip=caller.key)
    if not left and not request.just_clear and not len(history):
        account.drop(peer)
    return t.messages.AffectedHistory(account.pts, count, left)


@answers(fn.channels.DeleteHistoryRequest)
def delete_channel_history(caller: Caller, request: Any) -> Any:
    """Hide it from oneself, or delete it for everyone, which takes an admin."""
    peer, account = caller.channel(request.channel), caller.account
    channel, dialog = caller.world.population.channels[peer.id], caller.account.dialogs.get(peer)
    if dialog is None:
        raise RpcError(400, "USER_NOT_PARTICIPANT")
    up_to = request.max_id or channel.history.last_id
    if not request.for_everyone:
        return caller.world.changes.hide(account, peer, up_to, skip=caller.key)
    if account.id != channel.creator:
        raise RpcError(400, "CHAT_ADMIN_REQUIRED")
    end = min(channel.history.below_id(up_to + 1), _CLEARED_AT_ONCE)
    numbers = [channel.history[place].id for place in range(end)]
    caller.world.alterations.delete_posts(channel, numbers, skip=caller.key)
    now = int(caller.world.clock())
    told = t.UpdateDeleteChannelMessages(channel.id, numbers, channel.pts, len(numbers))
    return t.Updates([told], date=now, seq=0, **caller.view.entities([peer]))
