"""Rows as one text: bounded, shown while small, a file when not."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from commands import Column, CommandError, Download, Kind, Row, Stream, Text
from commands.exports import MOST_KEPT, MOST_SHOWN, collect, export

COLUMNS = (Column("text", Kind.TEXT),)


async def events(text: str) -> list[object]:
    return [event async for event in export(text, "x.txt", "text/plain", encoding="utf-16-le")]


async def test_so_much_is_shown_and_no_more() -> None:
    assert await events("x" * MOST_SHOWN) == [Text("x" * MOST_SHOWN)]
    longer = "è" * (MOST_SHOWN // 2 + 1)
    assert await events(longer) == [Download("x.txt", "text/plain", longer.encode("utf-16-le"))]


async def test_half_a_character_does_no_harm() -> None:
    (file,) = await events("\ud800" * (MOST_SHOWN + 1))
    assert isinstance(file, Download)


async def test_a_stream_without_end_is_refused() -> None:
    closed: list[bool] = []

    async def endless() -> AsyncIterator[tuple[Row, ...]]:
        try:
            while True:
                yield (("x",),)
        finally:
            closed.append(True)

    batches = endless()
    with pytest.raises(CommandError) as caught:
        await collect(Stream(COLUMNS, batches), lambda row: "x" * (MOST_KEPT // 4))
    assert caught.value.code == "too_many"
    assert closed == []
    await batches.aclose()  # type: ignore[attr-defined]  # it is a generator: who made it closes it
    assert closed == [True]


async def test_rows_as_they_are_written() -> None:
    async def two() -> AsyncIterator[tuple[Row, ...]]:
        yield (("a",), ("b",))

    assert await collect(Stream(COLUMNS, two()), lambda row: f"<{row[0]}>") == ["<a>", "<b>"]
