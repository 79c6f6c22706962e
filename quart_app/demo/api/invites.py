"""messages.exportChatInvite, checkChatInvite and importChatInvite."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.api.messages_dialogs import unix
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.invites import Invite
from quart_app.demo.methods import answers
from quart_app.demo.rights import need_right


@answers(fn.messages.ExportChatInviteRequest)
def export_chat_invite(caller: Caller, request: Any) -> Any:
    peer, account, invites = caller.readable(request.peer), caller.account, caller.world.invites
    if peer.kind == "user":
        raise RpcError(400, "PEER_ID_INVALID")
    if peer.kind == "channel":
        need_right(caller.world.population.channels[peer.id], account.id, "invite_users")
    elif account.dialogs[peer].membership != "member":
        raise RpcError(400, "CHAT_ADMIN_REQUIRED")
    limited = request.expire_date or request.usage_limit or request.request_needed
    if limited and unix(request.expire_date) and unix(request.expire_date) < caller.world.clock():
        raise RpcError(400, "EXPIRE_DATE_INVALID")
    if not limited:
        return _exported(invites.permanent(peer, account.id))
    return _exported(
        invites.add(
            peer,
            account.id,
            expires_at=unix(request.expire_date),
            most=request.usage_limit or 0,
            request_needed=bool(request.request_needed),
        )
    )


def _exported(invite: Invite) -> Any:
    return t.ChatInviteExported(
        link=f"https://t.me/+{invite.hash}",
        admin_id=invite.by,
        date=invite.date,
        permanent=invite.permanent,
        expire_date=invite.expires_at or None,
        usage_limit=invite.most or None,
        usage=invite.uses or None,
        request_needed=invite.request_needed,
    )


@answers(fn.messages.CheckChatInviteRequest)
def check_chat_invite(caller: Caller, request: Any) -> Any:
    invite, population = caller.world.invites.find(request.hash), caller.world.population
    dialog = caller.account.dialogs.get(invite.peer)
    if dialog is not None and dialog.membership == "member":
        return t.ChatInviteAlready(caller.view.entities([invite.peer])["chats"][0])
    if invite.peer.kind == "group":
        group = population.groups[invite.peer.id]
        return t.ChatInvite(group.title, t.PhotoEmpty(0), len(group.members), 0)
    channel = population.channels[invite.peer.id]
    return t.ChatInvite(
        channel.title,
        t.PhotoEmpty(0),
        channel.member_count,
        0,
        channel=True,
        broadcast=channel.broadcast,
        megagroup=not channel.broadcast,
        public=channel.username is not None,
        about=channel.about or None,
        request_needed=invite.request_needed,
        verified=channel.verified,
    )


@answers(fn.messages.ImportChatInviteRequest)
def import_chat_invite(caller: Caller, request: Any) -> Any:
    invite, world, account = caller.world.invites.find(request.hash), caller.world, caller.account
    dialog = account.dialogs.get(invite.peer)
    if dialog is not None and dialog.membership == "member":
        raise RpcError(400, "USER_ALREADY_PARTICIPANT")
    if dialog is not None and dialog.membership == "forbidden":
        raise RpcError(400, "INVITE_HASH_EXPIRED")
    if invite.request_needed:
        world.join_requests.ask(invite.peer, account.id, invite.hash)
        raise RpcError(400, "INVITE_REQUEST_SENT")
    world.invites.use(invite, account.id)
    action = t.MessageActionChatJoinedByLink(invite.by)
    if invite.peer.kind == "group":
        group = world.population.groups[invite.peer.id]
        return _let_in(world.membership.add_to_group(group, account.id, account, action, skip=caller.key))
    channel = world.population.channels[invite.peer.id]
    return _let_in(world.membership.join(account, channel, action, skip=caller.key))


def _let_in(updates: Any) -> Any:
    return t.messages.ChatInviteJoinResultOk(updates)
