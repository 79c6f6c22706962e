"""Cells have the shapes that the public contract gives to their kinds."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from commands import Chat, Kind, Link, Message, User, Value
from commands.cells import to_json, to_text

CHAT = Chat(1, "Pavel", "channel", "durov")
TIME = datetime(2026, 1, 31, 12, tzinfo=UTC)
ADA = User(7, "Ada", "ada")
SHAPES: list[tuple[Kind, Value, object, str]] = [
    (
        Kind.CHAT,
        CHAT,
        {"id": 1, "title": "Pavel", "type": "channel", "username": "durov", "link": "https://t.me/durov"},
        "Pavel @durov",
    ),
    (Kind.CHAT, Chat(2, "Amici", "group"), {"id": 2, "title": "Amici", "type": "group"}, "Amici"),
    (Kind.USER, ADA, {"id": 7, "name": "Ada", "username": "ada"}, "Ada @ada"),
    (Kind.USER, User(8, "Bo"), {"id": 8, "name": "Bo"}, "Bo"),
    (
        Kind.MESSAGE,
        Message(3, Chat(2, "Amici", "group"), TIME, "ciao", ADA, "https://t.me/c/2/3"),
        {
            "chat": {"id": 2, "title": "Amici", "type": "group"},
            "id": 3,
            "text": "ciao",
            "time": "2026-01-31T12:00:00Z",
            "link": "https://t.me/c/2/3",
            "from": {"id": 7, "name": "Ada", "username": "ada"},
        },
        "ciao",
    ),
    (Kind.TIME, TIME, "2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
    (Kind.TIME, TIME.replace(tzinfo=None), "2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
    (
        Kind.TIME,
        TIME.astimezone(timezone(timedelta(hours=2))),
        "2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00Z",
    ),
    (Kind.TIME, TIME.replace(microsecond=5000), "2026-01-31T12:00:00.005Z", "2026-01-31T12:00:00.005Z"),
    (Kind.INTEGER, -5, -5, "-5"),
    (Kind.NUMBER, 0.5, 0.5, "0.5"),
    (Kind.NUMBER, float("nan"), None, ""),
    (Kind.TEXT, "x", "x", "x"),
    (Kind.FLAG, True, True, "true"),
    (Kind.FLAG, False, False, "false"),
    (Kind.FLAGS, frozenset({"b", "a"}), ["a", "b"], "a b"),
    (
        Kind.LINK,
        Link("https://example.org"),
        {"href": "https://example.org", "text": "https://example.org"},
        "https://example.org",
    ),
    (Kind.BYTES, 10, 10, "10"),
    (Kind.DURATION, timedelta(minutes=90), 5400, "5400"),
    (Kind.DURATION, timedelta(milliseconds=1500), 1.5, "1.5"),
    (Kind.TEXT, None, None, ""),
]


@pytest.mark.parametrize(("kind", "value", "shape", "text"), SHAPES)
def test_shapes(kind: Kind, value: Value, shape: object, text: str) -> None:
    assert (to_json(value), to_text(value)) == (shape, text)
    assert json.loads(json.dumps(to_json(value), allow_nan=False)) == shape


def test_every_kind_has_a_shape() -> None:
    assert {kind for kind, *_ in SHAPES} == set(Kind)
