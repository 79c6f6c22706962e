"""Keeps login codes inside the chats that they arrive in: masked on the way in, neither found nor passed on.

It works on requests and answers themselves, so that no command and no plugin can forget it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from telethon import functions as fn
from telethon import types

from quart_app.telegram.service_chat import carries_codes, masked

HARMLESS: Final[frozenset[type[Any]]] = frozenset(
    {
        fn.account.GetNotifySettingsRequest,
        fn.account.UpdateNotifySettingsRequest,
        fn.folders.EditPeerFoldersRequest,
        fn.messages.DeleteHistoryRequest,
        fn.messages.GetDialogsRequest,
        fn.messages.GetHistoryRequest,
        fn.messages.GetPeerDialogsRequest,
        fn.messages.GetPeerSettingsRequest,
        fn.messages.GetSavedHistoryRequest,
        fn.messages.MarkDialogUnreadRequest,
        fn.messages.ReadHistoryRequest,
        fn.messages.ReorderPinnedDialogsRequest,
        fn.messages.ToggleDialogPinRequest,
        fn.messages.UpdateDialogFilterRequest,
        fn.photos.GetUserPhotosRequest,
        fn.upload.GetFileRequest,
        fn.users.GetFullUserRequest,
        fn.users.GetUsersRequest,
    }
)
"""What may be asked about a chat that carries codes; any other request that names one is refused."""
_SEARCHES: Final = (fn.messages.SearchGlobalRequest, fn.messages.SearchRequest)
_DEEPEST: Final = 8


def may_be_sent(request: Any) -> bool:
    """False for what would search a chat with codes, pass its messages on, or have them translated elsewhere."""
    return type(request) in HARMLESS or not _names_code_chat(request, _DEEPEST)


def _names_code_chat(value: Any, depth: int) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_names_code_chat(each, depth) for each in value)
    if not hasattr(value, "CONSTRUCTOR_ID"):
        return False
    user_id = getattr(value, "user_id", None)
    if isinstance(user_id, int) and carries_codes(user_id):
        return True
    return depth == 0 or any(_names_code_chat(each, depth - 1) for each in vars(value).values())


def shielded(answer: Any, request: Any = None) -> Any:
    """The answer to ``request``, or an update, with the codes in it made unreadable. Changes it in place."""
    for each in answer if isinstance(answer, list) else (answer,):
        if isinstance(request, _SEARCHES):
            _leave_out(each)
        for message in _messages(each):
            _mask(message)
    return answer


def _leave_out(found: Any) -> None:
    """Of a search over all chats: that something was found would tell as much as the text."""
    messages = getattr(found, "messages", None) or []
    kept = [message for message in messages if not _is_protected(message)]
    if len(kept) < len(messages):
        if isinstance(getattr(found, "count", None), int):
            found.count -= len(messages) - len(kept)
        found.messages = kept


def _messages(answer: Any) -> Iterator[Any]:
    for name in ("messages", "new_messages"):
        yield from _listed(answer, name)
    for name in ("updates", "other_updates"):
        for update in _listed(answer, name):
            yield from _messages(update)
    inner = getattr(answer, "update", None)  # of updateShort
    if inner is not None:
        yield from _messages(inner)
    message = getattr(answer, "message", None)
    if isinstance(message, types.Message):
        yield message
    elif isinstance(message, str):
        yield answer


def _listed(answer: Any, name: str) -> list[Any]:
    found = getattr(answer, name, None)
    return found if isinstance(found, list) else []


def _mask(message: Any) -> None:
    if _is_protected(message):
        message.message = masked(message.message or "")
        # Links, buttons, previews and richer texts repeat the code.
        for name in ("entities", "reply_markup", "rich_message"):
            if getattr(message, name, None) is not None:
                setattr(message, name, None)
        if isinstance(getattr(message, "media", None), types.MessageMediaWebPage):
            message.media = None
    reply: Any = getattr(message, "reply_to", None)
    if not getattr(reply, "quote_text", None):
        return
    if _is_protected(message) or _is_code_chat(reply.reply_to_peer_id):
        reply.quote_text, reply.quote_entities = masked(reply.quote_text), None


def _is_protected(message: Any) -> bool:
    """It stands in such a chat, or was forwarded from there, with another app perhaps."""
    if isinstance(message, types.UpdateServiceNotification):
        return True
    if isinstance(message, types.UpdateShortMessage) and carries_codes(message.user_id):
        return True
    origin = getattr(message, "fwd_from", None)
    places = (
        getattr(message, "peer_id", None),
        getattr(message, "saved_peer_id", None),
        getattr(origin, "from_id", None),
        getattr(origin, "saved_from_peer", None),
    )
    return any(_is_code_chat(place) for place in places)


def _is_code_chat(peer: Any) -> bool:
    return isinstance(peer, types.PeerUser) and carries_codes(peer.user_id)
