"""A chat of 100,000 messages, a forum, live traffic, advertisements, takeout, blocking."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telethon import errors, events
from telethon import functions as fn
from telethon import types as t

from quart_app.demo import DemoDataCentre
from quart_app.demo.history import Past


async def test_a_page_of_a_huge_chat_writes_a_page(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    channel = await client.get_input_entity("archivio_demo")
    past = demo.world.population.channels[channel.channel_id].history.past
    written, write = [], past.write

    def count(past: Past, index: int) -> Any:
        written.append(index)
        return write(past, index)

    past.write = count
    newest = await client.get_messages(channel, limit=100)
    assert (newest.total, newest[0].id, len(newest)) == (100_000, 100_000, 100)
    middle = await client.get_messages(channel, limit=100, offset_id=50_001)
    assert [message.id for message in middle] == list(range(50_000, 49_900, -1))
    assert len(written) <= 210
    before = len(written)
    nothing = await client.get_messages(channel, search="no such words", limit=10)
    assert (nothing.total, len(written)) == (0, before)


async def test_topics_of_a_forum(log_in: Any) -> None:
    client = await log_in()
    forum = await client.get_input_entity("forum_demo")
    request = fn.messages.GetForumTopicsRequest
    answer = await client(request(forum, None, 0, 0, 100))
    assert answer.count == len(answer.topics) == 6
    titles = {topic.title for topic in answer.topics}
    assert {"General", "Annunci", "質問"} <= titles
    tops = [topic.top_message for topic in answer.topics]
    assert tops == sorted(tops, reverse=True)
    page = await client(request(forum, None, 0, 0, 2))
    rest = await client(request(forum, None, 0, page.topics[-1].id, 100))
    assert [topic.id for topic in page.topics + rest.topics] == [topic.id for topic in answer.topics]
    with pytest.raises(errors.ChannelForumMissingError):
        await client(request("piazzademo", None, 0, 0, 10))


async def test_writing_in_a_topic(log_in: Any) -> None:
    client = await log_in()
    await client(fn.channels.JoinChannelRequest("forum_demo"))
    made = await client(fn.messages.CreateForumTopicRequest("forum_demo", "Nuovo"))
    topic = made.updates[0].id
    sent = await client.send_message("forum_demo", "qui", reply_to=topic)
    assert (sent.reply_to.forum_topic, sent.reply_to.reply_to_msg_id) == (True, topic)
    said = [message.id async for message in client.iter_messages("forum_demo", reply_to=topic)]
    assert said == [sent.id]
    old = [message async for message in client.iter_messages("forum_demo", reply_to=2, wait_time=0)]
    assert len(old) > 50
    assert {message.reply_to.reply_to_msg_id for message in old} == {2}
    by_id = await client(fn.messages.GetForumTopicsByIDRequest("forum_demo", [topic, 77]))
    assert [row.title for row in by_id.topics] == ["Nuovo"]


async def test_live_traffic(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    heard: asyncio.Queue[Any] = asyncio.Queue()
    client.add_event_handler(heard.put, events.NewMessage(incoming=True))
    async with demo.world.traffic(200) as running:
        for _ in range(20):
            assert (await asyncio.wait_for(heard.get(), 10)).raw_text
    sent = running.sent
    await asyncio.sleep(0.05)
    assert running.sent == sent >= 20
    with pytest.raises(ValueError, match="rate"):
        async with demo.world.traffic(0):
            pass


async def test_advertisements(log_in: Any) -> None:
    client = await log_in()
    found = await client(fn.messages.GetSponsoredMessagesRequest("scontierrati"))
    assert await client(fn.messages.ViewSponsoredMessageRequest(found.messages[0].random_id))
    with pytest.raises(errors.RandomIdInvalidError):
        await client(fn.messages.ViewSponsoredMessageRequest(b"x" * 16))
    none = await client(fn.messages.GetSponsoredMessagesRequest("piazzademo"))
    assert isinstance(none, t.messages.SponsoredMessagesEmpty)


async def test_no_takeout(log_in: Any) -> None:
    client = await log_in()
    with pytest.raises(errors.TakeoutInitDelayError) as refusal:
        async with client.takeout():
            pass
    assert 86_000 < refusal.value.seconds <= 86_400


async def test_blocking_and_contacts(log_in: Any) -> None:
    first, second = await log_in("20001"), await log_in("20003")
    assert await first(fn.contacts.BlockRequest(await first.get_input_entity("demo_20003")))
    blocked = await first(fn.contacts.GetBlockedRequest(0, 10))
    assert [user.id for user in blocked.users] == [7_000_020_003]
    await second.send_message("demo_20001", "unheard")
    assert (await first.get_messages("demo_20003", limit=0)).total == 0
    with pytest.raises(errors.YouBlockedUserError):
        await first.send_message("demo_20003", "no")
    assert await first(fn.contacts.UnblockRequest(await first.get_input_entity("demo_20003")))
    await second.send_message("demo_20001", "heard")
    assert (await first.get_messages("demo_20003", limit=0)).total == 1
    await first(fn.contacts.AddContactRequest("demo_20003", "Demo", "20003", ""))
    assert (await first.get_entity("demo_20003")).contact
    await first(fn.contacts.DeleteContactsRequest(["demo_20003"]))
    users = await first(fn.users.GetUsersRequest(["demo_20003"]))
    assert not users[0].contact
