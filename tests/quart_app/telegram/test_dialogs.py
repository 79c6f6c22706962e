"""All chats of an account, page by page, as Telethon itself would list them; nothing is asked for twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from telethon import TelegramClient
from telethon.sessions import StringSession

from commands import FloodWait
from quart_app.demo import DemoDataCentre, Peer, RsaKey, open_demo
from quart_app.telegram import chats, dialogs
from quart_app.telegram.caller import Caller
from quart_app.telegram.gate import Gate
from quart_app.telegram.live import Live
from quart_app.telegram.marks import mark_of_peer
from tests.quart_app.telegram.worker import Person, Worker, open_worker, until

DIALOGS = "messages.GetDialogs"


class Watch:
    now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def large(rsa_key: RsaKey) -> AsyncIterator[DemoDataCentre]:
    """So many chats that they come in three pages."""
    async with open_demo(260, 5, rsa_key=rsa_key) as demo:
        yield demo
        assert demo.instrument.overlaps == []


@pytest.fixture
async def large_worker(large: DemoDataCentre, redis: Redis) -> AsyncIterator[Worker]:
    async with open_worker(large, redis) as worker:
        yield worker


@pytest.fixture
async def caller(large_worker: Worker, person: Person) -> Caller:
    return await large_worker.log_in(person)


async def plain_list(demo: DemoDataCentre, person: Person) -> list[tuple[int, int, bool, bool]]:
    """What Telethon makes of the same account over a login of its own: id, unread, archived, pinned."""
    session = StringSession()
    session.set_dc(demo.data_centre.id, demo.data_centre.host, demo.data_centre.port)
    client = TelegramClient(session, *demo.api)
    await client.connect()
    await client.send_code_request(person.phone)
    await client.sign_in(person.phone, person.code)
    found = [
        (one.id, one.unread_count or int(one.dialog.unread_mark), one.archived, bool(one.pinned))
        async for one in client.iter_dialogs(ignore_migrated=True)
    ]
    await client.log_out()
    return found


def truth(demo: DemoDataCentre, person: Person) -> dict[int, int]:
    """Unread messages by marked id, as the data centre itself knows them."""
    dialogs = demo.world.account(person.account_id).dialogs
    return {mark_of_peer(peer.to_tl()): one.unread_count for peer, one in dialogs.items()}


def counted(live: Live) -> dict[int, int]:
    return {one.named.id: one.unread for one in live.chats}


async def test_three_pages_give_what_telethon_lists(
    large: DemoDataCentre, caller: Caller, person: Person
) -> None:
    states = await caller.telegram.chats()
    mine = [(one.chat.id, one.unread, "archived" in one.flags, "pinned" in one.flags) for one in states]
    assert large.instrument.counts[DIALOGS] == 3
    plain = await plain_list(large, person)
    assert len(plain) > 250
    assert mine == plain


async def test_the_list_is_asked_for_once(large: DemoDataCentre, caller: Caller) -> None:
    first = await caller.telegram.chats()
    assert await caller.telegram.chats() == first
    assert large.instrument.counts[DIALOGS] == 3
    await caller.telegram.chats(fresh=True)
    assert large.instrument.counts[DIALOGS] == 6


async def test_a_flood_wait_half_way_loses_no_page(
    large: DemoDataCentre, large_worker: Worker, caller: Caller, person: Person
) -> None:
    """After each page Telegram asks to wait: each is asked for again alone, and none that has come."""
    watch, metrics = Watch(), large_worker.metrics
    large_worker.client(person).gate = Gate(metrics, clock=watch)

    def flood(method: str, outcome: str) -> None:
        if (method, outcome) == (DIALOGS, "ok"):
            large.instrument.flood(DIALOGS, 2)

    metrics.on_call = flood
    for _ in range(2):
        with pytest.raises(FloodWait) as caught:
            await caller.telegram.chats()
        assert caught.value.retry_after == 2
        watch.now += 2
    states = await caller.telegram.chats()
    assert metrics.calls.count((DIALOGS, "ok")) == 3
    assert metrics.calls.count((DIALOGS, "FloodWaitError")) == 2
    large.instrument.clear_faults()
    plain = await plain_list(large, person)
    assert [state.chat.id for state in states] == [chat_id for chat_id, *_ in plain]


async def test_what_arrives_during_the_load_is_counted_once(
    large: DemoDataCentre, large_worker: Worker, caller: Caller, person: Person
) -> None:
    """Between the pages somebody writes in many chats: some have come already, others move up past their page."""
    account, own = large.world.account(person.account_id), Peer("user", person.account_id)
    busy = [
        peer
        for peer, dialog in account.dialogs.items()
        if peer.kind != "group" and peer != own and dialog.membership == "member"
    ][::7]

    def write(method: str, outcome: str) -> None:
        if method == DIALOGS:
            for peer in busy:
                large.world.post(peer, "now", to=person.account_id)

    large_worker.metrics.on_call = write
    await caller.telegram.chats()
    large_worker.metrics.on_call = lambda _method, _outcome: None
    live, expected = large_worker.live(person), truth(large, person)
    await until(lambda: counted(live) == {known: expected[known] for known in counted(live)})
    assert not live.chats.stale
    assert large.instrument.counts[DIALOGS] == 3
    assert large.instrument.counts["messages.GetPeerDialogs"] >= 1


async def test_too_much_to_remember_is_loaded_again(
    large: DemoDataCentre,
    large_worker: Worker,
    caller: Caller,
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:

    def write(method: str, outcome: str) -> None:
        if method == DIALOGS:
            for _ in range(5):
                large.world.post("scontierrati", "now")

    large_worker.metrics.on_call = write
    live = large_worker.live(person)
    with monkeypatch.context() as patch:
        patch.setattr(chats, "MOST_RECORDED", 3)
        patch.setattr(dialogs, "MOST_RECORDED", 3)
        await caller.telegram.chats()
    stale_after = [live.chats.stale]
    large_worker.metrics.on_call = lambda _method, _outcome: None
    await caller.telegram.chats()
    stale_after.append(live.chats.stale)
    assert stale_after == [True, False]
    await until(lambda: counted(live) == {known: truth(large, person)[known] for known in counted(live)})


async def test_two_who_ask_at_once_share_one_load(
    large: DemoDataCentre, large_worker: Worker, caller: Caller, person: Person
) -> None:
    live = large_worker.live(person)
    await asyncio.gather(*(live.load_chats() for _ in range(5)))
    assert large.instrument.counts[DIALOGS] == 3
