"""Editing, deleting and forwarding, as seen from both sides."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

import pytest
from telethon import errors, events
from telethon import functions as fn
from telethon import types as t

from quart_app.demo import DemoDataCentre


def listen(client: Any, what: Any) -> asyncio.Queue[Any]:
    queue: asyncio.Queue[Any] = asyncio.Queue()
    client.add_event_handler(queue.put, what)
    return queue


async def soon(queue: asyncio.Queue[Any]) -> Any:
    return await asyncio.wait_for(queue.get(), 5)


async def test_an_edit_reaches_both_sides_and_all_devices(log_in: Any) -> None:
    first, device, second = await log_in("20001"), await log_in("20001"), await log_in("20003")
    here, there = listen(device, events.MessageEdited()), listen(second, events.MessageEdited())
    sent = await first.send_message("demo_20003", "ciao")
    edited = await sent.edit("ciao, **bello**")
    assert (edited.id, edited.raw_text, edited.edit_date is not None) == (sent.id, "ciao, bello", True)
    assert (await soon(here)).raw_text == "ciao, bello"
    assert (await soon(there)).text == "ciao, **bello**"
    with pytest.raises(errors.MessageNotModifiedError):
        await sent.edit("ciao, **bello**")
    with pytest.raises(errors.MessageEmptyError):
        await first(fn.messages.EditMessageRequest("demo_20003", sent.id, message="  "))
    theirs = (await second.get_messages("demo_20001", limit=1))[0]
    with pytest.raises(errors.MessageAuthorRequiredError):
        await theirs.edit("no")


async def test_an_edit_has_a_time_limit_but_not_among_ones_own_notes(clock: Any, log_in: Any) -> None:
    client = await log_in("20001")
    await log_in("20003")
    sent, note = await client.send_message("demo_20003", "ciao"), await client.send_message("me", "note")
    clock.ahead += 49 * 3600
    with pytest.raises(errors.MessageEditTimeExpiredError):
        await client(fn.messages.EditMessageRequest("demo_20003", sent.id, message="late"))
    assert await client(fn.messages.EditMessageRequest("me", note.id, message="later"))


@pytest.mark.parametrize("revoke", [True, False])
async def test_deleting_for_oneself_or_for_both(log_in: Any, revoke: bool) -> None:
    first, second = await log_in("20001"), await log_in("20003")
    there = listen(second, events.MessageDeleted())
    sent = await first.send_message("demo_20003", "oops")
    answer = (await first.delete_messages(None, [sent.id], revoke=revoke))[0]
    assert answer.pts_count == 1
    assert (await first.get_messages("me", ids=sent.id)) is None
    texts = [message.raw_text for message in await second.get_messages("demo_20001", limit=5)]
    assert ("oops" in texts) is not revoke
    if revoke:
        assert len((await soon(there)).deleted_ids) == 1
    assert (await first.delete_messages(None, [sent.id]))[0].pts_count == 0


async def test_generated_messages_can_be_deleted_and_stay_so(log_in: Any) -> None:
    client = await log_in()
    await client.get_dialogs()
    peer = await client.get_input_entity(777_000)
    before = [message.id async for message in client.iter_messages(peer, wait_time=0)]
    await client.delete_messages(None, before[1:4])
    after = [message.id async for message in client.iter_messages(peer, wait_time=0)]
    assert after == before[:1] + before[4:]


async def test_posts_of_a_supergroup(log_in: Any) -> None:
    first, second = await log_in("20001"), await log_in("20003")
    gone = listen(second, events.MessageDeleted())
    changed = listen(second, events.MessageEdited())
    sent = await first.send_message("piazzademo", "ehi")
    await sent.edit("ehilà")
    assert (await soon(changed)).raw_text == "ehilà"
    with pytest.raises(errors.MessageDeleteForbiddenError):
        await second.delete_messages("piazzademo", [sent.id])
    answer = (await first.delete_messages("piazzademo", [sent.id]))[0]
    assert answer.pts_count == 1
    assert (await soon(gone)).deleted_ids == [sent.id]
    again = await first.send_message("piazzademo", "new")
    assert again.id == sent.id + 1
    post = (await first.get_messages("scontierrati", limit=1))[0]
    with pytest.raises(errors.ChatAdminRequiredError):
        await first(fn.messages.EditMessageRequest("scontierrati", post.id, message="mine now"))


async def test_clearing_a_private_chat_for_both(log_in: Any) -> None:
    first, second = await log_in("20001"), await log_in("20003")
    for number in range(3):
        await first.send_message("demo_20003", f"{number}")
    await second.send_message("demo_20001", "answer")
    peer = await first.get_input_entity("demo_20003")
    await first(fn.messages.DeleteHistoryRequest(peer, max_id=0, just_clear=True))
    assert (await first.get_messages(peer, limit=0)).total == 0
    assert (await second.get_messages("demo_20001", limit=0)).total == 4
    assert peer.user_id in {row.id for row in await first.get_dialogs()}
    await first.send_message(peer, "again")
    await first(fn.messages.DeleteHistoryRequest(peer, max_id=0, revoke=True))
    assert peer.user_id not in {row.id for row in await first.get_dialogs()}
    assert (await second.get_messages("demo_20001", limit=0)).total == 4


async def test_clearing_a_channel_for_oneself(log_in: Any) -> None:
    first, second = await log_in("20001"), await log_in("20003")
    channel = await first.get_input_entity("offertelampo")
    assert (await first.get_messages(channel, limit=0)).total == 500
    await first(fn.channels.DeleteHistoryRequest(channel, max_id=480))
    assert (await first.get_messages(channel, limit=0)).total == 20
    assert [message.id for message in await first.get_messages(channel, limit=100)] == list(
        range(500, 480, -1)
    )
    assert (await second.get_messages("offertelampo", limit=0)).total == 500
    with pytest.raises(errors.ChatAdminRequiredError):
        await first(fn.channels.DeleteHistoryRequest(channel, max_id=0, for_everyone=True))


async def test_forwarding_with_and_without_a_source(log_in: Any) -> None:
    client = await log_in()
    posts = await client.get_messages("scontierrati", ids=[11, 12])
    sent = await client.forward_messages("me", posts)
    assert [message.raw_text for message in sent] == [post.raw_text for post in posts]
    assert [message.fwd_from.channel_post for message in sent] == [11, 12]
    twice = await client.forward_messages("me", sent[0])
    assert twice.fwd_from.channel_post == 11
    anonymous = await client.forward_messages("me", posts[0], drop_author=True)
    assert (anonymous.fwd_from, anonymous.raw_text) == (None, posts[0].raw_text)
    request = fn.messages.ForwardMessagesRequest("scontierrati", [11], "me", random_id=[99])
    first, again = await client(request), await client(request)
    assert first.updates[0].id == again.updates[0].id
    with pytest.raises(errors.MessageIdInvalidError):
        await client(fn.messages.ForwardMessagesRequest("scontierrati", [99_999], "me"))
    with pytest.raises(errors.MessageIdInvalidError):
        await client(fn.messages.ForwardMessagesRequest("scontierrati", [1], "me"))
    with pytest.raises(errors.RandomIdInvalidError):
        await client(fn.messages.ForwardMessagesRequest("scontierrati", [11], "me", random_id=[1, 2]))


async def test_replies_point_to_each_sides_own_copy(log_in: Any) -> None:
    first, second = await log_in("20001"), await log_in("20003")
    question = await first.send_message("demo_20003", "when?")
    received = (await second.get_messages("demo_20001", limit=1))[0]
    answer = await received.reply("now")
    assert answer.reply_to_msg_id == received.id != question.id
    shown = (await first.get_messages("demo_20003", limit=1))[0]
    assert shown.reply_to_msg_id == question.id
    with pytest.raises(errors.BadRequestError, match="REPLY_MESSAGE_ID_INVALID"):
        await first.send_message("demo_20003", "to what?", reply_to=1)


async def test_what_cannot_be_sent(log_in: Any) -> None:
    client = await log_in()
    send = fn.messages.SendMessageRequest
    bold = t.MessageEntityBold
    with pytest.raises(errors.MessageEmptyError):
        await client(send("me", " \n"))
    with pytest.raises(errors.EntityBoundsInvalidError):
        await client(send("me", "short", entities=[bold(3, 10)]))
    with pytest.raises(errors.EntitiesTooLongError):
        await client(send("me", "x" * 200, entities=[bold(place, 1) for place in range(101)]))
    too_late = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=366)
    with pytest.raises(errors.ScheduleDateTooLateError):
        await client(send("me", "later", schedule_date=too_late))
    with pytest.raises(errors.RandomIdEmptyError):
        await client(send("me", "x", random_id=0))


async def test_nobody_writes_to_a_deleted_account(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    gone = next(row.entity for row in await client.get_dialogs() if getattr(row.entity, "deleted", False))
    with pytest.raises(errors.InputUserDeactivatedError):
        await client.send_message(gone, "hello?")
