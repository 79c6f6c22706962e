"""The commands that are shipped, over the socket and over HTTP, with the exact columns that are promised."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import orjson
import pytest

from tests.product.answer import Answer
from tests.product.caller import Program
from tests.product.terminal import Terminal

CHAT_LIST = [("chat", "chat"), ("unread", "integer"), ("kind", "text"), ("last", "time"), ("flags", "flags")]
PROFILE = [
    ("chat", "chat"),
    ("kind", "text"),
    ("title", "text"),
    ("username", "text"),
    ("members", "integer"),
    ("about", "text"),
]
FLAGS = {"archived", "mentioned", "muted", "pinned", "verified"}
KINDS = {"user", "bot", "group", "supergroup", "channel"}
NAMES = ["@", "clear", "count", "csv", "head", "help", "json", "list", "search", "sort", "where"]


def check_chats(answer: Answer) -> None:
    for row in answer.rows:
        chat = row["chat"]
        assert set(chat) <= {"id", "title", "username", "type", "link"}
        assert {"id", "title", "type"} <= set(chat)
        assert row["kind"] == chat["type"]
        assert row["kind"] in KINDS
        assert isinstance(row["unread"], int)
        assert row["unread"] >= 0
        assert set(row["flags"]) <= FLAGS
        assert row["last"] is None or datetime.fromisoformat(row["last"]).utcoffset() is not None


async def test_list_shows_the_newest_below_the_pinned(terminal: Terminal) -> None:
    answer = await terminal.run("list")
    assert answer.of("started")[0]["commands"] == ["list"]
    assert answer.columns == CHAT_LIST
    check_chats(answer)
    assert len(answer.rows) == 20
    pinned = ["pinned" in row["flags"] for row in answer.rows]
    assert pinned == sorted(pinned, reverse=True)
    assert any(pinned)
    times = [row["last"] for row in answer.rows if "pinned" not in row["flags"] and row["last"]]
    assert times == sorted(times, reverse=True)
    assert answer.end["rows"] == 20


async def test_list_takes_a_number_and_gives_all_before_a_pipe(terminal: Terminal) -> None:
    assert len((await terminal.run("list 5")).rows) == 5
    assert (await terminal.run("list 5 | count")).rows == [{"count": 5}]
    (everything,) = (await terminal.run("list | count")).rows
    assert everything["count"] > 150
    assert len((await terminal.run("list 1000")).rows) == everything["count"]


async def test_search_ignores_case_and_accents(terminal: Terminal) -> None:
    answer = await terminal.run("search offerte")
    assert answer.columns == CHAT_LIST
    check_chats(answer)
    assert answer.rows
    assert all("offerte" in title.lower() for title in answer.titles)
    assert (await terminal.run("search OFFÈRTE")).titles == answer.titles
    assert (await terminal.run("search scontierrati")).rows[0]["chat"]["username"] == "scontierrati"
    nothing = await terminal.run("search zzzz qqqq")
    assert nothing.status == "ok"
    assert [notice["code"] for notice in nothing.of("notice")] == ["nothing_found"]


async def test_a_username_is_looked_up(terminal: Terminal) -> None:
    answer = await terminal.run("@scontierrati")
    assert answer.columns == PROFILE
    (row,) = answer.rows
    assert (row["kind"], row["username"]) == ("channel", "scontierrati")
    assert row["title"] == row["chat"]["title"]
    assert row["members"] > 0
    assert row["about"]
    assert (await terminal.run("@ScontiErrati")).rows == [row]
    unknown = (await terminal.run("@nobody_here")).error
    assert unknown["code"] == "username_not_found"
    assert "@nobody_here" in unknown["text"]


async def test_rows_go_through_pipes(terminal: Terminal) -> None:
    answer = await terminal.run("list | where unread > 0 and kind = channel | sort -unread | head 3")
    assert answer.of("started")[0]["commands"] == ["list", "where", "sort", "head"]
    assert answer.columns == CHAT_LIST
    unread = [row["unread"] for row in answer.rows]
    assert unread == sorted(unread, reverse=True)
    assert len(unread) == 3
    assert {row["kind"] for row in answer.rows} == {"channel"}

    listed = (await terminal.run("list 4")).titles
    documents = orjson.loads((await terminal.run("list 4 | json")).texts)
    assert [document["chat"]["title"] for document in documents] == listed
    lines = list(csv.DictReader(io.StringIO((await terminal.run("list 4 | csv")).texts)))
    assert list(lines[0]) == [name for name, _ in CHAT_LIST]
    assert all(line["chat"].startswith(title) for line, title in zip(lines, listed, strict=True))


async def test_help_explains_every_command(terminal: Terminal) -> None:
    hello = await terminal.hello()
    assert sorted(command["name"] for command in hello["commands"]) == NAMES
    overview = await terminal.run("help")
    assert {row["part"] for row in overview.rows} == {command["usage"] for command in hello["commands"]}
    for command in hello["commands"]:
        answer = await terminal.run(f"help {command['name']}")
        assert answer.status == "ok"
        assert command["summary"] in answer.texts
        parts = [row["part"] for row in answer.rows]
        assert {"usage", "example", "uses", "from"} <= set(parts)
        said = str(answer.rows)
        assert all(argument["help"] in said for argument in command["arguments"])
        assert all(capability in said for capability in command["capabilities"])
        assert all(example in said for example in command["examples"])


async def test_clear_empties_the_screen(terminal: Terminal) -> None:
    answer = await terminal.run("clear")
    assert [frame["type"] for frame in answer.frames] == ["started", "clear", "finished"]


@pytest.mark.parametrize(
    ("line", "code", "reason", "at"),
    [
        ("lsit", "unknown_command", None, [0, 4]),
        ('search "offerte', "usage", "open_quote", [7, 15]),
        ("list 1 2", "usage", None, [7, 8]),
        ("list | where", "usage", "missing_argument", None),
        ("where unread > 1", "usage", "needs_rows", [0, 5]),
        ("", "usage", "empty_stage", None),
    ],
)
async def test_a_line_that_makes_no_sense_is_told_where(
    line: str, code: str, reason: str | None, at: list[int] | None, terminal: Terminal
) -> None:
    error = (await terminal.run(line)).error
    assert error["code"] == code
    assert error["text"].endswith(".")
    assert reason is None or error["reason"] == reason
    assert at is None or error["at"] == at
    assert code != "unknown_command" or error["hint"] == "Did you mean list?"


async def test_http_gives_the_same_frames(terminal: Terminal, resident: Program) -> None:
    for line in ("list 3", "@nobody_here", "lsit", "search offerte | count", 'search "x', "help list"):
        over_http, over_socket = (await resident.run(line)).frames, (await terminal.run(line)).frames
        assert [_same(frame) for frame in over_http] == [_same(frame) for frame in over_socket]
        assert len({frame["id"] for frame in over_http}) == 1


def _same(frame: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in frame.items() if name not in ("id", "ms")}


async def test_the_catalogue_is_the_same_everywhere(terminal: Terminal, resident: Program) -> None:
    listed = (await resident.asked("GET", "/commands"))["commands"]
    assert listed == (await terminal.hello())["commands"]
    (described,) = [command for command in listed if command["name"] == "list"]
    assert {"name", "usage", "summary", "arguments", "capabilities", "columns"} <= set(described)
