"""Runs over a socket: one after the other, each with exactly one end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from commands import Column, Kind, Notice, Rows, Text
from commands.events import ClearScreen, Download, Progress, Started, Table
from quart_app.terminal.session import Limits
from quart_app.terminal.surroundings import Ask, Emit

if TYPE_CHECKING:
    from tests.quart_app.terminal.session.conftest import Open, Terminal


async def forever(emit: Emit, ask: Ask) -> None:
    await emit(Text("begun"))
    await asyncio.Event().wait()


async def quick(emit: Emit, ask: Ask) -> None:
    await emit(Text("hello"))


def kinds(frames: list[dict[str, Any]]) -> list[str]:
    return [frame["type"] for frame in frames]


async def test_hello_comes_first_and_says_how_the_session_stands(terminal: Terminal) -> None:
    hello = await terminal.browser.until("hello")

    assert terminal.browser.received[0] == hello
    assert hello["version"] == "0.1.0"
    assert hello["session"] == {"state": "active", "expires_at": "2026-01-31T12:00:00Z"}


async def test_a_run_shows_its_events_in_order_and_ends(terminal: Terminal) -> None:
    async def script(emit: Emit, ask: Ask) -> None:
        await emit(Started(("list",)))
        await emit(Table("t1", (Column("n", Kind.INTEGER),)))
        await emit(Rows(((1,), (2,))))
        await emit(Notice("info", "note", "noted"))
        await emit(Rows(((3,),)))
        await emit(Progress(1, 2))
        await emit(Download("a.csv", "text/csv", b"abc"))
        await emit(ClearScreen())

    terminal.dispatcher.scripts["list"] = script
    terminal.browser.run("r1", "list")
    finished = await terminal.browser.until("finished")

    assert finished == {"type": "finished", "id": "r1", "status": "ok", "ms": 500, "rows": 7}
    frames = terminal.browser.received[1:]
    shown = ["started", "table", "rows", "notice", "rows", "progress", "download", "clear", "finished"]
    assert kinds(frames) == shown
    assert {frame["id"] for frame in frames} == {"r1"}
    assert [frame["rows"] for frame in frames if frame["type"] == "rows"] == [[[1], [2]], [[3]]]
    assert frames[6]["url"] == "/d/a.csv"


async def test_runs_take_turns(terminal: Terminal) -> None:
    allowed = asyncio.Event()

    async def first(emit: Emit, ask: Ask) -> None:
        await allowed.wait()

    terminal.dispatcher.scripts |= {"first": first, "second": quick}
    terminal.browser.run("r1", "first")
    terminal.browser.run("r2", "second")
    terminal.browser.say("ping", "p1")
    await terminal.browser.until("pong", id="p1")
    assert terminal.dispatcher.begun == ["r1"]

    allowed.set()
    await terminal.browser.until("finished", id="r1", status="ok")
    await terminal.browser.until("finished", id="r2", status="ok")
    assert terminal.dispatcher.begun == ["r1", "r2"]


async def test_eight_wait_and_the_ninth_is_sent_away(terminal: Terminal) -> None:
    terminal.dispatcher.scripts |= {"forever": forever, "quick": quick}
    terminal.browser.run("r0", "forever")
    for number in range(1, 10):
        terminal.browser.run(f"r{number}", "quick")
    notice = await terminal.browser.until("notice", id="r9")
    await terminal.browser.until("finished", id="r9", status="error")
    assert (notice["level"], notice["code"]) == ("error", "too_many")

    terminal.browser.say("cancel", "r0")
    for number in range(9):
        status = "ok" if number else "cancelled"
        await terminal.browser.until("finished", id=f"r{number}", status=status)
    assert len(terminal.browser.all("finished")) == 10


async def test_a_cancelled_run_ends_so_and_the_next_goes_on(terminal: Terminal) -> None:
    terminal.dispatcher.scripts |= {"forever": forever, "quick": quick}
    terminal.browser.run("r1", "forever")
    terminal.browser.run("r2", "quick")
    await terminal.browser.until("text", id="r1")
    terminal.browser.say("cancel", "r1")
    terminal.browser.say("cancel", "r1")

    await terminal.browser.until("finished", id="r1", status="cancelled")
    await terminal.browser.until("finished", id="r2", status="ok")
    assert len(terminal.browser.all("finished", id="r1")) == 1


async def test_a_run_in_line_can_be_cancelled_and_never_begins(terminal: Terminal) -> None:
    terminal.dispatcher.scripts |= {"forever": forever, "quick": quick}
    terminal.browser.run("r1", "forever")
    terminal.browser.run("r2", "quick")
    await terminal.browser.until("text", id="r1")
    terminal.browser.say("cancel", "r2")
    await terminal.browser.until("finished", id="r2", status="cancelled")
    terminal.browser.say("cancel", "r1")
    await terminal.browser.until("finished", id="r1")

    assert terminal.dispatcher.begun == ["r1"]


async def test_a_cancel_that_comes_too_late_is_no_fault(terminal: Terminal) -> None:
    terminal.dispatcher.scripts["quick"] = quick
    terminal.browser.run("r1", "quick")
    await terminal.browser.until("finished", id="r1")
    terminal.browser.say("cancel", "r1")
    terminal.browser.say("cancel", "never")
    terminal.browser.say("ping", "p1")
    await terminal.browser.until("pong")

    assert not terminal.browser.all("notice")


async def test_cancelling_closes_what_the_command_has_open(terminal: Terminal) -> None:
    closed = asyncio.Event()

    async def script(emit: Emit, ask: Ask) -> None:
        try:
            await forever(emit, ask)
        finally:
            await asyncio.sleep(0)
            closed.set()

    terminal.dispatcher.scripts["open"] = script
    terminal.browser.run("r1", "open")
    await terminal.browser.until("text")
    terminal.browser.say("cancel", "r1")
    await terminal.browser.until("finished", status="cancelled")

    assert closed.is_set()


async def test_a_second_cancel_does_not_disturb_the_cleaning_up(terminal: Terminal) -> None:
    cleaned = asyncio.Event()

    async def script(emit: Emit, ask: Ask) -> None:
        try:
            await forever(emit, ask)
        finally:
            await emit(Text("cleaning"))
            await asyncio.wait_for(asyncio.shield(go_on.wait()), 10)
            cleaned.set()

    go_on = asyncio.Event()
    terminal.dispatcher.scripts["open"] = script
    terminal.browser.run("r1", "open")
    await terminal.browser.until("text", text="begun")
    terminal.browser.say("cancel", "r1")
    await terminal.browser.until("text", text="cleaning")
    terminal.browser.say("cancel", "r1")
    terminal.browser.say("ping", "p1")
    await terminal.browser.until("pong")
    go_on.set()
    await terminal.browser.until("finished", status="cancelled")

    assert cleaned.is_set()


async def test_a_run_that_ends_as_cancelled_task_is_a_cancelled_run(terminal: Terminal) -> None:
    terminal.dispatcher.scripts["forever"] = forever
    terminal.dispatcher.status_when_cancelled = None
    terminal.browser.run("r1", "forever")
    await terminal.browser.until("text")
    terminal.browser.say("cancel", "r1")

    assert (await terminal.browser.until("finished"))["status"] == "cancelled"
    assert not terminal.browser.all("notice")


async def test_an_act_cut_short_is_reported_as_unknown(terminal: Terminal) -> None:
    terminal.dispatcher.scripts["act"] = forever
    terminal.dispatcher.status_when_cancelled = "unknown"
    terminal.browser.run("r1", "act")
    await terminal.browser.until("text")
    terminal.browser.say("cancel", "r1")

    assert (await terminal.browser.until("finished"))["status"] == "unknown"


async def test_a_command_that_will_not_end_is_left_behind(
    open_terminal: Open, caplog: pytest.LogCaptureFixture
) -> None:
    terminal = open_terminal(limits=Limits(grace_seconds=0.02))
    stop, silenced = asyncio.Event(), asyncio.Event()

    async def stubborn(emit: Emit, ask: Ask) -> None:
        await emit(Text("begun"))
        while not stop.is_set():
            try:
                await stop.wait()
            except asyncio.CancelledError:
                continue
        try:
            await emit(Text("still here"))
        except asyncio.CancelledError:
            silenced.set()

    terminal.dispatcher.scripts |= {"stubborn": stubborn, "quick": quick}
    terminal.browser.run("r1", "stubborn")
    terminal.browser.run("r2", "quick")
    await terminal.browser.until("text", id="r1")
    terminal.browser.say("cancel", "r1")

    await terminal.browser.until("finished", id="r1", status="unknown")
    await terminal.browser.until("finished", id="r2", status="ok")
    stop.set()
    await asyncio.wait_for(silenced.wait(), 10)
    assert len(terminal.browser.all("text", id="r1")) == 1
    assert "a cancelled command goes on" in caplog.text


async def test_a_fault_of_the_dispatcher_is_told_without_its_words(
    terminal: Terminal, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(emit: Emit, ask: Ask) -> None:
        raise RuntimeError("secret words")

    terminal.dispatcher.scripts |= {"broken": broken, "quick": quick}
    terminal.browser.run("r1", "broken")
    notice = await terminal.browser.until("notice", id="r1", level="error", code="internal")
    await terminal.browser.until("finished", id="r1", status="error")

    assert "secret" not in notice["text"]
    record = next(record for record in caplog.records if hasattr(record, "reference"))
    assert record.reference in notice["text"]
    terminal.browser.run("r2", "quick")
    await terminal.browser.until("finished", id="r2", status="ok")


async def test_what_cannot_be_shown_is_the_fault_of_its_command(terminal: Terminal) -> None:
    async def rowless(emit: Emit, ask: Ask) -> None:
        await emit(Rows(((1,),)))

    async def strange(emit: Emit, ask: Ask) -> None:
        await emit("text")  # type: ignore[arg-type]  # a plugin's mistake

    terminal.dispatcher.scripts |= {"rowless": rowless, "strange": strange}
    terminal.browser.run("r1", "rowless")
    terminal.browser.run("r2", "strange")

    await terminal.browser.until("notice", id="r1", code="internal")
    await terminal.browser.until("notice", id="r2", code="internal")
    await terminal.browser.until("finished", id="r2", status="error")


async def test_an_id_belongs_to_one_run_until_its_end(terminal: Terminal) -> None:
    terminal.dispatcher.scripts |= {"quick": quick, "forever": forever}
    terminal.browser.run("r1", "forever")
    terminal.browser.run("r1", "quick")
    notice = await terminal.browser.until("notice", code="bad_frame")
    assert notice["reason"] == "id_in_use"
    assert "id" not in notice

    terminal.browser.run("r2", "quick")
    terminal.browser.run("r2", "quick")
    await terminal.browser.until("notice", reason="id_in_use")  # in line, not begun

    terminal.browser.say("cancel", "r1")
    await terminal.browser.until("finished", id="r1", status="cancelled")
    await terminal.browser.until("finished", id="r2", status="ok")
    terminal.browser.run("r1", "quick")
    await terminal.browser.until("finished", id="r1", status="ok")
    assert len(terminal.browser.all("finished")) == 3
