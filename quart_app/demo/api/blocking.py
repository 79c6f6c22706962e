"""contacts.block, unblock, getBlocked, addContact and deleteContacts; messages.getCommonChats."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer

_PAGE = 100


@answers(fn.contacts.BlockRequest)
def block(caller: Caller, request: Any) -> Any:
    person = _other(caller, request.id)
    changed = person.id not in caller.account.blocked
    if changed:
        caller.account.blocked[person.id] = int(caller.world.clock())
        caller.world.changes.tell(
            caller.account, t.UpdatePeerBlocked(person.to_tl(), blocked=True), person, skip=caller.key
        )
    return changed


@answers(fn.contacts.UnblockRequest)
def unblock(caller: Caller, request: Any) -> Any:
    person = _other(caller, request.id)
    changed = caller.account.blocked.pop(person.id, None) is not None
    if changed:
        caller.world.changes.tell(
            caller.account, t.UpdatePeerBlocked(person.to_tl()), person, skip=caller.key
        )
    return changed


@answers(fn.contacts.GetBlockedRequest)
def get_blocked(caller: Caller, request: Any) -> Any:
    rows = sorted(caller.account.blocked.items(), key=lambda row: row[1], reverse=True)
    start = max(request.offset, 0)
    page = rows[start : start + min(max(request.limit, 1), _PAGE)]
    content = {
        "blocked": [t.PeerBlocked(t.PeerUser(person), date) for person, date in page],
        **caller.view.entities([Peer("user", person) for person, _ in page]),
    }
    if len(page) == len(rows):
        return t.contacts.Blocked(**content)
    return t.contacts.BlockedSlice(count=len(rows), **content)


@answers(fn.contacts.AddContactRequest)
def add_contact(caller: Caller, request: Any) -> Any:
    person = _other(caller, request.id)
    if not request.first_name.strip():
        raise RpcError(400, "CONTACT_NAME_EMPTY")
    caller.account.contacts.add(person.id)
    caller.account.removed_contacts.discard(person.id)
    return _settings(caller, [person])


@answers(fn.contacts.DeleteContactsRequest)
def delete_contacts(caller: Caller, request: Any) -> Any:
    people = [_other(caller, given) for given in request.id]
    for person in people:
        caller.account.contacts.discard(person.id)
        caller.account.removed_contacts.add(person.id)
    return _settings(caller, people)


@answers(fn.messages.GetCommonChatsRequest)
def get_common_chats(caller: Caller, request: Any) -> Any:
    person, world = _other(caller, request.user_id).id, caller.world
    population = world.population
    shared = [
        dialog.peer
        for dialog in caller.account.listed(None)
        if dialog.membership == "member"
        and (
            (dialog.peer.kind == "group" and person in population.groups[dialog.peer.id].members)
            or (
                dialog.peer.kind == "channel"
                and not population.channels[dialog.peer.id].broadcast
                and world.membership.is_member(population.channels[dialog.peer.id], person)
            )
        )
    ]
    return t.messages.Chats(caller.view.entities(shared[: min(max(request.limit, 1), _PAGE)])["chats"])


def _settings(caller: Caller, people: list[Peer]) -> Any:
    updates = [t.UpdatePeerSettings(person.to_tl(), t.PeerSettings()) for person in people]
    now = int(caller.world.clock())
    told = t.Updates(updates, date=now, seq=0, **caller.view.entities(people))
    caller.world.pushes.to_user(caller.account.id, told, skip=caller.key)
    return told


def _other(caller: Caller, given: Any) -> Peer:
    """Somebody else."""
    peer = caller.peer(given)
    if peer.kind != "user":
        raise RpcError(400, "PEER_ID_INVALID")
    if peer.id == caller.account.id:
        raise RpcError(400, "CONTACT_ID_INVALID")
    return peer
