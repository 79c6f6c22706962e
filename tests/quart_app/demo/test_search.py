"""Searching one chat: words, sorts, people, dates, pages."""

from __future__ import annotations

from typing import Any

import pytest
from telethon import errors
from telethon import functions as fn
from telethon import types as t

from quart_app.demo import DemoDataCentre

WHERE = "piazzademo"


async def everything(client: Any, where: str = WHERE) -> list[Any]:
    return [message async for message in client.iter_messages(where, wait_time=0)]


@pytest.mark.parametrize(
    ("kind", "test"),
    [
        (t.InputMessagesFilterPhotos, lambda message: message.photo),
        (
            t.InputMessagesFilterDocument,
            lambda message: message.document and not message.video and not message.voice,
        ),
        (t.InputMessagesFilterVideo, lambda message: message.video),
        (t.InputMessagesFilterVoice, lambda message: message.voice),
        (t.InputMessagesFilterPhotoVideo, lambda message: message.photo or message.video),
        (t.InputMessagesFilterUrl, lambda message: "https://" in (message.raw_text or "")),
        (t.InputMessagesFilterGeo, lambda message: False),
        (t.InputMessagesFilterPinned, lambda message: False),
    ],
)
async def test_each_sort_finds_what_a_reader_would(log_in: Any, kind: Any, test: Any) -> None:
    client = await log_in()
    expected = [message.id for message in await everything(client) if test(message)]
    hits = [message.id async for message in client.iter_messages(WHERE, filter=kind(), wait_time=0)]
    assert hits == expected
    counter = await client(fn.messages.GetSearchCountersRequest(WHERE, [kind()]))
    assert counter[0].count == len(expected)
    assert bool(expected) == (kind not in (t.InputMessagesFilterGeo, t.InputMessagesFilterPinned))


async def test_one_persons_words_between_two_dates(log_in: Any) -> None:
    client = await log_in()
    messages = await everything(client)
    sender = messages[0].sender_id
    first, last = messages[300].date, messages[100].date
    expected = [m.id for m in messages if m.sender_id == sender and first < m.date < last]
    answer = await client(
        fn.messages.SearchRequest(
            WHERE, "", t.InputMessagesFilterEmpty(), first, last, 0, 0, 100, 0, 0, 0, from_id=sender
        )
    )
    assert [message.id for message in answer.messages] == expected[:100]
    assert answer.count == len(expected) > 5


async def test_pages_and_bounds(log_in: Any) -> None:
    client = await log_in()
    hits = [m.id async for m in client.iter_messages(WHERE, search="👍", wait_time=0)]
    assert len(hits) > 10

    async def page(**options: Any) -> list[int]:
        settings = {"offset_id": 0, "add_offset": 0, "limit": 4, "max_id": 0, "min_id": 0, **options}
        request = fn.messages.SearchRequest(
            WHERE, "👍", t.InputMessagesFilterEmpty(), None, None, hash=0, **settings
        )
        return [message.id for message in (await client(request)).messages]

    assert await page() == hits[:4]
    assert await page(offset_id=hits[3]) == hits[4:8]
    assert await page(offset_id=hits[3], add_offset=2) == hits[6:10]
    assert await page(offset_id=hits[3], add_offset=-2) == hits[2:6]
    assert await page(max_id=hits[1]) == hits[2:4]
    assert await page(min_id=hits[2]) == hits[:2]


async def test_mentions_of_the_caller(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    account = demo.world.account(7_000_020_001)
    dialog = next(row for row in account.listed(None) if row.unread_mentions and row.membership == "member")
    await client.get_dialogs()
    peer = await client.get_input_entity(dialog.peer.to_tl())
    hits = await client.get_messages(peer, filter=t.InputMessagesFilterMyMentions(), limit=10)
    assert {message.id for message in hits} == dialog.unread_mentions
    assert all(message.mentioned for message in hits)


async def test_what_is_refused(log_in: Any) -> None:
    client = await log_in()
    empty = t.InputMessagesFilterEmpty()
    nobody = t.InputPeerUser(123456, 1)
    with pytest.raises(errors.PeerIdInvalidError):
        await client(fn.messages.SearchRequest(nobody, "a", empty, None, None, 0, 0, 10, 0, 0, 0))
    with pytest.raises(errors.PeerIdInvalidError):
        await client(
            fn.messages.SearchRequest(WHERE, "a", empty, None, None, 0, 0, 10, 0, 0, 0, from_id=nobody)
        )
    with pytest.raises(errors.SearchQueryEmptyError):
        await client(fn.messages.SearchGlobalRequest("", empty, None, None, 0, t.InputPeerEmpty(), 0, 10))


async def global_pages(client: Any, words: str, limit: int, **options: Any) -> list[tuple[int, int]]:
    """As the official clients page: by next_rate, and the last row's chat and id."""
    rows: list[tuple[int, int]] = []
    rate, peer, number = 0, t.InputPeerEmpty(), 0
    while True:
        answer = await client(
            fn.messages.SearchGlobalRequest(
                words, t.InputMessagesFilterEmpty(), None, None, rate, peer, number, limit, **options
            )
        )
        rows += [(message.peer_id, message.id) for message in answer.messages]
        if getattr(answer, "next_rate", None) is None:
            return rows
        assert answer.inexact
        rate, number = answer.next_rate, answer.messages[-1].id
        peer = await client.get_input_entity(answer.messages[-1].peer_id)


async def test_global_search_pages_are_complete(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    account = demo.world.account(7_000_020_001)
    expected = {
        (*dialog.peer, message.id)
        for dialog in account.listed(None)
        if dialog.membership == "member"
        for message in dialog.history
        if "partita" in message.text.lower() and not message.service
    }
    for limit in (7, 100):
        rows = await global_pages(client, "Partita", limit)
        seen = {
            (name, getattr(peer, f"{key}_id"), number)
            for peer, number in rows
            for name, key in (("user", "user"), ("group", "chat"), ("channel", "channel"))
            if hasattr(peer, f"{key}_id")
        }
        assert seen == expected
        assert len(rows) == len(expected) > 100


async def test_global_search_within_a_scope(log_in: Any) -> None:
    client = await log_in()
    people = await global_pages(client, "grazie", 50, users_only=True)
    assert people
    assert {type(peer) for peer, _ in people} == {t.PeerUser}
    groups = await global_pages(client, "grazie", 100, groups_only=True)
    assert t.PeerUser not in {type(peer) for peer, _ in groups}
    posts = await global_pages(client, "errore di prezzo", 100, broadcasts_only=True)
    assert {type(peer) for peer, _ in posts} == {t.PeerChannel}
    assert await global_pages(client, "no such words anywhere", 100) == []
    with pytest.raises(errors.FolderIdInvalidError):
        await global_pages(client, "grazie", 10, folder_id=5)
