"""messages.search: words in one chat."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn

from quart_app.demo.api.messages_dialogs import unix
from quart_app.demo.api.messages_history import found, history_of, within
from quart_app.demo.caller import Caller
from quart_app.demo.message import Message
from quart_app.demo.methods import answers

_PAGE = 100


@answers(fn.messages.SearchRequest)
def search(caller: Caller, request: Any) -> Any:
    peer = caller.peer(request.peer)
    caller.refuse_forbidden(peer)
    history = history_of(caller, peer)
    sender = caller.peer(request.from_id).id if request.from_id else None
    newest_first = (history[index] for index in range(len(history) - 1, -1, -1))
    hits = [message for message in newest_first if _matches(message, request, sender)]
    start = sum(1 for message in hits if message.id >= request.offset_id) if request.offset_id else 0
    start = max(start + request.add_offset, 0)
    page = hits[start : start + min(max(request.limit, 0), _PAGE)]
    return found(caller, peer, within(page, request), len(hits))


def _matches(message: Message, request: Any, sender: int | None) -> bool:
    return (
        not message.service
        and request.q.lower() in message.text.lower()
        and (sender is None or message.sender == sender)
        and (not unix(request.max_date) or message.date < unix(request.max_date))
        and message.date > unix(request.min_date)
    )
