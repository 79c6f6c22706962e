"""messages.getChats and getFullChat: basic groups."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.chats import Group
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer

_LARGEST = 200


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
    participants = [_participant(group, member) for member in group.members]
    return t.messages.ChatFull(
        full_chat=t.ChatFull(
            id=group.id,
            about=group.about,
            participants=t.ChatParticipants(group.id, participants, version=group.version),
            notify_settings=view.notify_settings(dialog),
            folder_id=1 if dialog.folder else None,
        ),
        **view.entities([peer, *(Peer("user", member) for member in group.members)]),
    )


def _participant(group: Group, member: int) -> Any:
    if member == group.creator:
        return t.ChatParticipantCreator(member)
    if member in group.admins:
        return t.ChatParticipantAdmin(member, group.creator, group.date)
    return t.ChatParticipant(member, group.creator, group.date)


@answers(fn.messages.AddChatUserRequest)
def add_chat_user(caller: Caller, request: Any) -> Any:
    group, person = _open_group(caller, request.chat_id), caller.peer(request.user_id)
    if person.kind != "user":
        raise RpcError(400, "USER_ID_INVALID")
    if person.id in group.members:
        raise RpcError(400, "USER_ALREADY_PARTICIPANT")
    if caller.world.population.people[person.id].deleted:
        raise RpcError(400, "INPUT_USER_DEACTIVATED")
    if len(group.members) >= _LARGEST:
        raise RpcError(400, "USERS_TOO_MUCH")
    update = caller.world.membership.add_to_group(group, person.id, caller.account, skip=caller.key)
    return t.messages.InvitedUsers(update, missing_invitees=[])


@answers(fn.messages.DeleteChatUserRequest)
def delete_chat_user(caller: Caller, request: Any) -> Any:
    """Throw somebody out, or leave."""
    group, person = _open_group(caller, request.chat_id), caller.peer(request.user_id)
    account = caller.account
    if person.id not in group.members:
        raise RpcError(400, "USER_NOT_PARTICIPANT")
    entitled = account.id == group.creator or account.id in group.admins
    if person.id != account.id and (not entitled or person.id == group.creator):
        raise RpcError(400, "CHAT_ADMIN_REQUIRED")
    return caller.world.membership.remove_from_group(group, person.id, account, skip=caller.key)


@answers(fn.messages.EditChatAdminRequest)
def edit_chat_admin(caller: Caller, request: Any) -> Any:
    group, person = _open_group(caller, request.chat_id), caller.peer(request.user_id)
    if caller.account.id != group.creator:
        raise RpcError(400, "CHAT_ADMIN_REQUIRED")
    if person.id not in group.members:
        raise RpcError(400, "USER_NOT_PARTICIPANT")
    (group.admins.add if request.is_admin else group.admins.discard)(person.id)
    group.version += 1
    return True


def _open_group(caller: Caller, chat_id: int) -> Group:
    """A group that the caller is in and that still is one."""
    peer = caller.group(chat_id)
    caller.refuse_forbidden(peer)
    group = caller.world.population.groups[peer.id]
    if caller.account.dialogs[peer].membership != "member" or group.migrated_to:
        raise RpcError(400, "CHAT_ID_INVALID")
    return group
