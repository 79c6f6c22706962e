"""Reading, searching and sending messages."""

from __future__ import annotations

from typing import Any

import pytest
from telethon import errors
from telethon import functions as fn
from telethon import types as t

from quart_app.demo import DemoDataCentre, Peer


async def test_channel_history_in_pages(log_in: Any) -> None:
    client = await log_in()
    channel = await client.get_input_entity("scontierrati")
    numbers = [message.id async for message in client.iter_messages(channel, wait_time=0)]
    assert numbers == list(range(400, 0, -1))
    backwards = [message.id async for message in client.iter_messages(channel, reverse=True, limit=150)]
    assert backwards == list(range(1, 151))
    assert (await client.get_messages(channel, limit=0)).total == 400


async def test_private_history_is_in_order(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    account = demo.world.account(7_000_020_001)
    longest = max(
        (dialog for dialog in account.dialogs.values() if dialog.peer.kind == "user"),
        key=lambda dialog: len(dialog.history),
    )
    await client.get_dialogs()
    messages = await client.get_messages(longest.peer.to_tl(), limit=None, wait_time=0)
    assert len(messages) == len(longest.history) > 20
    assert [message.id for message in messages] == sorted((m.id for m in messages), reverse=True)
    assert [message.date for message in messages] == sorted((m.date for m in messages), reverse=True)


async def test_history_from_a_date(log_in: Any) -> None:
    client = await log_in()
    channel = await client.get_input_entity("scontierrati")
    middle = (await client.get_messages(channel, ids=200)).date
    assert (await client.get_messages(channel, limit=1, offset_date=middle))[0].id == 199


async def test_messages_by_id(log_in: Any) -> None:
    client = await log_in()
    channel = await client.get_input_entity("scontierrati")
    found = await client.get_messages(channel, ids=[5, 7, 99_999])
    assert [message and message.id for message in found] == [5, 7, None]
    own = await client.get_messages("me", limit=1)
    assert (await client.get_messages("me", ids=own[0].id)).text == own[0].text


async def test_search_in_a_chat(log_in: Any) -> None:
    client = await log_in()
    channel = await client.get_input_entity("scontierrati")
    hits = [
        message.id async for message in client.iter_messages(channel, search="errore di prezzo", wait_time=0)
    ]
    everything = [
        message.id
        async for message in client.iter_messages(channel, wait_time=0)
        if "errore di prezzo" in (message.text or "").lower()
    ]
    assert hits == everything
    assert len(hits) > 50


async def test_sending_reaches_the_other_account(log_in: Any) -> None:
    first, second = await log_in("20001"), await log_in("20003")
    sent = await first.send_message("demo_20003", "ciao")
    assert sent.out
    latest = (await second.get_messages("demo_20001", limit=1))[0]
    assert (latest.text, latest.out, latest.id != sent.id) == ("ciao", False, True)


async def test_one_message_for_each_random_id(log_in: Any) -> None:
    client = await log_in()
    request = fn.messages.SendMessageRequest(t.InputPeerSelf(), "once", random_id=42)
    first, second = await client(request), await client(request)
    assert first.updates[0].id == second.updates[0].id
    assert [message.text for message in await client.get_messages("me", limit=2)].count("once") == 1


async def test_where_writing_is_not_allowed(log_in: Any) -> None:
    client = await log_in()
    with pytest.raises(errors.ChatWriteForbiddenError):
        await client.send_message("scontierrati", "no")
    stranger = (await client(fn.contacts.SearchRequest("club", 50))).results
    groups = [await client.get_entity(peer) for peer in stranger]
    outside = next(group for group in groups if getattr(group, "megagroup", False))
    with pytest.raises(errors.ChatWriteForbiddenError):
        await client.send_message(outside, "no")
    with pytest.raises(errors.MessageTooLongError):
        await client(fn.messages.SendMessageRequest(t.InputPeerSelf(), "x" * 4097))


async def test_posting_into_a_basic_group(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    account = demo.world.account(7_000_020_001)
    group = next(
        dialog.peer
        for dialog in account.dialogs.values()
        if dialog.peer.kind == "group"
        and dialog.membership == "member"
        and not demo.world.population.groups[dialog.peer.id].migrated_to
    )
    await client.get_dialogs()
    await client.send_message(t.PeerChat(group.id), "to all")
    assert (await client.get_messages(t.PeerChat(group.id), limit=1))[0].text == "to all"
    with pytest.raises(ValueError, match="account"):
        demo.world.post(Peer("group", group.id), "to nobody")
