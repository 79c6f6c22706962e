"""messages.search, getSearchCounters and searchGlobal: words and sorts of messages, in one chat or in all."""

from __future__ import annotations

from itertools import islice
from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.account import ARCHIVE, MAIN, Dialog
from quart_app.demo.api.messages_dialogs import unix
from quart_app.demo.api.messages_history import found, history_of, within
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer
from quart_app.demo.search import Question, bounds, everywhere

_PAGE = 100


@answers(fn.messages.SearchRequest)
def search(caller: Caller, request: Any) -> Any:
    peer = caller.readable(request.peer)
    question = _question(caller, request, request.from_id, request.top_msg_id)
    history = history_of(caller, peer)
    hits = caller.world.search.in_chat(history, question, caller.account.id, caller.account.dialogs.get(peer))
    start = 0
    if request.offset_id:
        below = history.below_id(request.offset_id)
        start = sum(1 for place in hits if place >= below)
    start += request.add_offset
    end = start + min(max(request.limit, 0), _PAGE)
    page = [history[place] for place in hits[max(start, 0) : max(end, 0)]]
    return found(caller, peer, within(page, request), len(hits))


@answers(fn.messages.GetSearchCountersRequest)
def get_search_counters(caller: Caller, request: Any) -> Any:
    peer = caller.readable(request.peer)
    history, dialog = history_of(caller, peer), caller.account.dialogs.get(peer)
    counters = []
    for given in request.filters:
        question = Question(kind=type(given), topic=request.top_msg_id)
        if not question.known():
            raise RpcError(400, "INPUT_FILTER_INVALID")
        hits = caller.world.search.in_chat(history, question, caller.account.id, dialog)
        counters.append(t.messages.SearchCounter(given, len(hits)))
    return counters


@answers(fn.messages.SearchGlobalRequest)
def search_global(caller: Caller, request: Any) -> Any:
    """Newest first over all chats that the caller is in; the next page begins at next_rate, the date reached.

    How many there are altogether is only estimated, as Telegram says of itself.
    """
    question = _question(caller, request, None, None)
    if not question.words and question.kind is t.InputMessagesFilterEmpty:
        raise RpcError(400, "SEARCH_QUERY_EMPTY")
    dialogs = _in_scope(caller, request)
    limit = min(max(request.limit, 1), _PAGE)
    rows = list(islice(everywhere(dialogs, question, caller.account.id, _behind(caller, request)), limit + 1))
    page, view = rows[:limit], caller.view
    content: dict[str, Any] = {
        "messages": [view.message(peer, message) for _, peer, _, message in page],
        "topics": [],
        **view.entities([peer for _, peer, _, _ in page], [message for *_, message in page]),
    }
    if len(rows) <= limit:
        if not request.offset_rate and not request.offset_id:
            return t.messages.Messages(**content)
        return t.messages.MessagesSlice(count=len(rows), **content)
    count = _estimate(dialogs, question, page)
    return t.messages.MessagesSlice(count=count, inexact=True, next_rate=page[-1][0], **content)


def _behind(caller: Caller, request: Any) -> tuple[int, Peer | None, int]:
    if isinstance(request.offset_peer, t.InputPeerEmpty):
        return request.offset_rate, None, 0
    return request.offset_rate, caller.peer(request.offset_peer), request.offset_id


def _in_scope(caller: Caller, request: Any) -> list[Dialog]:
    if request.folder_id not in (None, MAIN, ARCHIVE):
        raise RpcError(400, "FOLDER_ID_INVALID")
    channels = caller.world.population.channels

    def wanted(dialog: Dialog) -> bool:
        broadcast = dialog.peer.kind == "channel" and channels[dialog.peer.id].broadcast
        if request.broadcasts_only:
            return broadcast
        if request.groups_only:
            return dialog.peer.kind != "user" and not broadcast
        return dialog.peer.kind == "user" or not request.users_only

    return [
        dialog
        for dialog in caller.account.listed(request.folder_id)
        if dialog.membership == "member" and wanted(dialog)
    ]


def _estimate(dialogs: list[Dialog], question: Question, page: list[Any]) -> int:
    """From how dense the hits of this page lie."""
    oldest, most = page[-1][0], 0
    read = 1
    for dialog in dialogs:
        first, end = bounds(dialog.history, question)
        if not question.skips(dialog.history):
            most += end - first
            read += max(0, end - max(first, dialog.history.before_date(oldest)))
    return max(len(page) + 1, len(page) * most // read)


def _question(caller: Caller, request: Any, from_id: Any, topic: int | None) -> Question:
    question = Question(
        words=request.q.lower().strip(),
        kind=type(request.filter),
        sender=caller.peer(from_id).id if from_id else None,
        since=unix(request.min_date),
        until=unix(request.max_date),
        topic=topic,
    )
    if not question.known():
        raise RpcError(400, "INPUT_FILTER_INVALID")
    return question
