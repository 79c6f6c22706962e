"""Questions and completions over a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from commands import Column, CommandError, Kind, Rows, Text, say
from commands.events import Table
from quart_app.telegram.state import SessionPhase, SessionState
from quart_app.terminal.offers import Completion
from quart_app.terminal.question import Question
from quart_app.terminal.surroundings import Ask, Emit

if TYPE_CHECKING:
    from tests.quart_app.terminal.session.conftest import Terminal


async def archive(emit: Emit, ask: Ask) -> None:
    await emit(Table("t1", (Column("n", Kind.INTEGER),)))
    await emit(Rows(((1,),)))
    agreed = await ask(Question(say("Archive {n} chats?", n=1)))
    await emit(Text("done" if agreed else "left"))


@pytest.mark.parametrize(("value", "outcome"), [("yes", "done"), ("no", "left")])
async def test_a_question_is_answered(terminal: Terminal, value: str, outcome: str) -> None:
    terminal.dispatcher.scripts["archive"] = archive
    terminal.browser.run("r1", "archive")
    asked = await terminal.browser.until("ask", id="r1")
    assert terminal.browser.all("rows", id="r1"), "the preview comes before the question"
    assert asked["text"] == "Archive 1 chats?"
    assert asked["choices"] == [{"value": "yes", "text": "Yes"}, {"value": "no", "text": "No"}]

    terminal.browser.say("answer", "r1", ask=asked["ask"], value=value)
    await terminal.browser.until("text", text=outcome)
    await terminal.browser.until("finished", status="ok")


async def test_only_yes_or_no_to_the_question_asked_counts(terminal: Terminal) -> None:
    terminal.dispatcher.scripts["archive"] = archive
    terminal.browser.run("r1", "archive")
    asked = await terminal.browser.until("ask", id="r1")

    terminal.browser.say("answer", "r1", ask="a99", value="yes")
    terminal.browser.say("answer", "r2", ask=asked["ask"], value="yes")
    terminal.browser.say("answer", "r1", ask=asked["ask"], value="maybe")
    await terminal.browser.until("notice", code="bad_frame", reason="bad_value")
    assert not terminal.browser.all("text")

    terminal.browser.say("answer", "r1", ask=asked["ask"], value="no")
    terminal.browser.say("answer", "r1", ask=asked["ask"], value="yes")
    await terminal.browser.until("text", text="left")
    await terminal.browser.until("finished", status="ok")


async def test_two_questions_of_a_run_are_told_apart(terminal: Terminal) -> None:
    async def leave(emit: Emit, ask: Ask) -> None:
        await emit(Text(repr([await ask(Question("Sure?")), await ask(Question("Really?"))])))

    terminal.dispatcher.scripts["leave"] = leave
    terminal.browser.run("r1", "leave")
    first = await terminal.browser.until("ask", text="Sure?")
    terminal.browser.say("answer", "r1", ask=first["ask"], value="yes")
    second = await terminal.browser.until("ask", text="Really?")
    assert first["ask"] != second["ask"]
    terminal.browser.say("answer", "r1", ask=first["ask"], value="yes")
    terminal.browser.say("answer", "r1", ask=second["ask"], value="no")

    await terminal.browser.until("text", text="[True, False]")


async def test_a_question_ends_with_its_run(terminal: Terminal) -> None:
    terminal.dispatcher.scripts["archive"] = archive
    terminal.browser.run("r1", "archive")
    asked = await terminal.browser.until("ask")
    terminal.browser.say("cancel", "r1")
    await terminal.browser.until("finished", id="r1", status="cancelled")

    terminal.browser.say("answer", "r1", ask=asked["ask"], value="yes")
    terminal.browser.say("ping", "p1")
    await terminal.browser.until("pong")
    assert not terminal.browser.all("text")
    assert not terminal.browser.all("notice")


async def test_a_question_ends_with_the_session_at_telegram(terminal: Terminal) -> None:
    terminal.dispatcher.scripts["archive"] = archive
    terminal.browser.run("r1", "archive")
    await terminal.browser.until("ask")
    terminal.session.notify_session(SessionState(SessionPhase.ACTIVE))
    terminal.browser.say("ping", "p1")
    await terminal.browser.until("pong")
    assert not terminal.browser.all("finished")

    terminal.session.notify_session(SessionState(SessionPhase.NONE))
    await terminal.browser.until("finished", id="r1", status="cancelled")
    assert not terminal.browser.all("text")


async def test_a_line_is_completed_while_a_command_runs(terminal: Terminal) -> None:
    async def offers(line: str, cursor: int) -> Sequence[Completion]:
        return [Completion(f"{line}@{cursor}", "find chats")]

    terminal.dispatcher.completions = offers
    terminal.dispatcher.scripts["archive"] = archive
    terminal.browser.run("r1", "archive")
    await terminal.browser.until("ask")
    terminal.browser.say("complete", "c1", line="se", cursor=2)
    answered = await terminal.browser.until("completions", id="c1")

    assert answered["items"] == [{"text": "se@2", "help": "find chats"}]


async def test_one_completion_at_a_time_and_the_newest_wins(terminal: Terminal) -> None:
    allowed, at_once, most = asyncio.Event(), 0, 0

    async def offers(line: str, cursor: int) -> Sequence[Completion]:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await allowed.wait()
        at_once -= 1
        return [Completion(line)]

    terminal.dispatcher.completions = offers
    terminal.browser.say("complete", "c1", line="a", cursor=1)
    terminal.browser.say("ping", "p1")
    await terminal.browser.until("pong")
    for number in range(2, 6):
        terminal.browser.say("complete", f"c{number}", line="b", cursor=1)
    terminal.browser.say("ping", "p2")
    await terminal.browser.until("pong", id="p2")
    allowed.set()
    await terminal.browser.until("completions", id="c5")

    answered = {frame["id"]: len(frame["items"]) for frame in terminal.browser.all("completions")}
    assert answered == {"c1": 1, "c2": 0, "c3": 0, "c4": 0, "c5": 1}
    assert most == 1


@pytest.mark.parametrize(
    "error", [CommandError("session_needed", "no"), RuntimeError("secret")], ids=["refused", "broken"]
)
async def test_nothing_to_offer_is_no_fault(terminal: Terminal, error: Exception) -> None:
    async def offers(line: str, cursor: int) -> Sequence[Completion]:
        raise error

    terminal.dispatcher.completions = offers
    for number in range(2):
        terminal.browser.say("complete", f"c{number}", line="a", cursor=1)
        answered = await terminal.browser.until("completions", id=f"c{number}")
        assert answered["items"] == []
    assert not terminal.browser.all("notice")
