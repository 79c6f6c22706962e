"""users.*: people and their profiles."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer


@answers(fn.users.GetUsersRequest)
def get_users(caller: Caller, request: Any) -> Any:
    view, people = caller.view, caller.world.population.people
    found = []
    for given in request.id:
        try:
            found.append(view.user(people[_person(caller, given).id]))
        except RpcError:
            found.append(t.UserEmpty(getattr(given, "user_id", 0)))
    return found


@answers(fn.users.GetFullUserRequest)
def get_full_user(caller: Caller, request: Any) -> Any:
    peer, view = _person(caller, request.id), caller.view
    person = caller.world.population.people[peer.id]
    dialog = caller.account.dialogs.get(peer)
    return t.users.UserFull(
        full_user=t.UserFull(
            person.id,
            t.PeerSettings(),
            view.notify_settings(dialog),
            common_chats_count=0,
            about=person.about or None,
            bot_info=t.BotInfo(user_id=person.id, description=person.name) if person.bot else None,
            folder_id=1 if dialog and dialog.folder else None,
        ),
        **view.entities([peer]),
    )


def _person(caller: Caller, given: Any) -> Peer:
    peer = caller.peer(given)
    if peer.kind != "user":
        raise RpcError(400, "USER_ID_INVALID")
    return peer
