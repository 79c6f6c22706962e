"""contacts.*: finding people and chats by name."""

from __future__ import annotations

import re
from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer

_USERNAME = re.compile(r"[a-z][a-z0-9_]{3,31}")
_SHORTEST_QUERY = 3
_MOST = 100


@answers(fn.contacts.ResolveUsernameRequest)
def resolve_username(caller: Caller, request: Any) -> Any:
    view, name = caller.view, request.username.lstrip("@").lower()
    if not _USERNAME.fullmatch(name):
        raise RpcError(400, "USERNAME_INVALID")
    peer = caller.world.population.usernames.get(name)
    if peer is None or not _visible(caller, peer):
        raise RpcError(400, "USERNAME_NOT_OCCUPIED")
    return t.contacts.ResolvedPeer(peer.to_tl(), **view.entities([peer]))


@answers(fn.contacts.SearchRequest)
def search(caller: Caller, request: Any) -> Any:
    """The caller's own chats first, then public ones that it is not in."""
    needle, view = request.q.lower().lstrip("@"), caller.view
    if len(needle) < _SHORTEST_QUERY:
        raise RpcError(400, "QUERY_TOO_SHORT")
    limit, account, population = min(max(request.limit, 1), _MOST), caller.account, caller.world.population
    own = [dialog.peer for dialog in account.listed(None) if needle in _words(caller, dialog.peer)][:limit]
    public = [
        peer
        for name, peer in population.usernames.items()
        if peer not in account.dialogs
        and (needle in name or needle in population.title(peer).lower())
        and _visible(caller, peer)
    ][:limit]
    return t.contacts.Found(
        my_results=[peer.to_tl() for peer in own],
        results=[peer.to_tl() for peer in public],
        **view.entities([*own, *public]),
    )


@answers(fn.contacts.GetContactsRequest)
def get_contacts(caller: Caller, _request: Any) -> Any:
    people = caller.world.population.people
    account = caller.account
    own = [peer for peer in account.dialogs if peer.kind == "user" and account.knows(people[peer.id])]
    added = (Peer("user", person) for person in sorted(account.contacts))
    own += [peer for peer in added if peer not in account.dialogs]
    return t.contacts.Contacts(
        contacts=[t.Contact(peer.id, mutual=True) for peer in own],
        saved_count=0,
        users=[caller.view.user(people[peer.id]) for peer in own],
    )


def _words(caller: Caller, peer: Peer) -> str:
    """What a search looks at."""
    population = caller.world.population
    username = None
    if peer.kind == "user":
        username = population.people[peer.id].username
    elif peer.kind == "channel":
        username = population.channels[peer.id].username
    return f"{population.title(peer)} {username or ''}".lower()


def _visible(caller: Caller, peer: Peer) -> bool:
    """Usernames are public, but the people that the generator made up for one account exist for it alone."""
    if peer.kind != "user" or peer in caller.account.dialogs:
        return True
    person = caller.world.population.people[peer.id]
    return person.phone is not None or person in caller.world.catalogue.cast
