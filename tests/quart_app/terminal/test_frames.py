"""Frames of the socket, against the shapes of the contract."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands import Chart, Column, Description, Kind, Notice, Phrase, Progress, say
from commands.events import Table
from quart_app.telegram.alerts import Alert
from quart_app.telegram.state import SessionPhase, SessionState
from quart_app.terminal import frames
from quart_app.terminal.frames import DOWN_KINDS, UP_KINDS, Frame
from quart_app.terminal.offers import Completion
from quart_app.terminal.question import Question


def say_it(said: Phrase | str) -> str:
    return said if isinstance(said, str) else f"<{said.id}>"


COLUMNS = (Column("chat", Kind.CHAT, say("Chat")), Column("unread", Kind.INTEGER))
LISTED = Description(
    name="list",
    usage="list [N]",
    summary="Your chats",
    does="source",
    plugin="telegram-chat-manager",
    builtin=True,
    arguments=({"name": "n", "kind": "count", "choices": ()},),
    capabilities=("chats.read",),
    columns=({"name": "chat", "kind": "chat", "title": "chat"},),
    examples=("list 5",),
    effect=None,
)
LEAVING = Question(
    "Leave 2?",
    detail=("You see them no more.", say("This can’t be undone.")),
    cost="2 requests.",
    yes="Leave 2",
    no="Stay",
    danger=True,
    table="t1",
)
ACTIVE = SessionState(SessionPhase.ACTIVE, 1_769_860_800, scope="full")


def written(frame: Frame) -> Any:
    """As the page reads it."""
    data = frames.dumps(frame)
    assert b"\n" not in data
    return json.loads(data)


@pytest.mark.parametrize(
    ("frame", "read"),
    [
        (
            frames.session_changed(ACTIVE),
            {"type": "session", "state": "active", "expires_at": "2026-01-31T12:00:00Z", "scope": "full"},
        ),
        (
            frames.session_changed(SessionState(SessionPhase.PASSWORD_NEEDED, hint="de\x00mo")),
            {"type": "session", "state": "password_needed", "expires_at": None, "hint": "de␀mo"},
        ),
        (
            frames.started("r1", ("list", "where")),
            {"type": "started", "id": "r1", "commands": ["list", "where"]},
        ),
        (frames.text("r1", "a\nb\x1b"), {"type": "text", "id": "r1", "text": "a\nb␛"}),
        (
            frames.table("r1", Table("t1", COLUMNS), say_it),
            {
                "type": "table",
                "id": "r1",
                "table": "t1",
                "columns": [
                    {"name": "chat", "kind": "chat", "title": "<Chat>"},
                    {"name": "unread", "kind": "integer", "title": "unread"},
                ],
            },
        ),
        (
            frames.rows("r1", "t1", [b"[1,null]", b'["x"]']),
            {"type": "rows", "id": "r1", "table": "t1", "rows": [[1, None], ["x"]]},
        ),
        (
            frames.notice(Notice("info", "report", "done"), say_it),
            {"type": "notice", "level": "info", "code": "report", "text": "done"},
        ),
        (
            frames.notice(
                Notice("error", "usage", say("No."), (2, 5), say("Try {x}."), 4.21, "bad_value"), say_it, "r1"
            ),
            {
                "type": "notice",
                "id": "r1",
                "level": "error",
                "code": "usage",
                "text": "<No.>",
                "reason": "bad_value",
                "at": [2, 5],
                "hint": "<Try {x}.>",
                "retry_after": 4.3,
            },
        ),
        (
            frames.progress("r1", Progress(3, 10, "half"), say_it),
            {"type": "progress", "id": "r1", "done": 3, "total": 10, "text": "half"},
        ),
        (frames.progress("r1", Progress(3), say_it), {"type": "progress", "id": "r1", "done": 3}),
        (
            frames.chart("r1", Chart("bars", say("Days"), COLUMNS[1:], ((1,), (2,))), say_it),
            {
                "type": "chart",
                "id": "r1",
                "chart": {
                    "form": "bars",
                    "title": "<Days>",
                    "columns": [{"name": "unread", "kind": "integer", "title": "unread"}],
                    "rows": [[1], [2]],
                },
            },
        ),
        (
            frames.download("r1", "/d/x", "../chats.csv", 3),
            {"type": "download", "id": "r1", "url": "/d/x", "name": "_chats.csv", "size": 3},
        ),
        (
            frames.ask("r1", "a1", Question("Sure?"), say_it),
            {
                "type": "ask",
                "id": "r1",
                "ask": "a1",
                "text": "Sure?",
                "choices": [{"value": "yes", "text": "<Yes>"}, {"value": "no", "text": "<No>"}],
            },
        ),
        (
            frames.ask("r1", "a1", LEAVING, say_it),
            {
                "type": "ask",
                "id": "r1",
                "ask": "a1",
                "text": "Leave 2?",
                "detail": ["You see them no more.", "<This can’t be undone.>"],
                "cost": "2 requests.",
                "table": "t1",
                "choices": [
                    {"value": "yes", "text": "Leave 2", "danger": True},
                    {"value": "no", "text": "Stay"},
                ],
            },
        ),
        (frames.clear("r1"), {"type": "clear", "id": "r1"}),
        (
            frames.completions("c1", [Completion("search", "find chats")]),
            {"type": "completions", "id": "c1", "items": [{"text": "search", "help": "find chats"}]},
        ),
        (
            frames.event("message", {"type": "x", "unread": 1}),
            {"type": "event", "event": "message", "unread": 1},
        ),
        (
            frames.finished("r1", "ok", seconds=0.0126, rows=3),
            {"type": "finished", "id": "r1", "status": "ok", "ms": 13, "rows": 3},
        ),
        (frames.pong("p1"), {"type": "pong", "id": "p1"}),
        (frames.resumed(7), {"type": "resumed", "heard": 7}),
        (frames.goodbye(1012, "Restart."), {"type": "goodbye", "code": 1012, "text": "Restart."}),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else None,
)
def test_each_frame_has_the_shape_of_the_contract(frame: Frame, read: Any) -> None:
    assert written(frame) == read
    assert read["type"] in DOWN_KINDS


def test_hello_describes_commands_and_session() -> None:
    hello = written(frames.hello("0.1.0", [LISTED], ACTIVE))

    assert hello["type"] == "hello"
    assert hello["version"] == "0.1.0"
    assert hello["session"] == {"state": "active", "expires_at": "2026-01-31T12:00:00Z", "scope": "full"}
    (command,) = hello["commands"]
    assert command["name"] == "list"
    assert command["usage"] == "list [N]"
    assert command["summary"] == "Your chats"
    assert command["arguments"] == [{"name": "n", "kind": "count", "choices": []}]
    assert command["capabilities"] == ["chats.read"]
    assert command["columns"] == [{"name": "chat", "kind": "chat", "title": "chat"}]


def test_the_kinds_are_named_once() -> None:
    assert len(set(DOWN_KINDS)) == len(DOWN_KINDS) == 18
    assert UP_KINDS == ("run", "cancel", "complete", "answer", "ping")


@pytest.mark.parametrize("wait", [float("nan"), float("inf")])
def test_a_wait_without_end_is_not_written(wait: float) -> None:
    assert "retry_after" not in frames.notice(Notice("error", "flood_wait", "x", retry_after=wait), say_it)


@given(st.text(st.characters() | st.integers(0xD800, 0xDFFF).map(chr)))
def test_any_text_of_telegram_makes_one_line_that_every_reader_takes_for_one(text: str) -> None:
    for frame in (
        frames.text("r1", text),
        frames.notice(Notice("info", "x", text, hint=text), say_it),
        frames.ask("r1", "a1", Question(text, (text,), text, text, text), say_it),
        frames.download("r1", "/d/x", text, 1),
    ):
        line = frames.dumps(frame).decode()
        assert len(line.splitlines()) == 1
        assert json.loads(line)["type"] == frame["type"]


def test_a_new_login_is_told_with_all_that_telegram_knows_of_it() -> None:
    when = datetime(2026, 1, 31, 12, tzinfo=UTC)
    alert = Alert("new_login", say("Look."), "iPad", "Rome", when)
    assert frames.alert(alert, say_it) == {
        "type": "event",
        "event": "new_login",
        "text": "<Look.>",
        "device": "iPad",
        "location": "Rome",
        "time": "2026-01-31T12:00:00Z",
    }
    assert frames.alert(Alert("login_code", "Look."), say_it) == {
        "type": "event",
        "event": "login_code",
        "text": "Look.",
    }
