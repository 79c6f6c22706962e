"""messages.sendMessage."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.message import Content, Message
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer

_LONGEST = 4096


@answers(fn.messages.SendMessageRequest)
def send_message(caller: Caller, request: Any) -> Any:
    """Done once for each random_id: clients repeat a request after a reconnect under another message id."""
    if not request.message:
        raise RpcError(400, "MESSAGE_EMPTY")
    if len(request.message) > _LONGEST:
        raise RpcError(400, "MESSAGE_TOO_LONG")
    peer, sent = caller.peer(request.peer), caller.world.sent
    repeated = sent.get((caller.key.user_id, request.random_id))
    if repeated is not None:
        return repeated
    caller.refuse_forbidden(peer)
    message, update = _deliver(caller, peer, request.message)
    update.updates.insert(0, t.UpdateMessageID(message.id, request.random_id))
    sent[caller.key.user_id, request.random_id] = update
    return update


def _deliver(caller: Caller, peer: Peer, text: str) -> tuple[Message, Any]:
    if peer.kind == "channel":
        if caller.world.population.channels[peer.id].broadcast:
            raise RpcError(403, "CHAT_WRITE_FORBIDDEN")
        if peer not in caller.account.dialogs:
            raise RpcError(400, "USER_NOT_PARTICIPANT")
    return caller.world.posting.deliver(caller.account, peer, Content(text), skip=caller.key)
