"""Real lines through a real dispatcher, as frames: over a socket, and one over HTTP."""

from __future__ import annotations

import asyncio
import gettext
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from commands import CHAT, Capability, Change, Chat, Command, Context, Effect, Given, Word, many, say
from quart_app.terminal.downloads import MemoryDownloads
from quart_app.terminal.oneshot import run_line
from quart_app.terminal.presence import Presence
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram

if TYPE_CHECKING:
    from tests.quart_app.terminal.session.conftest import Open, Terminal


class Marking:
    """An act that can be held half-way."""

    def __init__(self) -> None:
        self.applied: list[int] = []
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def apply(
        self, context: Context, given: Given, chats: tuple[Chat, ...]
    ) -> tuple[Change[Chat], ...]:
        self.begun.set()
        await self.go_on.wait()
        self.applied += [chat.id for chat in chats]
        return tuple(Change(chat, False) for chat in chats)

    def command(self) -> Command:
        chats = many(CHAT, "chat", say("the chats to mark"))
        return Command(
            trigger=Word("mark"),
            summary=say("mark chats"),
            does=Effect(subject=chats, apply=self.apply),
            examples=("mark @durov",),
            capabilities=frozenset({Capability.CHATS_RESOLVE}),
        )


@pytest.fixture
def marking() -> Marking:
    return Marking()


@pytest.fixture
def lines(telegram: MemoryTelegram, marking: Marking) -> LineTerminal:
    lines = LineTerminal(telegram)
    lines.add(marking.command())
    return lines


@pytest.fixture
async def terminal(open_terminal: Open, lines: LineTerminal) -> Terminal:
    """Overrides the terminal with scripts."""
    return open_terminal(dispatcher=lines.dispatcher, commands=lines.dispatcher.catalogue.all())


async def over_http(lines: LineTerminal, line: str, *, yes: bool = False) -> list[dict[str, Any]]:
    downloads = MemoryDownloads("/d/").of(UUID(int=1))
    plain = gettext.NullTranslations()
    answer = run_line(
        lines.dispatcher,
        line,
        yes=yes,
        run_id="h1",
        translations=plain,
        downloads=downloads,
        presence=Presence(),
    )
    return [json.loads(frame) async for frame in answer]


async def test_hello_names_every_command(terminal: Terminal) -> None:
    hello = await terminal.browser.until("hello")

    names = {command["name"] for command in hello["commands"]}
    assert {"@", "list", "search", "help", "clear", "where", "sort", "head", "count", "json", "csv"} <= names
    for command in hello["commands"]:
        assert {"name", "usage", "summary", "arguments", "capabilities", "columns"} <= set(command)


async def test_list_opens_a_table_and_fills_it(terminal: Terminal) -> None:
    terminal.browser.run("r1", "list 5")
    started = await terminal.browser.until("started", id="r1")
    table = await terminal.browser.until("table", id="r1")
    rows = await terminal.browser.until("rows", id="r1", table=table["table"])
    finished = await terminal.browser.until("finished", id="r1", status="ok")

    assert started["commands"] == ["list"]
    columns = [column["name"] for column in table["columns"]]
    assert columns[:5] == ["chat", "unread", "kind", "last", "flags"]
    kinds = [column["kind"] for column in table["columns"]]
    assert kinds[:5] == ["chat", "integer", "text", "time", "flags"]
    assert len(rows["rows"]) == finished["rows"] == 5
    chat, unread, _kind, last, flags = rows["rows"][0][:5]
    assert {"id", "title", "type"} <= set(chat)
    assert isinstance(unread, int)
    assert last.endswith("Z")
    assert flags == sorted(flags)


async def test_a_pipe_of_many_rows_arrives_in_order(terminal: Terminal) -> None:
    terminal.browser.run("r1", "list | sort -unread")
    finished = await terminal.browser.until("finished", id="r1", status="ok")

    unread = [row[1] for frame in terminal.browser.all("rows") for row in frame["rows"]]
    assert len(unread) == finished["rows"] == 200
    assert unread == sorted(unread, reverse=True)
    assert max(len(frame["rows"]) for frame in terminal.browser.all("rows")) <= 50


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("serch offerte", "unknown_command"),
        ("list twelve", "usage"),
        ('search "offerte', "usage"),
        ("@nobody_here", "username_not_found"),
        ("", "usage"),
    ],
)
async def test_an_error_is_a_notice_before_the_end(terminal: Terminal, line: str, code: str) -> None:
    terminal.browser.run("r1", line)
    notice = await terminal.browser.until("notice", id="r1", level="error")
    await terminal.browser.until("finished", id="r1", status="error")

    assert notice["code"] == code
    assert notice["text"]
    if code == "unknown_command":
        assert "search" in notice["hint"]
        assert notice["at"] == [0, 5]
    if code == "usage":
        assert notice["reason"]


async def test_clear_clears(terminal: Terminal) -> None:
    terminal.browser.run("r1", "clear")

    assert await terminal.browser.until("clear") == {"type": "clear", "id": "r1"}
    await terminal.browser.until("finished", status="ok")


async def test_a_word_is_completed(terminal: Terminal) -> None:
    terminal.browser.say("complete", "c1", line="sear", cursor=4)
    (item,) = (await terminal.browser.until("completions", id="c1"))["items"]

    assert item["text"] == "search"
    assert item["help"]


async def test_an_act_asks_after_its_preview_and_does_as_told(terminal: Terminal, marking: Marking) -> None:
    marking.go_on.set()
    for run_id, answer, acted in (("r1", "no", 0), ("r2", "yes", 3)):
        terminal.browser.run(run_id, "list | head 3 | mark")
        asked = await terminal.browser.until("ask", id=run_id)
        preview = [len(frame["rows"]) for frame in terminal.browser.all("rows", id=run_id)]
        assert preview == [3]
        terminal.browser.say("answer", run_id, ask=asked["ask"], value=answer)
        await terminal.browser.until("finished", id=run_id, status="ok")
        assert len(marking.applied) == acted


async def test_an_act_that_is_cancelled_in_flight_ends_unknown(terminal: Terminal, marking: Marking) -> None:
    terminal.browser.run("r1", "mark @durov")
    async with asyncio.timeout(10):
        await marking.begun.wait()
    terminal.browser.say("cancel", "r1")

    await terminal.browser.until("finished", id="r1", status="unknown")


async def test_an_act_that_is_in_flight_at_a_restart_ends_unknown(
    terminal: Terminal, marking: Marking
) -> None:
    terminal.browser.run("r1", "mark @durov")
    terminal.browser.run("r2", "list")
    async with asyncio.timeout(10):
        await marking.begun.wait()
    terminal.session.close(1012, "Restart.")
    await terminal.end()

    assert terminal.browser.all("finished", id="r1", status="unknown")
    assert terminal.browser.all("finished", id="r2", status="cancelled")


async def test_over_http_an_act_needs_a_yes(lines: LineTerminal, marking: Marking) -> None:
    marking.go_on.set()
    refused = await over_http(lines, "list | head 3 | mark")

    assert [frame["type"] for frame in refused] == ["started", "table", "rows", "notice", "finished"]
    assert refused[3]["code"] == "confirmation_needed"
    assert refused[4]["status"] == "error"
    assert marking.applied == []

    for line, yes in (("list | head 3 | mark", True), ("list | head 3 | mark --yes", False)):
        marking.applied.clear()
        done = await over_http(lines, line, yes=yes)
        assert done[-1]["status"] == "ok"
        assert len(marking.applied) == 3


async def test_over_http_a_line_that_cannot_run_is_an_outcome_too(lines: LineTerminal) -> None:
    notice, finished = await over_http(lines, "serch offerte")

    assert notice["code"] == "unknown_command"
    assert finished["status"] == "error"
