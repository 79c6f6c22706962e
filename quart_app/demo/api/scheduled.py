"""messages.getScheduledHistory, getScheduledMessages, sendScheduledMessages and deleteScheduledMessages."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.message import Message
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer
from quart_app.demo.rights import need_right
from quart_app.demo.sending import joined


@answers(fn.messages.GetScheduledHistoryRequest)
def get_scheduled_history(caller: Caller, request: Any) -> Any:
    peer = _place(caller, request.peer)
    return _shown(caller, peer, caller.world.scheduled.waiting(caller.account, peer))


@answers(fn.messages.GetScheduledMessagesRequest)
def get_scheduled_messages(caller: Caller, request: Any) -> Any:
    peer = _place(caller, request.peer)
    waiting = caller.world.scheduled.waiting(caller.account, peer)
    return _shown(caller, peer, [message for message in waiting if message.id in request.id])


@answers(fn.messages.SendScheduledMessagesRequest)
def send_scheduled_messages(caller: Caller, request: Any) -> Any:
    peer, scheduled = _place(caller, request.peer), caller.world.scheduled
    known = {message.id for message in scheduled.waiting(caller.account, peer)}
    if not request.id or not known.issuperset(request.id):
        raise RpcError(400, "MESSAGE_ID_INVALID")
    return joined(caller, scheduled.send(caller.account, peer, list(request.id), skip=caller.key))


@answers(fn.messages.DeleteScheduledMessagesRequest)
def delete_scheduled_messages(caller: Caller, request: Any) -> Any:
    peer = _place(caller, request.peer)
    return caller.world.scheduled.delete(caller.account, peer, list(request.id), skip=caller.key)


def _place(caller: Caller, given: Any) -> Peer:
    peer = caller.readable(given)
    if peer.kind == "channel" and caller.world.population.channels[peer.id].broadcast:
        need_right(caller.world.population.channels[peer.id], caller.account.id, "post_messages")
    return peer


def _shown(caller: Caller, peer: Peer, messages: list[Message]) -> Any:
    view = caller.view
    return t.messages.Messages(
        messages=[view.message(peer, message) for message in messages],
        topics=[],
        **view.entities([peer], messages),
    )
