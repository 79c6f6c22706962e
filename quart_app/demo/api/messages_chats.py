"""messages.getChats and getFullChat: basic groups."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer


@answers(fn.messages.GetChatsRequest)
def get_chats(caller: Caller, request: Any) -> Any:
    peers = [caller.group(chat_id) for chat_id in request.id]
    return t.messages.Chats(caller.view.entities(peers)["chats"])


@answers(fn.messages.GetFullChatRequest)
def get_full_chat(caller: Caller, request: Any) -> Any:
    peer, view = caller.group(request.chat_id), caller.view
    dialog = caller.account.dialogs[peer]
    if dialog.membership != "member":
        raise RpcError(403, "CHAT_FORBIDDEN")
    group = caller.world.population.groups[peer.id]
    creator, *others = group.members
    participants = [t.ChatParticipantCreator(creator)]
    participants += [t.ChatParticipant(member, creator, group.date) for member in others]
    return t.messages.ChatFull(
        full_chat=t.ChatFull(
            id=group.id,
            about=group.about,
            participants=t.ChatParticipants(group.id, participants, version=1),
            notify_settings=view.notify_settings(dialog),
            folder_id=1 if dialog.folder else None,
        ),
        **view.entities([peer, *(Peer("user", member) for member in group.members)]),
    )
