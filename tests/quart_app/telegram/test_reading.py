"""Messages of a chat as commands get them: pages, searches, what counts as read, and who wrote."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from commands import Chat, CommandError, FloodWait, NotFound, User, each
from quart_app.demo import DemoDataCentre
from quart_app.demo.peer import Peer
from quart_app.telegram.caller import Caller
from quart_app.telegram.live import Terms
from tests.quart_app.telegram.worker import Person, Worker

HISTORY = "messages.GetHistory"
READS = ("messages.ReadHistory", "channels.ReadHistory")


@pytest.fixture
async def caller(worker: Worker, person: Person) -> Caller:
    return await worker.log_in(person)


async def chat_of(caller: Caller, reference: str = "@scontierrati") -> Chat:
    return await caller.telegram.resolve(reference)


async def unread_of(caller: Caller, chat: Chat) -> int:
    return next(state.unread for state in await caller.telegram.chats() if state.chat.id == chat.id)


def reads(demo: DemoDataCentre) -> int:
    return sum(demo.instrument.counts[method] for method in READS)


async def test_newest_first_and_page_after_page(demo: DemoDataCentre, caller: Caller) -> None:
    for number in range(5):
        demo.world.post("scontierrati", f"offerta {number}")
    chat = await chat_of(caller)
    first = await caller.telegram.messages(chat, limit=2)
    assert [message.text for message in first.items] == ["offerta 4", "offerta 3"]
    second = await caller.telegram.messages(chat, limit=2, cursor=first.cursor)
    assert [message.text for message in second.items] == ["offerta 2", "offerta 1"]
    assert {message.chat for message in (*first.items, *second.items)} == {chat}
    assert first.items[0].link == f"https://t.me/scontierrati/{first.items[0].id}"
    assert first.items[0].sender is None
    assert first.items[0].time.tzinfo is UTC or first.items[0].time.utcoffset() == timedelta(0)


async def test_every_message_of_a_chat_is_reached_once(caller: Caller) -> None:
    states = await caller.telegram.chats()
    chat = next(state.chat for state in states if state.chat.type == "user" and state.chat.id != 777000)
    ids = [m.id async for m in each(lambda at: caller.telegram.messages(chat, limit=40, cursor=at))]
    assert ids == sorted(set(ids), reverse=True)
    times = [time async for time in each(lambda at: caller.telegram.activity(chat, cursor=at))]
    assert len(times) == len(ids)


async def test_reading_marks_as_read(demo: DemoDataCentre, caller: Caller, person: Person) -> None:
    demo.world.post("scontierrati", "nuova")
    chat = await chat_of(caller)
    while not await unread_of(caller, chat):
        await asyncio.sleep(0.01)
    await caller.telegram.messages(chat, limit=1)
    assert reads(demo) == 1
    assert await unread_of(caller, chat) == 0
    await caller.telegram.chats(fresh=True)
    assert await unread_of(caller, chat) == 0, "Telegram says so as well"
    await caller.telegram.messages(chat)
    assert reads(demo) == 1, "a chat that is read already is not asked for again"


async def test_no_message_is_handed_over_unread(demo: DemoDataCentre, caller: Caller) -> None:
    """Fail closed: who can't mark it as read does not get to read it."""
    demo.world.post("scontierrati", "nuova")
    chat = await chat_of(caller)
    while not await unread_of(caller, chat):
        await asyncio.sleep(0.01)
    demo.instrument.flood("channels.ReadHistory", 30)
    with pytest.raises(FloodWait):
        await caller.telegram.messages(chat)


async def test_a_view_only_session_marks_as_read_as_well(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    caller = await worker.log_in(person, Terms(scope="view"))
    demo.world.post("scontierrati", "nuova")
    chat = await chat_of(caller)
    while not await unread_of(caller, chat):
        await asyncio.sleep(0.01)
    await caller.telegram.messages(chat)
    assert await unread_of(caller, chat) == 0


async def test_searching_and_counting_mark_nothing(demo: DemoDataCentre, caller: Caller) -> None:
    demo.world.post("scontierrati", "una parola rarissima")
    demo.world.post("scontierrati", "altro")
    chat = await chat_of(caller)
    found = await caller.telegram.messages(chat, search="rarissima")
    assert [message.text for message in found.items] == ["una parola rarissima"]
    since = datetime.now(UTC) - timedelta(minutes=5)
    assert len((await caller.telegram.activity(chat, since=since)).items) == 2
    assert reads(demo) == 0
    assert await unread_of(caller, chat) > 0


async def test_activity_stops_where_it_is_told_to(demo: DemoDataCentre, caller: Caller) -> None:
    chat = await chat_of(caller)
    since = datetime.now(UTC) - timedelta(days=2)
    before = demo.instrument.counts[HISTORY]
    times = [time async for time in each(lambda at: caller.telegram.activity(chat, since=since, cursor=at))]
    assert times
    assert min(times) >= since
    assert demo.instrument.counts[HISTORY] - before <= len(times) // 100 + 1


async def test_who_wrote_what(demo: DemoDataCentre, caller: Caller, person: Person) -> None:
    states = await caller.telegram.chats()
    ordinary = (s.chat for s in states if s.chat.type == "user" and "Saved" not in s.chat.title)
    chat = next(chat for chat in ordinary if chat.id != 777000)
    senders = {message.sender for message in (await caller.telegram.messages(chat)).items}
    assert {sender.id for sender in senders if sender} <= {chat.id, person.account_id}
    assert User(chat.id, chat.title, chat.username) in senders


async def test_login_codes_are_masked_and_cannot_be_searched_for(
    demo: DemoDataCentre, caller: Caller, person: Person
) -> None:
    telegram = Peer("user", 777000)
    demo.world.post(telegram, f"Login code: {person.code}", sender=777000, to=person.account_id)
    service = await chat_of(caller, "777000")
    texts = [message.text for message in (await caller.telegram.messages(service)).items]
    assert any("•" in text for text in texts)
    assert not any(person.code in text for text in texts)
    with pytest.raises(CommandError) as caught:
        await caller.telegram.messages(service, search=person.code)
    assert caught.value.code == "codes_protected"


async def test_an_unknown_chat_and_a_wrong_cursor(caller: Caller) -> None:
    with pytest.raises(NotFound):
        await caller.telegram.messages(Chat(-1_000_000_999_999, "nobody's", "channel"))
    with pytest.raises(CommandError) as caught:
        await caller.telegram.messages(await chat_of(caller), cursor="first")
    assert caught.value.code == "bad_cursor"
