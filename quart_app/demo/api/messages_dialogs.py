"""messages.*: the list of chats."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.account import ARCHIVE, MAIN, Dialog
from quart_app.demo.api.updates import state_of
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers

_PAGE = 100


def unix(date: Any) -> int:
    """A date that a client left out arrives as 1970, which is 0."""
    return int(date.timestamp()) if date else 0


@answers(fn.messages.GetDialogsRequest)
def get_dialogs(caller: Caller, request: Any) -> Any:
    """Newest first, pinned ones on top of the first page; no folder means the archived ones as well."""
    account, folder = caller.account, _folder(request.folder_id)
    pinned = account.pinned_in(folder)
    listed = account.listed(folder)
    count = len(listed) - (len(pinned) if request.exclude_pinned else 0)
    listed = [dialog for dialog in listed if not account.is_pinned(dialog)]
    if _is_first_page(request):
        rows = listed if request.exclude_pinned else pinned + listed
    else:
        rows = _after(caller, listed, request)
    page = rows[: min(max(request.limit, 1), _PAGE)]
    content = caller.view.dialogs(page)
    if len(page) == count:
        return t.messages.Dialogs(**content)
    return t.messages.DialogsSlice(count=count, **content)


def _folder(folder_id: int | None) -> int | None:
    if folder_id not in (None, MAIN, ARCHIVE):
        raise RpcError(400, "FOLDER_ID_INVALID")
    return folder_id


def _is_first_page(request: Any) -> bool:
    return not unix(request.offset_date) and not request.offset_id


def _after(caller: Caller, listed: list[Dialog], request: Any) -> list[Dialog]:
    """The rows behind the offset: by date, among equal dates by chat."""
    date = unix(request.offset_date)
    if isinstance(request.offset_peer, t.InputPeerEmpty):
        return [dialog for dialog in listed if dialog.history.last_date <= date]
    peer = caller.peer(request.offset_peer)
    if not date:
        known = caller.account.dialogs.get(peer)
        date = known.history.last_date if known else 0
    return [dialog for dialog in listed if dialog.order < (date, peer)]


@answers(fn.messages.GetPinnedDialogsRequest)
def get_pinned_dialogs(caller: Caller, request: Any) -> Any:
    return _peer_dialogs(caller, caller.account.pinned_in(_folder(request.folder_id)))


@answers(fn.messages.GetPeerDialogsRequest)
def get_peer_dialogs(caller: Caller, request: Any) -> Any:
    rows: dict[Any, Dialog] = {}
    for given in request.peers:
        if isinstance(given, t.InputDialogPeerFolder):
            rows.update((dialog.peer, dialog) for dialog in caller.account.listed(_folder(given.folder_id)))
        else:
            dialog = caller.dialog(given.peer)
            rows[dialog.peer] = dialog
    return _peer_dialogs(caller, list(rows.values())[:_PAGE])


def _peer_dialogs(caller: Caller, rows: list[Dialog]) -> Any:
    return t.messages.PeerDialogs(**caller.view.dialogs(rows), state=state_of(caller))
