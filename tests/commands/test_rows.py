"""Rows and the promise of their columns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from commands import Chat, Column, Kind, Link, Message, Row, Stream, User, Value
from commands.rows import fault

CHAT = Chat(1, "Pavel Durov", "channel", "durov")
EXAMPLES: dict[Kind, Value] = {
    Kind.BYTES: 5,
    Kind.CHAT: CHAT,
    Kind.DURATION: timedelta(1),
    Kind.FLAG: True,
    Kind.FLAGS: frozenset({"muted"}),
    Kind.INTEGER: 5,
    Kind.LINK: Link("https://example.org"),
    Kind.MESSAGE: Message(1, CHAT, datetime(2026, 1, 1, tzinfo=UTC), "ciao"),
    Kind.NUMBER: 0.5,
    Kind.TEXT: "x",
    Kind.TIME: datetime(2026, 1, 1, tzinfo=UTC),
    Kind.USER: User(1, "Ada"),
}


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_takes_its_values_and_no_others(kind: Kind) -> None:
    check = fault((Column("x", kind),))
    assert check((EXAMPLES[kind],)) is None
    assert check((None,)) is None
    wrong: Value = "text" if kind is not Kind.TEXT else 5
    assert check((wrong,)) == f"x is {kind}, got {type(wrong).__name__}"


def test_a_flag_is_no_number() -> None:
    assert fault((Column("x", Kind.INTEGER),))((True,)) == "x is integer, got bool"


def test_a_row_is_as_wide_as_its_columns() -> None:
    assert fault((Column("x", Kind.TEXT),))(("a", "b")) == "2 cells for 1 columns"


def test_a_public_name_is_a_link() -> None:
    assert CHAT.link == "https://t.me/durov"
    assert Chat(2, "x", "group").link is None
    assert Chat(3, "x", "group", "name", "https://t.me/c/1").link == "https://t.me/c/1"


def test_as_text() -> None:
    shown = [str(EXAMPLES[kind]) for kind in (Kind.CHAT, Kind.USER, Kind.MESSAGE, Kind.LINK)]
    assert shown == ["Pavel Durov @durov", "Ada", "ciao", "https://example.org"]
    assert str(Chat(2, "x", "group")) == "x"
    assert (str(User(1, "Ada", "ada")), str(Link("https://example.org", "here"))) == ("Ada @ada", "here")


def test_values_are_hashable() -> None:
    assert len(set(EXAMPLES.values())) == len(EXAMPLES) - 1  # a size and a number may be equal


async def test_a_stream_row_by_row() -> None:
    async def batches() -> AsyncIterator[tuple[Row, ...]]:
        yield (("a",), ("b",))
        yield (("c",),)

    stream = Stream((Column("x", Kind.TEXT),), batches())
    assert [row async for row in stream] == [("a",), ("b",), ("c",)]
    assert stream.index("x") == 0
