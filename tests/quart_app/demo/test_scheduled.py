"""Messages for later: listed, changed, sent at their time or by hand, and told of to the author's other sessions."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telethon import errors, events
from telethon import functions as fn
from telethon import types as t

from quart_app.demo import DemoDataCentre


def later(clock: Any, **delta: int) -> datetime:
    return datetime.fromtimestamp(clock(), UTC) + timedelta(**delta)


def texts(found: Any) -> list[str]:
    return [message.message for message in found.messages]


async def test_a_message_waits_until_its_time(demo: DemoDataCentre, log_in: Any, clock: Any) -> None:
    client = await log_in()
    date = later(clock, hours=2)
    told = await client(fn.messages.SendMessageRequest("me", "più tardi", schedule_date=date))
    assert [type(update) for update in told.updates] == [t.UpdateMessageID, t.UpdateNewScheduledMessage]
    waiting = (await client(fn.messages.GetScheduledHistoryRequest("me", 0))).messages
    assert [(one.message, one.date) for one in waiting] == [("più tardi", date.replace(microsecond=0))]
    before = (await client.get_messages("me", limit=1))[0].message
    assert before != "più tardi"
    clock.ahead += 7300
    assert demo.world.scheduled.send_due() == 1
    sent = (await client.get_messages("me", limit=1))[0]
    assert (sent.message, sent.from_scheduled) == ("più tardi", True)
    assert texts(await client(fn.messages.GetScheduledHistoryRequest("me", 0))) == []


async def test_what_is_due_within_seconds_is_sent_at_once(log_in: Any, clock: Any) -> None:
    client = await log_in()
    told = await client(fn.messages.SendMessageRequest("me", "ora", schedule_date=later(clock, seconds=5)))
    assert isinstance(told.updates[1], t.UpdateNewMessage)


async def test_changed_sent_and_deleted_by_hand(log_in: Any, clock: Any) -> None:
    client, other = await log_in(), await log_in("20003")
    me = await client.get_me()
    to_me = await other.get_input_entity(me.username)
    for text in ("uno", "due", "tre"):
        await other(fn.messages.SendMessageRequest(to_me, text, schedule_date=later(clock, days=1)))
    three, two, one = (await other(fn.messages.GetScheduledHistoryRequest(to_me, 0))).messages
    edit = fn.messages.EditMessageRequest(
        to_me, two.id, message="due e mezzo", schedule_date=later(clock, days=2)
    )
    assert isinstance((await other(edit)).updates[0], t.UpdateNewScheduledMessage)
    await other(fn.messages.DeleteScheduledMessagesRequest(to_me, [three.id]))
    sent = await other(fn.messages.SendScheduledMessagesRequest(to_me, [one.id]))
    kinds = [type(update) for update in sent.updates]
    assert kinds == [t.UpdateNewMessage, t.UpdateDeleteScheduledMessages]
    assert texts(await other(fn.messages.GetScheduledHistoryRequest(to_me, 0))) == ["due e mezzo"]
    mine = await client.get_messages((await other.get_me()).username, limit=1)
    assert mine[0].message == "uno"
    with pytest.raises(errors.MessageIdInvalidError):
        await other(fn.messages.SendScheduledMessagesRequest(to_me, [one.id]))
    found = await other(fn.messages.GetScheduledMessagesRequest(to_me, [two.id, 999]))
    assert texts(found) == ["due e mezzo"]


async def test_limits(log_in: Any, clock: Any) -> None:
    client = await log_in()
    with pytest.raises(errors.ScheduleDateTooLateError):
        await client(fn.messages.SendMessageRequest("me", "x", schedule_date=later(clock, days=366)))
    online = datetime.fromtimestamp(0x7FFFFFFE, UTC)
    with pytest.raises(errors.ScheduleStatusPrivateError):
        await client(fn.messages.SendMessageRequest("me", "x", schedule_date=online))
    for number in range(100):
        await client(
            fn.messages.SendMessageRequest("me", str(number), schedule_date=later(clock, days=number + 1))
        )
    with pytest.raises(errors.ScheduleTooMuchError):
        await client(fn.messages.SendMessageRequest("me", "x", schedule_date=later(clock, days=1)))


async def test_another_session_hears_of_it(demo: DemoDataCentre, log_in: Any, clock: Any) -> None:
    client, tablet = await log_in(), await log_in()
    heard: list[Any] = []
    tablet.add_event_handler(
        heard.append, events.Raw((t.UpdateNewScheduledMessage, t.UpdateDeleteScheduledMessages))
    )
    await client(fn.messages.SendMessageRequest("me", "poi", schedule_date=later(clock, hours=1)))
    clock.ahead += 3700
    demo.world.scheduled.send_due()
    while len(heard) < 2:
        await asyncio.sleep(0.01)
    assert [type(update) for update in heard] == [
        t.UpdateNewScheduledMessage,
        t.UpdateDeleteScheduledMessages,
    ]
    assert len(heard[1].sent_messages) == 1
