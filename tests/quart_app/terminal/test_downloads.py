"""Files for one user, in memory, once, for a while."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from commands import CommandError
from quart_app.terminal.downloads import MemoryDownloads

ANN, BOB = UUID(int=1), UUID(int=2)


def ticket(url: str) -> str:
    return url.removeprefix("/d/")


async def test_a_file_is_fetched_once_and_by_its_user_only() -> None:
    downloads = MemoryDownloads("/d/")
    url = downloads.of(ANN).offer("chats\n.csv", "text/csv", b"a,b")

    assert downloads.take(BOB, ticket(url)) is None
    offered = downloads.take(ANN, ticket(url))
    assert offered is not None
    assert (offered.name, offered.media_type, offered.data) == ("chats_.csv", "text/csv", b"a,b")
    assert downloads.take(ANN, ticket(url)) is None
    assert "a,b" not in repr(offered)


async def test_tickets_cannot_be_guessed_from_each_other() -> None:
    mine = MemoryDownloads("/d/").of(ANN)
    tickets = {ticket(mine.offer("a", "text/plain", b"")) for _ in range(50)}

    assert len(tickets) == 50
    assert min(map(len, tickets)) >= 32


async def test_the_oldest_give_way_to_the_newest() -> None:
    downloads = MemoryDownloads("/d/", most_of_user=10)
    first, second, third = (downloads.of(ANN).offer("a", "text/plain", b"x" * 4) for _ in range(3))

    assert downloads.take(ANN, ticket(first)) is None
    assert downloads.take(ANN, ticket(second)) is not None
    assert downloads.take(ANN, ticket(third)) is not None


async def test_nobody_loses_a_file_to_another_user() -> None:
    downloads = MemoryDownloads("/d/", most_of_user=10, most=10)
    url = downloads.of(ANN).offer("a", "text/plain", b"x" * 8)

    with pytest.raises(CommandError) as refused:
        downloads.of(BOB).offer("b", "text/plain", b"x" * 8)
    assert refused.value.code == "too_many"
    assert downloads.take(ANN, ticket(url)) is not None
    assert downloads.of(BOB).offer("b", "text/plain", b"x" * 8)


async def test_what_is_bigger_than_all_room_is_refused() -> None:
    downloads = MemoryDownloads("/d/", most_of_user=10)
    url = downloads.of(ANN).offer("a", "text/plain", b"x" * 8)

    with pytest.raises(CommandError) as refused:
        downloads.of(ANN).offer("a", "text/plain", b"x" * 11)
    assert refused.value.code == "too_big"
    assert downloads.take(ANN, ticket(url)) is not None


async def test_time_is_short() -> None:
    downloads = MemoryDownloads("/d/", seconds=0)
    url = downloads.of(ANN).offer("a", "text/plain", b"x")
    kept = MemoryDownloads("/d/").of(ANN).offer("a", "text/plain", b"x")
    await asyncio.sleep(0.001)

    assert kept
    assert downloads.take(ANN, ticket(url)) is None


async def test_who_goes_leaves_nothing() -> None:
    downloads = MemoryDownloads("/d/")
    hers = downloads.of(ANN).offer("a", "text/plain", b"x")
    his = downloads.of(BOB).offer("a", "text/plain", b"x")
    downloads.forget(ANN)

    assert downloads.take(ANN, ticket(hers)) is None
    assert downloads.take(BOB, ticket(his)) is not None
