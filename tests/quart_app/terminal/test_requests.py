"""Frames from the page: what is understood, and that the rest is refused and nothing worse."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quart_app.terminal.requests import (
    MOST_LINE,
    UP_KINDS,
    Answer,
    BadFrame,
    Cancel,
    Complete,
    Ping,
    Request,
    Run,
    decode,
)

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.fixed_dictionaries(
    {"type": st.sampled_from((*UP_KINDS, "hello")) | JSON_VALUES},
    optional={
        name: st.sampled_from(["r1", "list", "", "x" * 65, 0, 2]) | JSON_VALUES
        for name in ("id", "line", "cursor", "ask", "value")
    },
)


def refused(data: str) -> BadFrame:
    with pytest.raises(BadFrame) as caught:
        decode(data)
    return caught.value


@pytest.mark.parametrize(
    ("fields", "request_"),
    [
        ({"type": "run", "id": "r1", "line": "search offerte"}, Run("r1", "search offerte")),
        ({"type": "cancel", "id": "r1"}, Cancel("r1")),
        ({"type": "complete", "id": "c1", "line": "se", "cursor": 2}, Complete("c1", "se", 2)),
        ({"type": "answer", "id": "r1", "ask": "a1", "value": "yes"}, Answer("r1", "a1", "yes")),
        ({"type": "ping", "id": "p1"}, Ping("p1")),
        ({"type": "ping", "id": "p1", "more": [1]}, Ping("p1")),
        ({"type": "run", "id": "x" * 64, "line": "a" * MOST_LINE}, Run("x" * 64, "a" * MOST_LINE)),
        ({"type": "complete", "id": "c", "line": "🔥", "cursor": 2}, Complete("c", "🔥", 1)),
    ],
)
def test_each_kind_is_understood(fields: dict[str, Any], request_: Request) -> None:
    assert decode(json.dumps(fields)) == request_


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "malformed_json"),
        ("list", "malformed_json"),
        ("[" * 100_000, "malformed_json"),
        ('{"a":' * 2000, "malformed_json"),
        ('{"type": NaN}', "malformed_json"),
        ("1" * 5000, "malformed_json"),
        ('{"type": "ping", "id": "\\ud800"}', "malformed_json"),
        ('{"type": "ping", "id": "\ud800"}', "malformed_json"),
        ("\ufeff{}", "malformed_json"),
        ("[]", "not_an_object"),
        ("7", "not_an_object"),
        ("{}", "unknown_type"),
        ('{"type": ["run"]}', "unknown_type"),
        ('{"type": "hello"}', "unknown_type"),
        ('{"type": "ping"}', "bad_id"),
        ('{"type": "ping", "id": 1}', "bad_id"),
        ('{"type": "ping", "id": ""}', "bad_id"),
        ('{"type": "ping", "id": "a\\nb"}', "bad_id"),
        (json.dumps({"type": "ping", "id": "x" * 65}), "bad_id"),
        ('{"type": "run", "id": "r"}', "bad_line"),
        (json.dumps({"type": "run", "id": "r", "line": "x" * (MOST_LINE + 1)}), "line_too_long"),
        ('{"type": "complete", "id": "c", "line": "se", "cursor": 3}', "bad_cursor"),
        ('{"type": "complete", "id": "c", "line": "se", "cursor": -1}', "bad_cursor"),
        ('{"type": "complete", "id": "c", "line": "se", "cursor": true}', "bad_cursor"),
        ('{"type": "complete", "id": "c", "line": "se", "cursor": 1.0}', "bad_cursor"),
        ('{"type": "answer", "id": "r", "value": "yes"}', "bad_ask"),
        ('{"type": "answer", "id": "r", "ask": "a1", "value": true}', "bad_value"),
    ],
)
def test_the_rest_is_refused_with_a_reason(data: str, reason: str) -> None:
    assert refused(data).reason == reason


def test_a_run_that_cannot_be_read_keeps_its_id() -> None:
    assert refused('{"type": "run", "id": "r7", "line": 1}').run_id == "r7"
    assert refused('{"type": "run", "line": "list"}').run_id is None
    assert refused('{"type": "ping", "line": "list"}').run_id is None


def test_of_a_field_given_twice_the_last_counts() -> None:
    assert decode('{"type": "ping", "id": "a", "id": "b"}') == Ping("b")


@given(st.text(st.characters() | st.integers(0xD800, 0xDFFF).map(chr)))
@example('{"type":')
def test_no_text_does_worse_than_being_refused(data: str) -> None:
    with pytest.raises(BadFrame):
        decode(data)


@given(FIELDS)
def test_no_object_does_worse_than_being_refused(fields: dict[str, Any]) -> None:
    try:
        request = decode(json.dumps(fields))
    except BadFrame:
        return
    assert 1 <= len(request.id) <= 64
    assert len(getattr(request, "line", "")) <= MOST_LINE
    assert getattr(request, "cursor", 0) <= len(getattr(request, "line", ""))
