"""How a session ends: from outside, by the browser, by the server, or by a fault of ours."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from commands import Text, say
from quart_app.telegram.state import SessionPhase, SessionState
from quart_app.terminal.question import Question
from quart_app.terminal.session import Limits
from quart_app.terminal.surroundings import Ask, Emit
from quart_app.terminal.wire import Close

if TYPE_CHECKING:
    from tests.quart_app.terminal.session.conftest import Open, Terminal


async def forever(emit: Emit, ask: Ask) -> None:
    await emit(Text("begun"))
    await asyncio.Event().wait()


async def test_a_session_closed_from_outside_reports_its_runs_and_says_goodbye(terminal: Terminal) -> None:
    terminal.dispatcher.scripts["forever"] = forever
    for number in range(4):
        terminal.browser.run(f"r{number}", "forever")
    await terminal.browser.until("text")
    terminal.session.close(4401, say("You have signed out."))
    terminal.session.close(1012, say("Restart."))

    assert await terminal.end() == Close(4401, "You have signed out.")
    assert terminal.browser.received[-1] == {
        "type": "goodbye",
        "code": 4401,
        "text": "You have signed out.",
    }
    ends = [(frame["id"], frame["status"]) for frame in terminal.browser.all("finished")]
    assert sorted(ends) == [(f"r{number}", "cancelled") for number in range(4)]
    assert terminal.dispatcher.begun == ["r0"]


async def test_an_act_in_flight_is_reported_as_unknown_at_a_restart(terminal: Terminal) -> None:
    terminal.dispatcher.scripts["act"] = forever
    terminal.dispatcher.status_when_cancelled = "unknown"
    terminal.browser.run("r1", "act")
    await terminal.browser.until("text")
    terminal.session.close(1012, say("Restart."))

    assert (await terminal.end()).code == 1012
    assert terminal.browser.all("finished", id="r1", status="unknown")


async def test_a_session_can_be_closed_before_it_begins(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.session.close(4401, "Over.")

    assert (await terminal.end()).code == 4401
    assert [frame["type"] for frame in terminal.browser.received] == ["hello", "goodbye"]


async def test_at_the_end_a_question_is_withdrawn(terminal: Terminal) -> None:
    async def asking(emit: Emit, ask: Ask) -> None:
        await ask(Question("Sure?"))
        await emit(Text("sure"))

    terminal.dispatcher.scripts["asking"] = asking
    terminal.browser.run("r1", "asking")
    await terminal.browser.until("ask")
    terminal.session.close(1012, "Restart.")
    await terminal.end()

    assert terminal.browser.all("finished", id="r1", status="cancelled")
    assert not terminal.browser.all("text")


async def test_a_full_outbox_does_not_hold_up_the_end(terminal: Terminal) -> None:
    async def endless(emit: Emit, ask: Ask) -> None:
        while True:
            await emit(Text("x" * 1000))

    terminal.dispatcher.scripts["endless"] = endless
    await terminal.browser.until("hello")
    terminal.browser.reading.clear()
    terminal.browser.run("r1", "endless")
    for _ in range(1000):
        await asyncio.sleep(0)
    terminal.session.close(1012, "Restart.")
    for _ in range(10):
        await asyncio.sleep(0)
    terminal.browser.reading.set()

    assert (await terminal.end()).code == 1012
    assert terminal.browser.all("finished", id="r1", status="cancelled")
    assert terminal.browser.received[-1]["type"] == "goodbye"


async def test_a_reader_who_stops_at_the_end_does_not_keep_us(open_terminal: Open) -> None:
    terminal = open_terminal(limits=Limits(closing_seconds=0.02))
    await terminal.browser.until("hello")
    terminal.browser.reading.clear()
    terminal.browser.say("ping", "p1")
    terminal.session.close(1012, "Restart.")

    assert (await terminal.end()).code == 1012


async def test_when_the_browser_goes_the_run_is_cancelled_and_nothing_sent(terminal: Terminal) -> None:
    closed = asyncio.Event()

    async def script(emit: Emit, ask: Ask) -> None:
        try:
            await forever(emit, ask)
        finally:
            await emit(Text("last words"))
            closed.set()

    terminal.dispatcher.scripts["script"] = script
    terminal.browser.run("r1", "script")
    await terminal.browser.until("text")
    terminal.browser.leave()

    assert (await terminal.end()).code == 1006
    assert closed.is_set()
    assert [frame["type"] for frame in terminal.browser.received] == ["hello", "text"]


async def test_the_server_may_cancel_the_handler(terminal: Terminal) -> None:
    closed = asyncio.Event()

    async def script(emit: Emit, ask: Ask) -> None:
        try:
            await forever(emit, ask)
        finally:
            for _ in range(600):
                await emit(Text("more than the outbox holds"))
            closed.set()

    terminal.dispatcher.scripts["script"] = script
    terminal.browser.run("r1", "script")
    await terminal.browser.until("text")
    terminal.browser.reading.clear()
    terminal.ending.cancel()

    with pytest.raises(asyncio.CancelledError):
        await terminal.end()
    assert closed.is_set()


async def test_the_server_may_cancel_while_we_say_goodbye(terminal: Terminal) -> None:
    await terminal.browser.until("hello")
    terminal.browser.reading.clear()
    terminal.session.close(1012, "Restart.")
    for _ in range(10):
        await asyncio.sleep(0)
    terminal.ending.cancel()

    with pytest.raises(asyncio.CancelledError):
        await terminal.end()


async def test_what_is_told_after_the_end_is_dropped(terminal: Terminal) -> None:
    terminal.session.close(1012, "Restart.")
    await terminal.end()
    terminal.session.push("message", {})
    terminal.session.notify_session(SessionState(SessionPhase.NONE))
    terminal.session.close(4401, "Over.")
    await asyncio.sleep(0)

    assert terminal.browser.received[-1]["type"] == "goodbye"
    assert len(terminal.browser.all("goodbye")) == 1


async def test_a_wire_that_breaks_is_logged(terminal: Terminal, caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> str:
        raise RuntimeError("broken")

    await terminal.browser.until("hello")
    terminal.browser.receive = broken  # type: ignore[method-assign]
    terminal.browser.say("ping", "p1")

    assert (await terminal.end()).code == 1011
    assert "a terminal session failed" in caplog.text


async def test_the_page_hears_of_its_session_and_of_what_happens(terminal: Terminal) -> None:
    await terminal.browser.until("hello")
    terminal.session.notify_session(SessionState(SessionPhase.LOCKED, 1_769_860_800))
    terminal.session.push("message", {"unread": 1})

    changed = await terminal.browser.until("session")
    assert changed == {"type": "session", "state": "locked", "expires_at": "2026-01-31T12:00:00Z"}
    assert await terminal.browser.until("event") == {"type": "event", "event": "message", "unread": 1}


def test_a_reason_fits_into_a_close_frame() -> None:
    assert Close(1012, "Restart.").reason == "Restart."
    assert len(Close(1012, "è" * 100).reason.encode()) == 122


async def test_what_comes_after_the_end_does_not_pile_up(terminal: Terminal) -> None:
    cleaned = asyncio.Event()

    async def slow_to_end(emit: Emit, ask: Ask) -> None:
        try:
            await forever(emit, ask)
        finally:
            await cleaned.wait()

    terminal.dispatcher.scripts["slow"] = slow_to_end
    terminal.browser.run("r1", "slow")
    await terminal.browser.until("text")
    terminal.session.close(4401, say("You have signed out."))
    for number in range(100):
        terminal.browser.run(f"late{number}", "slow")
        await asyncio.sleep(0)
    assert terminal.browser.inbound.qsize() < 10
    cleaned.set()

    assert (await terminal.end()).code == 4401
    assert terminal.dispatcher.begun == ["r1"]
    assert len(terminal.browser.all("finished")) == 1
