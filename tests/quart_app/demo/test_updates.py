"""What is pushed, and what is made up for after an absence."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telethon import events, utils
from telethon import functions as fn
from telethon import types as t
from telethon.sessions import StringSession

from quart_app.demo import DemoDataCentre, Peer
from quart_app.demo.account import ARCHIVE, MAIN, Account

Queue = asyncio.Queue[Any]


def listen(client: Any, what: Any) -> Queue:
    queue: Queue = asyncio.Queue()
    client.add_event_handler(queue.put, what)
    return queue


async def soon(queue: Queue) -> Any:
    return await asyncio.wait_for(queue.get(), 5)


async def raw_update(queue: Queue, kind: type) -> Any:
    while True:
        update = await soon(queue)
        if isinstance(update, kind):
            return update


def account_of(demo: DemoDataCentre) -> Account:
    return demo.world.account(7_000_020_001)


def private_peer(demo: DemoDataCentre, folder: int = MAIN) -> Peer:
    account = account_of(demo)
    return next(
        dialog.peer
        for dialog in account.listed(folder)
        if dialog.peer.kind == "user" and dialog.peer.id not in (account.id, 777_000)
    )


async def test_post_of_a_channel_is_pushed(demo: DemoDataCentre, log_in: Any) -> None:
    queue = listen(await log_in(), events.NewMessage())
    message = demo.world.post("scontierrati", "now")
    event = await soon(queue)
    assert (event.raw_text, event.message.id, event.chat.username) == ("now", message.id, "scontierrati")


async def test_post_reaches_every_member_once(demo: DemoDataCentre, log_in: Any) -> None:
    queues = [listen(await log_in(tail), events.NewMessage()) for tail in ("20001", "20003", "10001")]
    demo.world.post("piazzademo", "hello all")
    assert [(await soon(queue)).raw_text for queue in queues] == ["hello all"] * 3
    await asyncio.sleep(0.1)
    assert all(queue.empty() for queue in queues)


async def test_private_message_is_pushed_and_counted(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    peer = private_peer(demo)
    before = account_of(demo).dialogs[peer].unread_count
    queue = listen(client, events.NewMessage(incoming=True))
    demo.world.post(peer, "psst", to=7_000_020_001)
    event = await soon(queue)
    assert (event.raw_text, event.sender_id, event.is_private) == ("psst", peer.id, True)
    top = (await client(fn.messages.GetPeerDialogsRequest([event.input_chat]))).dialogs[0]
    assert (top.unread_count, top.top_message) == (before + 1, event.message.id)


async def test_own_message_is_pushed_to_other_devices_only(log_in: Any) -> None:
    first, second = await log_in(), await log_in()
    here, there = listen(first, events.NewMessage()), listen(second, events.NewMessage())
    await first.send_message("me", "note")
    assert (await soon(there)).raw_text == "note"
    await asyncio.sleep(0.1)
    assert here.empty()


async def test_changes_on_another_device_are_pushed(demo: DemoDataCentre, log_in: Any) -> None:
    queue = listen(await log_in(), events.Raw())
    account, changes = account_of(demo), demo.world.changes
    peer = private_peer(demo)
    demo.world.post(peer, "one more", to=account.id)
    changes.read(account, peer)
    read = await raw_update(queue, t.UpdateReadHistoryInbox)
    assert (utils.get_peer_id(read.peer), read.still_unread_count) == (peer.id, 0)
    changes.mark_unread(account, peer, True)
    assert (await raw_update(queue, t.UpdateDialogUnreadMark)).unread
    changes.mute(account, peer, 2_147_483_647)
    assert (await raw_update(queue, t.UpdateNotifySettings)).notify_settings.mute_until.year == 2038
    changes.move(account, peer, ARCHIVE)
    assert (await raw_update(queue, t.UpdateFolderPeers)).folder_peers[0].folder_id == 1
    changes.pin(account, peer, True)
    assert (await raw_update(queue, t.UpdateDialogPinned)).pinned
    channel = Peer("channel", demo.world.population.usernames["scontierrati"].id)
    changes.read(account, channel)
    assert (await raw_update(queue, t.UpdateReadChannelInbox)).still_unread_count == 0


async def test_a_message_brings_a_chat_out_of_the_archive_unless_it_is_muted(demo: DemoDataCentre) -> None:
    account = demo.world.account(demo.world.account_for("9996620001").id)
    peer = private_peer(demo)
    for mute_until, expected in ((0, MAIN), (2_147_483_647, ARCHIVE)):
        demo.world.changes.mute(account, peer, mute_until)
        demo.world.changes.move(account, peer, ARCHIVE)
        demo.world.post(peer, "hello?", to=account.id)
        assert account.dialogs[peer].folder == expected


async def test_difference_tells_what_was_missed(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    state = await client(fn.updates.GetStateRequest())
    request = fn.updates.GetDifferenceRequest(state.pts, state.date, state.qts)
    assert isinstance(await client(request), t.updates.DifferenceEmpty)
    peer, account = private_peer(demo), account_of(demo)
    await client.disconnect()
    demo.world.post(peer, "while you were away", to=account.id)
    demo.world.changes.read(account, peer)
    demo.world.changes.mute(account, peer, 2_147_483_647)
    demo.world.post("scontierrati", "a bargain")
    await client.connect()
    missed = await client(request)
    assert [message.message for message in missed.new_messages] == ["while you were away"]
    assert {type(update) for update in missed.other_updates} == {
        t.UpdateReadHistoryInbox,
        t.UpdateNotifySettings,
        t.UpdateChannelTooLong,
    }
    assert missed.state.pts == account.pts
    assert isinstance(
        await client(fn.updates.GetDifferenceRequest(account.pts, state.date.replace(year=2037), 0)),
        t.updates.DifferenceEmpty,
    )


async def test_channel_difference(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    channel = await client.get_input_entity("scontierrati")
    pts = (await client(fn.channels.GetFullChannelRequest(channel))).full_chat.pts
    for number in range(3):
        demo.world.post("scontierrati", f"bargain {number}")
    everything = t.ChannelMessagesFilterEmpty()
    first = await client(fn.updates.GetChannelDifferenceRequest(channel, everything, pts, limit=2))
    assert ([message.message for message in first.new_messages], first.final) == (
        ["bargain 0", "bargain 1"],
        False,
    )
    rest = await client(fn.updates.GetChannelDifferenceRequest(channel, everything, first.pts, limit=2))
    assert ([message.message for message in rest.new_messages], rest.final) == (["bargain 2"], True)
    empty = await client(fn.updates.GetChannelDifferenceRequest(channel, everything, rest.pts, limit=2))
    assert isinstance(empty, t.updates.ChannelDifferenceEmpty)


async def test_telethon_catches_up(demo: DemoDataCentre, log_in: Any, new_client: Any) -> None:
    """A session that kept entities and update states is told of both, a private message and a post."""
    client = await log_in()
    await client.get_dialogs()
    await client.disconnect()
    kept = client.session
    demo.world.post(private_peer(demo), "private, missed", to=7_000_020_001)
    demo.world.post("scontierrati", "post, missed")
    again = new_client(StringSession.save(kept), catch_up=True)
    again.session._entities = set(kept._entities)
    for entity_id, state in kept.get_update_states():
        again.session.set_update_state(entity_id, state)
    queue = listen(again, events.NewMessage())
    await again.connect()
    assert {(await soon(queue)).raw_text for _ in range(2)} == {"private, missed", "post, missed"}


async def test_without_updates_nothing_is_pushed(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in(receive_updates=False)
    queue = listen(client, events.Raw())
    demo.world.post("scontierrati", "unheard")
    await asyncio.sleep(0.1)
    assert queue.empty()


@pytest.mark.parametrize("tail", ["20001", "10007"])
async def test_nothing_is_pushed_after_log_out(demo: DemoDataCentre, log_in: Any, tail: str) -> None:
    client = await log_in(tail)
    assert demo.world.pushes.to_user((await client.get_me()).id, t.UpdatesTooLong()) == 1
    account_id = (await client.get_me()).id
    await client(fn.auth.LogOutRequest())
    assert demo.world.pushes.to_user(account_id, t.UpdatesTooLong()) == 0
