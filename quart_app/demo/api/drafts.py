"""messages.saveDraft, getAllDrafts and clearAllDrafts: what was begun and not sent."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers
from quart_app.demo.sending import LONGEST_TEXT, entities_from


@answers(fn.messages.SaveDraftRequest)
def save_draft(caller: Caller, request: Any) -> Any:
    """An empty one takes the draft away."""
    peer = caller.readable(request.peer)
    if len(request.message) > LONGEST_TEXT:
        raise RpcError(400, "MESSAGE_TOO_LONG")
    draft = None
    if request.message or request.reply_to:
        entities = entities_from(caller, request.message, request.entities)
        draft = t.DraftMessage(
            message=request.message,
            date=int(caller.world.clock()),
            no_webpage=request.no_webpage,
            reply_to=request.reply_to,
            entities=list(entities) if entities else None,
        )
    if peer in caller.account.dialogs:
        caller.world.changes.draft(caller.account, peer, draft, skip=caller.key)
    return True


@answers(fn.messages.GetAllDraftsRequest)
def get_all_drafts(caller: Caller, _request: Any) -> Any:
    drafts = [dialog for dialog in caller.account.dialogs.values() if dialog.draft is not None]
    return t.Updates(
        [t.UpdateDraftMessage(dialog.peer.to_tl(), dialog.draft) for dialog in drafts],
        date=int(caller.world.clock()),
        seq=0,
        **caller.view.entities([dialog.peer for dialog in drafts]),
    )


@answers(fn.messages.ClearAllDraftsRequest)
def clear_all_drafts(caller: Caller, _request: Any) -> Any:
    for peer in [peer for peer, dialog in caller.account.dialogs.items() if dialog.draft is not None]:
        caller.world.changes.draft(caller.account, peer, None, skip=caller.key)
    return True
