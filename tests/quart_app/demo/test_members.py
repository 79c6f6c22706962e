"""Who is in a channel or group; being invited, restricted, thrown out, made an admin."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telethon import errors, events
from telethon import functions as fn
from telethon import types as t

from quart_app.demo import DemoDataCentre
from quart_app.demo.chats import Channel, Group

OWN, OTHER = 7_000_020_001, 7_000_020_003


def diary(demo: DemoDataCentre) -> Channel:
    """The first account's own channel."""
    account = demo.world.account(OWN)
    return next(row for row in demo.world.population.channels.values() if row.creator == account.id)


def supergroup(demo: DemoDataCentre) -> Channel:
    """A private supergroup that now belongs to the first account."""
    account, channels = demo.world.account(OWN), demo.world.population.channels
    dialogs = (
        row for row in account.listed(None) if row.peer.kind == "channel" and row.membership == "member"
    )
    found = (channels[dialog.peer.id] for dialog in dialogs)
    chosen = next(row for row in found if not row.broadcast and row.username is None)
    chosen.creator = account.id
    return chosen


def group(demo: DemoDataCentre) -> Group:
    account, groups = demo.world.account(OWN), demo.world.population.groups
    dialogs = (row for row in account.listed(None) if row.peer.kind == "group" and row.membership == "member")
    return next(row for dialog in dialogs if not (row := groups[dialog.peer.id]).migrated_to)


async def test_members_of_a_public_supergroup(log_in: Any) -> None:
    client, _ = await log_in("20001"), await log_in("20003")
    everyone = await client.get_participants("piazzademo")
    assert {OWN, OTHER} <= {user.id for user in everyone}
    admins = await client.get_participants("piazzademo", filter=t.ChannelParticipantsAdmins())
    assert isinstance(admins[0].participant, t.ChannelParticipantCreator)
    assert isinstance(admins[1].participant, t.ChannelParticipantAdmin)
    named = await client.get_participants("piazzademo", search="20003")
    assert [user.id for user in named] == [OTHER]
    own = await client(fn.channels.GetParticipantRequest("piazzademo", "me"))
    assert isinstance(own.participant, t.ChannelParticipantSelf)
    for hidden in (t.ChannelParticipantsKicked(""), t.ChannelParticipantsBanned("")):
        with pytest.raises(errors.ChatAdminRequiredError):
            await client(fn.channels.GetParticipantsRequest("piazzademo", hidden, 0, 10, 0))
    with pytest.raises(errors.ChatAdminRequiredError):
        await client(
            fn.channels.GetParticipantsRequest("scontierrati", t.ChannelParticipantsRecent(), 0, 10, 0)
        )


async def test_invited_restricted_thrown_out_and_back(demo: DemoDataCentre, log_in: Any) -> None:
    client, other = await log_in("20001"), await log_in("20003")
    await client.get_dialogs()
    chosen = supergroup(demo)
    peer = await client.get_input_entity(chosen.peer.to_tl())
    guest = await client.get_input_entity("demo_20003")
    heard: asyncio.Queue[Any] = asyncio.Queue()
    other.add_event_handler(heard.put, events.Raw(t.UpdateChannel))
    members = chosen.member_count
    await client(fn.channels.InviteToChannelRequest(peer, [guest]))
    assert (await asyncio.wait_for(heard.get(), 5)).channel_id == chosen.id
    assert chosen.member_count == members + 1
    there = next(row for row in await other.get_dialogs() if row.entity.id == chosen.id).input_entity
    assert (await other.send_message(there, "thanks")).out
    with pytest.raises(errors.UserAlreadyParticipantError):
        await client(fn.channels.InviteToChannelRequest(peer, [guest]))
    with pytest.raises(errors.ChatAdminRequiredError):
        await other.edit_permissions(there, "me", send_messages=False)
    await client.edit_permissions(peer, guest, send_messages=False)
    with pytest.raises(errors.UserBannedInChannelError):
        await other.send_message(there, "hello?")
    restricted = await client.get_participants(peer, filter=t.ChannelParticipantsBanned(""))
    assert [user.id for user in restricted] == [OTHER]
    await client.edit_permissions(peer, guest, view_messages=False)
    with pytest.raises(errors.ChannelPrivateError):
        await other.get_messages(there, limit=1)
    kicked = await client.get_participants(peer, filter=t.ChannelParticipantsKicked(""))
    assert isinstance(kicked[0].participant, t.ChannelParticipantBanned)
    with pytest.raises(errors.UserKickedError):
        await client(fn.channels.InviteToChannelRequest(peer, [guest]))
    await client.edit_permissions(peer, guest)
    await client(fn.channels.InviteToChannelRequest(peer, [guest]))
    assert (await other.send_message(there, "back")).out


async def test_admins(demo: DemoDataCentre, clock: Any, log_in: Any) -> None:
    client, other = await log_in("20001"), await log_in("20003")
    await client.get_dialogs()
    channel = await client.get_input_entity(diary(demo).peer.to_tl())
    guest = await client.get_input_entity("demo_20003")
    assert (await client.send_message(channel, "for nobody")).post
    await client(fn.channels.InviteToChannelRequest(channel, [guest]))
    there = next(row for row in await other.get_dialogs() if row.entity.id == channel.channel_id).input_entity
    with pytest.raises(errors.ChatWriteForbiddenError):
        await other.send_message(there, "no")
    await client.edit_admin(channel, guest, post_messages=True, add_admins=True, title="Aiuto")
    assert (await other.send_message(there, "yes")).post
    rights = (await client(fn.channels.GetParticipantRequest(channel, guest))).participant
    assert (rights.rank, rights.admin_rights.post_messages, rights.admin_rights.ban_users) == (
        "Aiuto",
        True,
        False,
    )
    owner = await other.get_input_entity("demo_20001")
    clock.ahead += 86_400  # new admins wait a day
    with pytest.raises(errors.UserCreatorError):
        await other(fn.channels.EditAdminRequest(there, owner, t.ChatAdminRights()))
    with pytest.raises(errors.RightForbiddenError):
        await other(fn.channels.EditAdminRequest(there, "me", t.ChatAdminRights(ban_users=True)))
    await client.edit_admin(channel, guest, is_admin=False)
    with pytest.raises(errors.ChatWriteForbiddenError):
        await other.send_message(there, "no more")


async def test_a_basic_group_gains_and_loses_members(demo: DemoDataCentre, log_in: Any) -> None:
    client, other = await log_in("20001"), await log_in("20003")
    await client.get_dialogs()
    chosen = group(demo)
    heard: asyncio.Queue[Any] = asyncio.Queue()
    other.add_event_handler(heard.put, events.Raw(t.UpdateNewMessage))
    guest = await client.get_input_entity("demo_20003")
    await client(fn.messages.AddChatUserRequest(chosen.id, guest, 0))
    service = (await asyncio.wait_for(heard.get(), 5)).message
    assert (service.peer_id.chat_id, service.action.users) == (chosen.id, [OTHER])
    await other.send_message(t.PeerChat(chosen.id), "ciao a tutti")
    assert (await client.get_messages(t.PeerChat(chosen.id), limit=1))[0].raw_text == "ciao a tutti"
    with pytest.raises(errors.ChatAdminRequiredError):
        await other(fn.messages.DeleteChatUserRequest(chosen.id, await other.get_input_entity("demo_20001")))
    await client(fn.messages.DeleteChatUserRequest(chosen.id, guest))
    with pytest.raises(errors.ForbiddenError):
        await other.send_message(t.PeerChat(chosen.id), "?")
    with pytest.raises(errors.UserNotParticipantError):
        await client(fn.messages.DeleteChatUserRequest(chosen.id, guest))
    await client(fn.messages.DeleteChatUserRequest(chosen.id, t.InputUserSelf()))
    with pytest.raises(errors.ChatWriteForbiddenError):
        await client.send_message(t.PeerChat(chosen.id), "?")
    assert OWN not in chosen.members


async def test_invite_links(demo: DemoDataCentre, clock: Any, log_in: Any) -> None:
    client, other = await log_in("20001"), await log_in("20003")
    await client.get_dialogs()
    channel = await client.get_input_entity(diary(demo).peer.to_tl())
    link = (await client(fn.messages.ExportChatInviteRequest(channel, usage_limit=1))).link
    token = link.rpartition("+")[2]
    seen = await other(fn.messages.CheckChatInviteRequest(token))
    assert (seen.title, seen.broadcast) == (diary(demo).title, True)
    joined = await other(fn.messages.ImportChatInviteRequest(token))
    assert joined.updates.chats[0].id == channel.channel_id
    assert await other.get_messages(joined.updates.chats[0], limit=1)
    with pytest.raises(errors.InviteHashExpiredError):
        await other(fn.messages.CheckChatInviteRequest(token))
    with pytest.raises(errors.InviteHashEmptyError):
        await other(fn.messages.CheckChatInviteRequest(""))
    again = demo.world.invites.permanent(diary(demo).peer)
    assert isinstance(await other(fn.messages.CheckChatInviteRequest(again.hash)), t.ChatInviteAlready)
    with pytest.raises(errors.UserAlreadyParticipantError):
        await other(fn.messages.ImportChatInviteRequest(again.hash))
    with pytest.raises(errors.ChatAdminRequiredError):
        await other(fn.messages.ExportChatInviteRequest("scontierrati"))
