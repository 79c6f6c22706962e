"""Finding chats and looking at them."""

from __future__ import annotations

from typing import Any

import pytest
from telethon import errors
from telethon import functions as fn
from telethon import types as t

from quart_app.demo import DemoDataCentre


async def entity(client: Any, kind: type, **having: Any) -> Any:
    """An entity of the client's dialogs, of this class, with these attributes."""
    async for dialog in client.iter_dialogs():
        found = dialog.entity
        if isinstance(found, kind) and all(getattr(found, key) == value for key, value in having.items()):
            return found
    raise AssertionError(f"no {kind} with {having}")


async def test_known_username(log_in: Any) -> None:
    client = await log_in()
    found = await client(fn.contacts.ResolveUsernameRequest("ScontiErrati"))
    assert found.chats[0].title == "Sconti & Errori di Prezzo ⚡️"
    assert found.peer.channel_id == found.chats[0].id
    assert (await client.get_entity("@piazzademo")).megagroup


async def test_unknown_usernames(log_in: Any) -> None:
    client = await log_in()
    with pytest.raises(errors.UsernameNotOccupiedError):
        await client(fn.contacts.ResolveUsernameRequest("nobody_here"))
    for impossible in ("1nobody", "no body", "ab", "x" * 33):
        with pytest.raises(errors.UsernameInvalidError):
            await client(fn.contacts.ResolveUsernameRequest(impossible))


async def test_other_demo_account_by_username(log_in: Any) -> None:
    client, _ = await log_in("20001"), await log_in("20003")
    other = await client.get_entity("demo_20003")
    assert (other.first_name, other.phone, other.is_self) == ("Demo", None, False)


async def test_full_channel(log_in: Any) -> None:
    client = await log_in()
    channel = await client.get_entity("scontierrati")
    full = (await client(fn.channels.GetFullChannelRequest(channel))).full_chat
    assert (full.id, full.participants_count) == (channel.id, 48_213)
    assert full.about.startswith("Gli errori di prezzo")


async def test_full_group(log_in: Any) -> None:
    client = await log_in()
    group = await entity(client, t.Chat, deactivated=False)
    answer = await client(fn.messages.GetFullChatRequest(group.id))
    members = answer.full_chat.participants.participants
    assert len(members) == group.participants_count == len(answer.users)
    assert isinstance(members[0], t.ChatParticipantCreator)
    again = await client(fn.messages.GetChatsRequest([group.id]))
    assert again.chats[0].title == group.title


async def test_full_user(log_in: Any) -> None:
    client = await log_in()
    bot = await entity(client, t.User, bot=True)
    full = await client(fn.users.GetFullUserRequest(bot))
    assert (full.full_user.id, full.full_user.about) == (bot.id, "/start")
    assert full.full_user.bot_info.user_id == bot.id
    assert (await client(fn.users.GetFullUserRequest("me"))).users[0].is_self


async def test_where_the_account_was_thrown_out(log_in: Any) -> None:
    client = await log_in()
    channel = await entity(client, t.ChannelForbidden)
    with pytest.raises(errors.ChannelPrivateError):
        await client(fn.channels.GetFullChannelRequest(t.InputChannel(channel.id, channel.access_hash)))
    with pytest.raises(errors.ChannelPrivateError):
        await client.get_messages(t.InputPeerChannel(channel.id, channel.access_hash), limit=1)
    group = await entity(client, t.ChatForbidden)
    with pytest.raises(errors.ForbiddenError):
        await client(fn.messages.GetFullChatRequest(group.id))


async def test_search_by_name(log_in: Any) -> None:
    client = await log_in()
    found = await client(fn.contacts.SearchRequest("offerte", 50))
    assert len(found.my_results) >= 3
    titles = [chat.title.lower() for chat in found.chats]
    assert all("offerte" in title for title in titles)
    elsewhere = await client(fn.contacts.SearchRequest("italia", 50))
    assert elsewhere.results
    assert all(peer not in elsewhere.my_results for peer in elsewhere.results)
    with pytest.raises(errors.QueryTooShortError):
        await client(fn.contacts.SearchRequest("of", 50))


async def test_access_hash_of_another_account_is_useless(log_in: Any) -> None:
    first, second = await log_in("20001"), await log_in("20003")
    channel = await first.get_input_entity("scontierrati")
    assert await first(fn.channels.GetFullChannelRequest(channel))
    with pytest.raises(errors.ChannelInvalidError):
        await second(fn.channels.GetFullChannelRequest(channel))
    person = await first.get_input_entity(
        await entity(first, t.User, bot=False, deleted=False, is_self=False)
    )
    with pytest.raises(errors.UserIdInvalidError):
        await second(fn.users.GetFullUserRequest(t.InputUser(person.user_id, person.access_hash)))
    empty = await second(fn.users.GetUsersRequest([t.InputUser(person.user_id, person.access_hash)]))
    assert isinstance(empty[0], t.UserEmpty)


async def test_another_accounts_basic_group_is_out_of_reach(log_in: Any) -> None:
    first, second = await log_in("20001"), await log_in("20003")
    group = await entity(first, t.Chat, deactivated=False)
    with pytest.raises(errors.ChatIdInvalidError):
        await second(fn.messages.GetFullChatRequest(group.id))


async def test_get_channels_and_contacts(log_in: Any) -> None:
    client = await log_in()
    channel = await client.get_input_entity("scontierrati")
    answer = await client(fn.channels.GetChannelsRequest([channel]))
    assert [chat.username for chat in answer.chats] == ["scontierrati"]
    contacts = await client(fn.contacts.GetContactsRequest(0))
    assert contacts.users
    assert all(user.contact for user in contacts.users)


async def test_join_and_leave(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    found = await client(fn.contacts.SearchRequest("italia", 50))
    stranger = next(peer for peer in found.results if isinstance(peer, t.PeerChannel))
    await client(fn.channels.JoinChannelRequest(stranger))
    assert len(await client.get_dialogs()) == 61
    with pytest.raises(errors.UserAlreadyParticipantError):
        await client(fn.channels.JoinChannelRequest(stranger))
    await client(fn.channels.LeaveChannelRequest(stranger))
    assert len(await client.get_dialogs()) == 60
    with pytest.raises(errors.UserNotParticipantError):
        await client(fn.channels.LeaveChannelRequest(stranger))
    account, channels = demo.world.account(7_000_020_001), demo.world.population.channels
    private = next(
        dialog.peer
        for dialog in account.listed(None)
        if dialog.peer.kind == "channel"
        and dialog.membership == "member"
        and channels[dialog.peer.id].username is None
        and channels[dialog.peer.id].creator != account.id
    )
    await client(fn.channels.LeaveChannelRequest(t.PeerChannel(private.id)))
    with pytest.raises(errors.ChannelPrivateError):
        await client(fn.channels.GetFullChannelRequest(t.PeerChannel(private.id)))
    diary = next(channel for channel in channels.values() if channel.title == account.marker)
    with pytest.raises(errors.UserCreatorError):
        await client(fn.channels.LeaveChannelRequest(t.PeerChannel(diary.id)))
