"""messages.*DialogFilter*: an account's own folders, which are rules and lists of chats."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers

_MOST, _MOST_CHATS, _LONGEST_TITLE = 10, 100, 12
_FIRST_ID, _LAST_ID = 2, 255
_RULES = ("contacts", "non_contacts", "groups", "broadcasts", "bots")


@answers(fn.messages.GetDialogFiltersRequest)
def get_dialog_filters(caller: Caller, _request: Any) -> Any:
    filters = caller.account.filters
    return t.messages.DialogFilters([t.DialogFilterDefault(), *filters] if filters else [])


@answers(fn.messages.GetSuggestedDialogFiltersRequest)
def get_suggested_dialog_filters(_caller: Caller, _request: Any) -> Any:
    return []


@answers(fn.messages.UpdateDialogFilterRequest)
def update_dialog_filter(caller: Caller, request: Any) -> Any:
    """Put one in place of that with this id, or behind the others; none deletes it."""
    if not _FIRST_ID <= request.id <= _LAST_ID:
        raise RpcError(400, "FILTER_ID_INVALID")
    filters, known = caller.account.filters, [given.id for given in caller.account.filters]
    if request.filter is None:
        if request.id not in known:
            raise RpcError(400, "FILTER_ID_INVALID")
        del filters[known.index(request.id)]
    else:
        _check(caller, request.filter)
        request.filter.id = request.id
        if request.id in known:
            filters[known.index(request.id)] = request.filter
        elif len(filters) >= _MOST:
            raise RpcError(400, "FILTERS_TOO_MUCH")
        else:
            filters.append(request.filter)
    caller.world.changes.tell(
        caller.account, t.UpdateDialogFilter(request.id, filter=request.filter), skip=caller.key
    )
    return True


def _check(caller: Caller, given: Any) -> None:
    if not isinstance(given, t.DialogFilter):
        raise RpcError(400, "FILTER_NOT_SUPPORTED")
    title = given.title.text
    if not title.strip() or len(title) > _LONGEST_TITLE:
        raise RpcError(400, "FILTER_TITLE_EMPTY")
    included = [*given.pinned_peers, *given.include_peers]
    if not included and not any(getattr(given, rule) for rule in _RULES):
        raise RpcError(400, "FILTER_INCLUDE_EMPTY")
    if len(included) > _MOST_CHATS or len(given.exclude_peers) > _MOST_CHATS:
        raise RpcError(400, "FILTER_INCLUDE_TOO_MUCH")
    for peer in [*included, *given.exclude_peers]:
        caller.peer(peer)


@answers(fn.messages.UpdateDialogFiltersOrderRequest)
def update_dialog_filters_order(caller: Caller, request: Any) -> Any:
    """Those that are not named come behind."""
    filters = {given.id: given for given in caller.account.filters}
    named = [number for number in dict.fromkeys(request.order) if number]
    if any(number not in filters for number in named):
        raise RpcError(400, "FILTER_ID_INVALID")
    rest = [number for number in filters if number not in named]
    caller.account.filters[:] = [filters[number] for number in [*named, *rest]]
    caller.world.changes.tell(caller.account, t.UpdateDialogFilterOrder(list(request.order)), skip=caller.key)
    return True
