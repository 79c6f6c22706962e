"""Who asked to join, and who came by a link: getChatInviteImporters, hideChatJoinRequest, hideAllChatJoinRequests."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.api.messages_dialogs import unix
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer

_PAGE = 100


@answers(fn.messages.GetChatInviteImportersRequest)
def get_chat_invite_importers(caller: Caller, request: Any) -> Any:
    """With ``requested`` those who wait, else those who came by the link; the latest first."""
    peer = _chat(caller, request.peer)
    if request.link and request.q:
        raise RpcError(400, "SEARCH_WITH_LINK_NOT_SUPPORTED")
    link = caller.world.invites.find(_hash(request.link)).hash if request.link else None
    if request.requested:
        pending = caller.world.join_requests.pending(peer, link)
        rows = [(row.date, row.person) for row in pending]
    else:
        rows = caller.world.invites.joined(peer, link)
    words, people = (request.q or "").lower(), caller.world.population.people
    rows = [row for row in rows if words in people[row[1]].name.lower()]
    behind = (unix(request.offset_date), getattr(request.offset_user, "user_id", 0))
    left = [row for row in rows if not behind[0] or row < behind]
    page = left[: min(max(request.limit, 1), _PAGE)]
    users = [Peer("user", person) for _, person in page]
    return t.messages.ChatInviteImporters(
        count=len(rows),
        importers=[
            t.ChatInviteImporter(
                person, date, requested=bool(request.requested), about=people[person].about or None
            )
            for date, person in page
        ],
        users=caller.view.entities(users)["users"],
    )


@answers(fn.messages.HideChatJoinRequestRequest)
def hide_chat_join_request(caller: Caller, request: Any) -> Any:
    peer, person = _chat(caller, request.peer), caller.peer(request.user_id)
    if person.kind != "user":
        raise RpcError(400, "USER_ID_INVALID")
    caller.world.join_requests.close(peer, person.id, bool(request.approved), caller.account, skip=caller.key)
    return _told(caller, peer)


@answers(fn.messages.HideAllChatJoinRequestsRequest)
def hide_all_chat_join_requests(caller: Caller, request: Any) -> Any:
    peer, requests = _chat(caller, request.peer), caller.world.join_requests
    link = caller.world.invites.find(_hash(request.link)).hash if request.link else None
    rows = requests.pending(peer, link)
    if not rows:
        raise RpcError(400, "HIDE_REQUESTER_MISSING")
    for row in reversed(rows):
        requests.close(peer, row.person, bool(request.approved), caller.account, skip=caller.key)
    return _told(caller, peer)


def _chat(caller: Caller, given: Any) -> Peer:
    """A chat whose requests the caller may decide on."""
    peer = caller.readable(given)
    if peer.kind == "user":
        raise RpcError(400, "PEER_ID_INVALID")
    if not caller.world.join_requests.may_decide(peer, caller.account.id):
        raise RpcError(400, "CHAT_ADMIN_REQUIRED")
    return peer


def _hash(link: str) -> str:
    return link.rpartition("/")[2].lstrip("+")


def _told(caller: Caller, peer: Peer) -> Any:
    update = caller.world.join_requests.update(peer)
    people = [Peer("user", person) for person in update.recent_requesters]
    now = int(caller.world.clock())
    return t.Updates([update], date=now, seq=0, **caller.view.entities([peer, *people]))
