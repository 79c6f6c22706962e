"""Supergroups: slow mode, asking to be let in, and groups that become one."""

from __future__ import annotations

from typing import Any

import pytest
from telethon import errors, events
from telethon import functions as fn
from telethon import types as t
from telethon.utils import get_input_channel

from quart_app.demo import DemoDataCentre, Peer


async def made(owner: Any, *, public: bool = False) -> Any:
    """A new supergroup of this client."""
    told = await owner(fn.channels.CreateChannelRequest("Prova", "", megagroup=True))
    return await owner.get_input_entity(t.PeerChannel(told.chats[0].id))


async def invited(owner: Any, guest: Any, channel: Any, **options: Any) -> Any:
    """Through a link; the channel as the guest names it."""
    link = (await owner(fn.messages.ExportChatInviteRequest(channel, **options))).link
    joined = await guest(fn.messages.ImportChatInviteRequest(link.rpartition("+")[2]))
    return get_input_channel(joined.updates.chats[0])


async def test_slow_mode(log_in: Any, clock: Any) -> None:
    owner, guest = await log_in("10001"), await log_in("10002")
    channel = await made(owner)
    theirs = await invited(owner, guest, channel)
    await owner(fn.channels.ToggleSlowModeRequest(channel, 60))
    with pytest.raises(errors.ChatNotModifiedError):
        await owner(fn.channels.ToggleSlowModeRequest(channel, 60))
    with pytest.raises(errors.SecondsInvalidError):
        await owner(fn.channels.ToggleSlowModeRequest(channel, 61))
    with pytest.raises(errors.ChatAdminRequiredError):
        await guest(fn.channels.ToggleSlowModeRequest(theirs, 0))
    await guest.send_message(theirs, "uno")
    with pytest.raises(errors.SlowModeWaitError) as caught:
        await guest.send_message(theirs, "due")
    assert 55 <= caught.value.seconds <= 60
    full = (await guest(fn.channels.GetFullChannelRequest(theirs))).full_chat
    assert full.slowmode_seconds == 60
    assert full.slowmode_next_send_date.timestamp() - clock() > 55
    for text in ("admins", "may go on"):
        await owner.send_message(channel, text)
    clock.ahead += 61
    await guest.send_message(theirs, "tre")
    saved = [(await guest.send_message("me", text)).id for text in ("a", "b")]
    clock.ahead += 61
    with pytest.raises(errors.SlowModeMultiMsgsDisabledError):
        await guest.forward_messages(theirs, saved, "me")


async def test_asking_to_be_let_in(demo: DemoDataCentre, log_in: Any) -> None:
    owner, guest, third = await log_in("10001"), await log_in("10002"), await log_in("10003")
    channel = await made(owner)
    heard: list[Any] = []
    owner.add_event_handler(heard.append, events.Raw(t.UpdatePendingJoinRequests))
    for each in (guest, third):
        with pytest.raises(errors.InviteRequestSentError):
            await invited(owner, each, channel, request_needed=True)
    asked = await owner(
        fn.messages.GetChatInviteImportersRequest(channel, None, t.InputUserEmpty(), 10, requested=True)
    )
    assert (asked.count, {row.requested for row in asked.importers}) == (2, {True})
    guest_id = (await guest.get_me()).id
    assert guest_id in [row.user_id for row in asked.importers]
    assert heard[-1].requests_pending == 2
    full = (await owner(fn.channels.GetFullChannelRequest(channel))).full_chat
    assert full.requests_pending == 2
    let_in = fn.messages.HideChatJoinRequestRequest(channel, guest_id, approved=True)
    told = await owner(let_in)
    assert told.updates[0].requests_pending == 1
    assert f"channel:{channel.channel_id}" in demo.instrument.state("+9996610002")["chats"]
    with pytest.raises(errors.HideRequesterMissingError):
        await owner(let_in)
    await owner(fn.messages.HideAllChatJoinRequestsRequest(channel, approved=False))
    assert f"channel:{channel.channel_id}" not in demo.instrument.state("+9996610003")["chats"]
    last = (await owner.get_messages(channel, limit=1))[0]
    assert isinstance(last.action, t.MessageActionChatJoinedByRequest)


async def test_people_of_the_world_ask_as_well(demo: DemoDataCentre, log_in: Any) -> None:
    owner, guest = await log_in("10001"), await log_in("10002")
    channel = await made(owner)
    person = demo.world.catalogue.cast[3].id
    demo.instrument.ask_to_join(Peer("channel", channel.channel_id), person)
    await owner(fn.messages.HideAllChatJoinRequestsRequest(channel, approved=True))
    members = await owner.get_participants(channel)
    assert person in [member.id for member in members]
    theirs = await invited(owner, guest, channel)
    with pytest.raises(errors.ChatAdminRequiredError):
        await guest(fn.messages.HideAllChatJoinRequestsRequest(theirs, approved=True))


async def test_a_group_becomes_a_supergroup(demo: DemoDataCentre, log_in: Any) -> None:
    owner, guest = await log_in("10001"), await log_in("10002")
    friend = await owner.get_input_entity((await guest.get_me()).username)
    group = (await owner(fn.messages.CreateChatRequest([friend], "Gita"))).updates.chats[0]
    await owner.send_message(t.PeerChat(group.id), "prima")
    with pytest.raises(errors.ChatAdminRequiredError):
        await guest(fn.messages.MigrateChatRequest(group.id))
    told = await owner(fn.messages.MigrateChatRequest(group.id))
    old, new = told.chats
    assert (old.deactivated, old.migrated_to.channel_id, new.megagroup) == (True, new.id, True)
    assert f"channel:{new.id}" in demo.instrument.state("+9996610002")["chats"]
    [last] = await owner.get_messages(t.PeerChat(group.id), limit=1)
    assert last.action.channel_id == new.id
    [first] = await owner.get_messages(new, limit=1)
    assert (first.action.title, first.action.chat_id) == ("Gita", group.id)
    full = (await owner(fn.channels.GetFullChannelRequest(new))).full_chat
    assert (full.migrated_from_chat_id, full.migrated_from_max_id) == (group.id, last.id)
    for act in (
        fn.messages.MigrateChatRequest(group.id),
        fn.messages.AddChatUserRequest(group.id, friend, 0),
    ):
        with pytest.raises(errors.ChatIdInvalidError):
            await owner(act)
    with pytest.raises(errors.ChatWriteForbiddenError):
        await owner.send_message(t.PeerChat(group.id), "dopo")


async def test_a_public_supergroup_that_asks_first(demo: DemoDataCentre, log_in: Any) -> None:
    owner, guest = await log_in("10001"), await log_in("10002")
    channel = await made(owner)
    with pytest.raises(errors.BadRequestError, match="CHAT_PUBLIC_REQUIRED"):
        await owner(fn.channels.ToggleJoinRequestRequest(channel, True))
    place = demo.world.population.channels[channel.channel_id]
    place.username = "prova_pubblica"
    demo.world.population.add_channel(place)
    await owner(fn.channels.ToggleJoinRequestRequest(channel, True))
    theirs = await guest.get_input_entity("prova_pubblica")
    with pytest.raises(errors.InviteRequestSentError):
        await guest(fn.channels.JoinChannelRequest(theirs))
    assert len(demo.world.join_requests.pending(place.peer)) == 1
