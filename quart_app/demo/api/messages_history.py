"""messages.getHistory and getMessages: what was said."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.api.messages_dialogs import unix
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.history import History
from quart_app.demo.message import Message
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer

_PAGE = 100


@answers(fn.messages.GetHistoryRequest)
def get_history(caller: Caller, request: Any) -> Any:
    peer = caller.readable(request.peer)
    history, first = history_of(caller, peer), hidden(caller, peer)
    return found(caller, peer, _page(history, first, request), len(history) - first)


@answers(fn.messages.GetMessagesRequest)
def get_messages(caller: Caller, request: Any) -> Any:
    """Of private chats and basic groups: their ids are unique within the account."""
    if len(request.id) > _PAGE:
        raise RpcError(400, "MESSAGE_IDS_TOO_MANY")
    view, messages, peers, unknown = caller.view, [], [], []
    for given in request.id:
        number = getattr(given, "id", given)
        place = in_boxes(caller.account.dialogs.values(), number)
        if place is None:
            unknown.append(t.MessageEmpty(number, None))
        else:
            peers.append(place[0])
            messages.append(place[1])
    return t.messages.Messages(
        messages=[view.message(*place) for place in zip(peers, messages, strict=True)] + unknown,
        topics=[],
        **view.entities(peers, messages),
    )


def in_boxes(dialogs: Any, number: int) -> tuple[Peer, Message] | None:
    """The private chat or basic group of an account that has a message of this id, and the message."""
    for dialog in dialogs:
        if dialog.peer.kind != "channel" and (message := dialog.history.find(number)):
            return dialog.peer, message
    return None


def history_of(caller: Caller, peer: Peer) -> History:
    """Oldest first."""
    return caller.world.history(caller.account, peer)


def hidden(caller: Caller, peer: Peer) -> int:
    """How many of the oldest messages this caller cleared for itself alone."""
    dialog = caller.account.dialogs.get(peer)
    return dialog.history.below_id(dialog.hidden_up_to + 1) if dialog and dialog.hidden_up_to else 0


def _page(history: History, first: int, request: Any) -> list[Message]:
    """Telegram's rules for offset_id, offset_date, add_offset, limit, max_id and min_id; newest first."""
    total = len(history)
    end = total
    if request.offset_id:
        end = history.below_id(request.offset_id)
    elif unix(request.offset_date):
        end = history.before_date(unix(request.offset_date))
    newest = end - request.add_offset
    oldest = newest - min(max(request.limit, 0), _PAGE)
    chosen = [history[index] for index in range(min(newest, total) - 1, max(oldest, first) - 1, -1)]
    return within(chosen, request)


def within(messages: list[Message], request: Any) -> list[Message]:
    """Those between min_id and max_id, both exclusive; 0 means no bound."""
    return [
        message
        for message in messages
        if (not request.max_id or message.id < request.max_id)
        and (not request.min_id or message.id > request.min_id)
    ]


def found(caller: Caller, peer: Peer, messages: list[Message], count: int) -> Any:
    """The answer to any question for messages of one chat."""
    view = caller.view
    content: dict[str, Any] = {
        "messages": [view.message(peer, message) for message in messages],
        "topics": [],
        **view.entities([peer], messages),
    }
    if peer.kind == "channel":
        pts = caller.world.population.channels[peer.id].pts
        return t.messages.ChannelMessages(pts=pts, count=count, **content)
    if len(messages) == count:
        return t.messages.Messages(**content)
    return t.messages.MessagesSlice(count=count, **content)
