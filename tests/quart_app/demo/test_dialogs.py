"""The list of chats: complete, in order, without repeats, by folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telethon import errors, utils
from telethon import functions as fn
from telethon import types as t

from quart_app.demo import DemoDataCentre, RsaKey, open_demo
from quart_app.demo.account import ARCHIVE, MAIN, Account


@pytest.fixture
async def large(rsa_key: RsaKey) -> AsyncIterator[DemoDataCentre]:
    async with open_demo(270, 3, rsa_key=rsa_key) as large:
        yield large


def account_of(demo: DemoDataCentre) -> Account:
    return demo.world.account(7_000_020_001)


def request(offset: tuple[Any, int, Any] = (None, 0, t.InputPeerEmpty()), **options: Any) -> Any:
    settings: dict[str, Any] = {"limit": 100, "hash": 0, **options}
    return fn.messages.GetDialogsRequest(*offset, **settings)


async def all_pages(client: Any, limit: int, **options: Any) -> list[Any]:
    """As the official clients do: pinned ones apart, then page after page from the last row's message."""
    rows: list[Any] = []
    offset: tuple[Any, int, Any] = (None, 0, t.InputPeerEmpty())
    while True:
        answer = await client(request(offset, limit=limit, exclude_pinned=True, **options))
        rows += answer.dialogs
        if isinstance(answer, t.messages.Dialogs) or not answer.dialogs or len(rows) >= answer.count:
            return rows
        last = answer.dialogs[-1]
        entities = {utils.get_peer_id(entity): entity for entity in [*answer.users, *answer.chats]}
        message = answer.messages[-1]
        assert message.id == last.top_message
        peer = utils.get_input_peer(entities[utils.get_peer_id(last.peer)])
        offset = (message.date, message.id, peer)


async def test_iter_dialogs_is_complete(large: DemoDataCentre, log_in: Any) -> None:
    client = await log_in(at=large)
    rows = [dialog async for dialog in client.iter_dialogs()]
    assert len(rows) == 270
    assert len({row.id for row in rows}) == 270
    assert sum(row.archived for row in rows) == len(account_of(large).listed(ARCHIVE))


@pytest.mark.parametrize("limit", [7, 40, 100])
async def test_raw_pages_are_complete(large: DemoDataCentre, log_in: Any, limit: int) -> None:
    client = await log_in(at=large)
    rows = await all_pages(client, limit)
    seen = [utils.get_peer_id(row.peer) for row in rows]
    assert len(seen) == len(set(seen)) == 270 - len(account_of(large).pinned_in(None))


async def test_folders_and_pins(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    account = account_of(demo)
    main, archive = await client(request(folder_id=0)), await client(request(folder_id=1))
    assert len(main.dialogs) == len(account.listed(MAIN))
    assert len(archive.dialogs) == len(account.listed(ARCHIVE)) > 0
    assert {row.folder_id for row in main.dialogs} == {None}
    assert {row.folder_id for row in archive.dialogs} == {1}
    pinned = [bool(row.pinned) for row in main.dialogs]
    count = len(account.pinned[MAIN])
    assert 3 <= count <= 5
    assert pinned == [True] * count + [False] * (len(pinned) - count)
    apart = await client(fn.messages.GetPinnedDialogsRequest(0))
    assert [row.peer for row in apart.dialogs] == [row.peer for row in main.dialogs[:count]]
    unpinned = await client(request(folder_id=0, exclude_pinned=True))
    assert [row.peer for row in unpinned.dialogs] == [row.peer for row in main.dialogs[count:]]
    with pytest.raises(errors.FolderIdInvalidError):
        await client(request(folder_id=2))


async def test_newest_first_below_the_pins(log_in: Any) -> None:
    client = await log_in()
    answer = await client(request(folder_id=0, exclude_pinned=True))
    dates = [message.date for message in answer.messages]
    assert dates == sorted(dates, reverse=True)
    assert len(dates) == len(answer.dialogs)


async def test_slices_carry_the_whole_count(log_in: Any) -> None:
    client = await log_in()
    page = await client(request(limit=20))
    assert (type(page), page.count, len(page.dialogs)) == (t.messages.DialogsSlice, 60, 20)
    whole = await client(request(limit=100))
    assert (type(whole), len(whole.dialogs)) == (t.messages.Dialogs, 60)


async def test_every_sort_of_row_is_there(large: DemoDataCentre, log_in: Any) -> None:
    client = await log_in(at=large)
    rows = await client.get_dialogs()
    raw = [row.dialog for row in rows]
    kinds = {type(row.entity).__name__ for row in rows}
    assert kinds == {"User", "Chat", "ChatForbidden", "Channel", "ChannelForbidden"}
    assert 45 <= sum(row.unread_count > 0 for row in raw) <= 180
    assert any(row.unread_mark for row in raw)
    assert any(row.unread_mentions_count for row in raw)
    assert 50 <= sum(row.notify_settings.mute_until is not None for row in raw) <= 130
    users = [row.entity for row in rows if isinstance(row.entity, t.User)]
    assert any(user.bot for user in users)
    assert any(user.deleted for user in users)
    channels = [row.entity for row in rows if isinstance(row.entity, t.Channel)]
    assert {(channel.broadcast, channel.megagroup) for channel in channels} == {(True, False), (False, True)}
    assert any(channel.verified for channel in channels)
    assert any(isinstance(row.entity, t.Chat) and row.entity.migrated_to for row in rows)


async def test_unread_counts_agree_with_the_messages(log_in: Any) -> None:
    client = await log_in()
    rows = [row for row in await client.get_dialogs() if row.unread_count and row.is_user][:5]
    assert rows
    for row in rows:
        newer = await client.get_messages(row.input_entity, limit=100, min_id=row.dialog.read_inbox_max_id)
        assert sum(not message.out for message in newer) == row.unread_count


async def test_peer_dialogs(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    rows = await client.get_dialogs(limit=10)
    asked = [t.InputDialogPeer(row.input_entity) for row in rows[3:6]]
    answer = await client(fn.messages.GetPeerDialogsRequest(asked))
    assert [utils.get_peer_id(row.peer) for row in answer.dialogs] == [row.id for row in rows[3:6]]
    assert answer.state.pts == account_of(demo).pts


async def test_accounts_do_not_see_each_other(log_in: Any) -> None:
    first, second = await log_in("20001"), await log_in("20003")
    mine = {row.title for row in await first.get_dialogs()}
    theirs = {row.title for row in await second.get_dialogs()}
    assert "Diario di Demo 20001 🔒" in mine - theirs
    assert "Diario di Demo 20003 🔒" in theirs - mine
    private = [
        {row.id for row in await client.get_dialogs() if row.is_user and row.id != 777_000}
        for client in (first, second)
    ]
    assert not private[0] & private[1]


async def test_what_every_account_is_promised(rsa_key: RsaKey, log_in: Any) -> None:
    async with open_demo(10, 5, rsa_key=rsa_key) as smallest:
        client = await log_in("30009", at=smallest)
        rows = await client.get_dialogs()
        assert len(rows) == 10
        assert sum("offerte" in row.title.lower() for row in rows) >= 3
        channel = next(row.entity for row in rows if getattr(row.entity, "username", "") == "scontierrati")
        assert (channel.title, channel.broadcast) == ("Sconti & Errori di Prezzo ⚡️", True)
