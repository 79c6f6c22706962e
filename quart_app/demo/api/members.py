"""channels.getParticipants, getParticipant, editBanned, editAdmin and inviteToChannel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.api.messages_dialogs import unix
from quart_app.demo.caller import Caller
from quart_app.demo.chats import Channel
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer
from quart_app.demo.rights import (
    ADMIN_RIGHTS,
    BANNED_RIGHTS,
    Restriction,
    admin_rights,
    is_admin,
    named,
    need_right,
    rights_of,
)

_PAGE, _LONGEST_RANK = 200, 16
_FRESH = 86_400
"""Seconds that a new admin can't make or unmake others."""


@answers(fn.channels.GetParticipantsRequest)
def get_participants(caller: Caller, request: Any) -> Any:
    """Of a broadcast channel, admins alone may ask; of the banned, in any channel."""
    channel = _channel(caller, request.channel)
    own, kind = caller.account.id, request.filter
    out = t.ChannelParticipantsKicked | t.ChannelParticipantsBanned
    if channel.broadcast and not is_admin(channel, own):
        raise RpcError(400, "CHAT_ADMIN_REQUIRED")
    if isinstance(kind, out):
        need_right(channel, own, "ban_users")
        banned = isinstance(kind, t.ChannelParticipantsKicked)
        people = [person for person, taken in channel.restricted.items() if taken.banned is banned]
    else:
        people = [
            person
            for person in caller.world.membership.roster(channel)
            if _wanted(caller, channel, kind)(person)
        ]
    words = getattr(kind, "q", "").lower()
    names = caller.world.population.people
    people = [person for person in people if words in _called(names[person])]
    everyone = isinstance(kind, t.ChannelParticipantsRecent)
    start = max(request.offset, 0)
    page = people[start : start + min(max(request.limit, 0), _PAGE)]
    return t.channels.ChannelParticipants(
        count=max(channel.member_count, len(people)) if everyone else len(people),
        participants=[participant(caller, channel, person) for person in page],
        **caller.view.entities([channel.peer, *(Peer("user", person) for person in page)]),
    )


def _wanted(caller: Caller, channel: Channel, kind: Any) -> Callable[[int], bool]:
    people = caller.world.population.people
    if isinstance(kind, t.ChannelParticipantsAdmins):
        return lambda person: is_admin(channel, person)
    if isinstance(kind, t.ChannelParticipantsBots):
        return lambda person: people[person].bot
    if isinstance(kind, t.ChannelParticipantsContacts):
        return lambda person: caller.account.knows(people[person])
    return lambda _person: True


def _called(person: Any) -> str:
    return f"{person.name} {person.username or ''}".lower()


def participant(caller: Caller, channel: Channel, person: int) -> Any:
    """What somebody is there."""
    date, own = channel.people.get(person, channel.date), person == caller.account.id
    restriction = channel.restricted.get(person)
    if restriction is not None:
        left = not caller.world.membership.is_member(channel, person)
        return t.ChannelParticipantBanned(
            t.PeerUser(person), restriction.by, restriction.date, restriction.to_tl(), left=left
        )
    if person == channel.creator:
        rank = channel.ranks.get(person)
        return t.ChannelParticipantCreator(person, admin_rights(ADMIN_RIGHTS), rank=rank)
    if person in channel.admins:
        rights = rights_of(channel, caller.account.id)
        return t.ChannelParticipantAdmin(
            person,
            channel.creator or person,
            date,
            admin_rights(channel.admins[person]),
            can_edit="add_admins" in rights and not own,
            is_self=own,
            inviter_id=channel.creator if own else None,
            rank=channel.ranks.get(person),
        )
    if own:
        return t.ChannelParticipantSelf(person, channel.creator or person, date)
    return t.ChannelParticipant(person, date)


@answers(fn.channels.GetParticipantRequest)
def get_participant(caller: Caller, request: Any) -> Any:
    channel, person = _channel(caller, request.channel), _person(caller, request.participant)
    own = caller.account.id
    if channel.broadcast and person != own and not is_admin(channel, own):
        raise RpcError(400, "CHAT_ADMIN_REQUIRED")
    if not caller.world.membership.is_member(channel, person) and person not in channel.restricted:
        raise RpcError(400, "USER_NOT_PARTICIPANT")
    entities = caller.view.entities([channel.peer, Peer("user", person)])
    return t.channels.ChannelParticipant(participant(caller, channel, person), **entities)


@answers(fn.channels.EditBannedRequest)
def edit_banned(caller: Caller, request: Any) -> Any:
    """No rights taken means that the restriction ends."""
    channel, person = _channel(caller, request.channel), _person(caller, request.participant)
    account, world = caller.account, caller.world
    need_right(channel, account.id, "ban_users")
    if person == account.id or person == channel.creator:
        raise RpcError(400, "USER_ADMIN_INVALID")
    if is_admin(channel, person) and account.id != channel.creator:
        raise RpcError(400, "USER_ADMIN_INVALID")
    taken = named(request.banned_rights, BANNED_RIGHTS)
    if channel.broadcast and taken and "view_messages" not in taken:
        raise RpcError(400, "BANNED_RIGHTS_INVALID")
    now = int(world.clock())
    restriction = (
        Restriction(taken, unix(request.banned_rights.until_date), account.id, now) if taken else None
    )
    world.membership.restrict(channel, person, restriction, account, skip=caller.key)
    return _changed(caller, channel, person)


@answers(fn.channels.EditAdminRequest)
def edit_admin(caller: Caller, request: Any) -> Any:
    channel, person = _channel(caller, request.channel), _person(caller, request.user_id)
    account, world = caller.account, caller.world
    own = rights_of(channel, account.id)
    need_right(channel, account.id, "add_admins")
    if world.clock() - channel.elected.get(account.id, 0) < _FRESH:
        raise RpcError(400, "FRESH_CHANGE_ADMINS_FORBIDDEN")
    if person == channel.creator:
        raise RpcError(400, "USER_CREATOR")
    if world.population.people[person].deleted:
        raise RpcError(400, "INPUT_USER_DEACTIVATED")
    if len(request.rank or "") > _LONGEST_RANK:
        raise RpcError(400, "ADMIN_RANK_INVALID")
    given = named(request.admin_rights, ADMIN_RIGHTS)
    if not given <= own or not channel.admins.get(person, frozenset()) <= own:
        raise RpcError(403, "RIGHT_FORBIDDEN")
    if given:
        _bring_in(caller, channel, person)
        if person not in channel.admins:
            channel.elected[person] = world.clock()
        channel.admins[person] = given
        channel.ranks[person] = request.rank or ""
    else:
        channel.admins.pop(person, None)
        channel.ranks.pop(person, None)
    world.membership.tell_all(channel, skip=caller.key)
    return _changed(caller, channel, person)


def _bring_in(caller: Caller, channel: Channel, person: int) -> None:
    """Whoever is made an admin becomes a member first, if the one who does it may let people in."""
    membership = caller.world.membership
    if membership.is_member(channel, person) and person not in channel.restricted:
        return
    if "invite_users" not in rights_of(channel, caller.account.id) or person in channel.restricted:
        raise RpcError(403, "CHAT_ADMIN_INVITE_REQUIRED")
    membership.add_person(channel, person, caller.account, skip=caller.key)


@answers(fn.channels.InviteToChannelRequest)
def invite_to_channel(caller: Caller, request: Any) -> Any:
    channel, account, world = _channel(caller, request.channel), caller.account, caller.world
    if channel.broadcast or "invite_users" in channel.muted_by_default:
        need_right(channel, account.id, "invite_users")
    people = [_person(caller, given) for given in request.users]
    for person in people:
        if world.population.people[person].deleted:
            raise RpcError(400, "INPUT_USER_DEACTIVATED")
        if person in channel.restricted and channel.restricted[person].banned:
            raise RpcError(400, "USER_KICKED")
        if world.membership.is_member(channel, person):
            raise RpcError(400, "USER_ALREADY_PARTICIPANT")
    for person in people:
        world.membership.add_person(channel, person, account, skip=caller.key)
    return t.messages.InvitedUsers(_changed(caller, channel, *people), missing_invitees=[])


def _channel(caller: Caller, given: Any) -> Channel:
    """One that the caller may look into."""
    channel = caller.world.population.channels[caller.channel(given).id]
    dialog = caller.account.dialogs.get(channel.peer)
    if dialog is None and channel.username is None:
        raise RpcError(406, "CHANNEL_PRIVATE")
    return channel


def _person(caller: Caller, given: Any) -> int:
    peer = caller.peer(given)
    if peer.kind != "user":
        raise RpcError(400, "PARTICIPANT_ID_INVALID")
    return peer.id


def _changed(caller: Caller, channel: Channel, *people: int) -> Any:
    return t.Updates(
        [t.UpdateChannel(channel.id)],
        date=int(caller.world.clock()),
        seq=0,
        **caller.view.entities([channel.peer, *(Peer("user", person) for person in people)]),
    )
