"""Each kind of argument: what it takes, what it makes of it, and what it says of the rest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import commands
from commands import (
    CHAT,
    COLUMN,
    COMMAND,
    COUNT,
    DURATION,
    EXPRESSION,
    INTEGER,
    REST,
    TEXT,
    USER,
    USERNAME,
    ArgumentKind,
    Expression,
    UsageError,
    choice,
)
from commands.kinds import Reference
from commands.phrases import render
from tests.doubles.line_terminal import PLAIN

EXAMPLES: list[tuple[ArgumentKind[Any], str, object, str]] = [
    (CHAT, "@durov", Reference("@durov"), " "),
    (COLUMN, "unread", "unread", ""),
    (COMMAND, "list", "list", ""),
    (COUNT, "20", 20, "0"),
    (DURATION, "1w2d3h4m5s", timedelta(days=9, hours=3, minutes=4, seconds=5), "8"),
    (EXPRESSION, "muted", Expression.parse("muted"), "="),
    (INTEGER, "-3", -3, "three"),
    (REST, "as typed", "as typed", ""),
    (TEXT, "word", "word", ""),
    (USER, "Ada", Reference("Ada", "user"), " "),
    (USERNAME, "durov", "durov", ""),
    (choice("loud", "quiet"), "loud", "loud", "Loud"),
]


@pytest.mark.parametrize(("kind", "text", "value", "bad"), EXAMPLES)
def test_values(kind: ArgumentKind[Any], text: str, value: object, bad: str) -> None:
    assert kind.parse(text) == value
    with pytest.raises(UsageError) as caught:
        kind.parse(bad)
    assert caught.value.code == "usage"
    assert render(caught.value.said, PLAIN).startswith(("expected", "Expected"))


def test_every_public_kind_is_tested() -> None:
    public = {
        id(thing) for name in commands.__all__ if isinstance(thing := getattr(commands, name), ArgumentKind)
    }
    assert public <= {id(kind) for kind, *_ in EXAMPLES}


@pytest.mark.parametrize("text", ["9" * 19, "٣", "1_000", "1e3", " 5", "0x10"])
def test_what_python_would_take_for_a_number(text: str) -> None:
    with pytest.raises(UsageError):
        INTEGER.parse(text)


@pytest.mark.parametrize("text", ["999999w" * 20_000, "999999w" * 2_000, "٣d", "1.5h", "-1h"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(UsageError):
        DURATION.parse(text)
