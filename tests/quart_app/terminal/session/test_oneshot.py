"""One line over HTTP: the same frames, one a line."""

from __future__ import annotations

import asyncio
import gettext
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from commands import Column, Kind, Rows, Text, say
from commands.events import Started, Table
from quart_app.terminal.downloads import MemoryDownloads
from quart_app.terminal.oneshot import run_line
from quart_app.terminal.presence import Presence
from quart_app.terminal.question import Question
from quart_app.terminal.surroundings import Ask, Emit

if TYPE_CHECKING:
    from tests.quart_app.terminal.session.conftest import Dispatcher


async def archive(emit: Emit, ask: Ask) -> None:
    await emit(Started(("archive",)))
    await emit(Table("t1", (Column("n", Kind.INTEGER),)))
    await emit(Rows(((1,), (2,))))
    agreed = await ask(Question(say("Archive {n} chats?", n=2), cost="2 requests."))
    await emit(Text("done" if agreed else "left"))


def lines(
    dispatcher: Dispatcher, line: str, *, yes: bool = False, presence: Presence | None = None
) -> AsyncGenerator[bytes, None]:
    return run_line(
        dispatcher,
        line,
        yes=yes,
        run_id="h1",
        translations=gettext.NullTranslations(),
        downloads=MemoryDownloads("/d/").of(UUID(int=1)),
        presence=presence or Presence(),
    )


async def frames(dispatcher: Dispatcher, line: str, *, yes: bool = False) -> list[dict[str, Any]]:
    return [json.loads(data) async for data in lines(dispatcher, line, yes=yes)]


@pytest.fixture
async def no_task_left() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    assert not asyncio.all_tasks() - before - {asyncio.current_task()}


pytestmark = pytest.mark.usefixtures("no_task_left")


async def test_each_frame_is_one_line_and_finished_the_last(dispatcher: Dispatcher) -> None:
    async def script(emit: Emit, ask: Ask) -> None:
        await emit(Started(("say",)))
        await emit(Text("a\nb\u2028c"))

    dispatcher.scripts["say"] = script
    written = [data async for data in lines(dispatcher, "say")]

    assert all(data.endswith(b"\n") and len(data.decode().splitlines()) == 1 for data in written)
    assert [json.loads(data) for data in written] == [
        {"type": "started", "id": "h1", "commands": ["say"]},
        {"type": "text", "id": "h1", "text": "a\nb\nc"},
        {"type": "finished", "id": "h1", "status": "ok", "ms": 500, "rows": 7},
    ]


async def test_without_yes_a_question_ends_the_run_after_its_preview(dispatcher: Dispatcher) -> None:
    dispatcher.scripts["archive"] = archive
    sent = await frames(dispatcher, "archive")

    assert [frame["type"] for frame in sent] == ["started", "table", "rows", "notice", "finished"]
    notice = sent[3]
    assert (notice["level"], notice["code"]) == ("error", "confirmation_needed")
    assert notice["text"] == "Archive 2 chats? 2 requests."
    assert "yes" in notice["hint"]
    assert sent[4]["status"] == "error"


async def test_yes_answers_every_question(dispatcher: Dispatcher) -> None:
    dispatcher.scripts["archive"] = archive
    sent = await frames(dispatcher, "archive", yes=True)

    assert [frame["type"] for frame in sent] == ["started", "table", "rows", "text", "finished"]
    assert sent[3]["text"] == "done"
    assert sent[4]["status"] == "ok"


async def test_a_fault_of_the_dispatcher_is_the_outcome_of_the_line(dispatcher: Dispatcher) -> None:
    async def broken(emit: Emit, ask: Ask) -> None:
        raise RuntimeError("secret")

    dispatcher.scripts["broken"] = broken
    notice, finished = await frames(dispatcher, "broken")

    assert notice["code"] == "internal"
    assert "secret" not in notice["text"]
    assert finished["status"] == "error"


async def test_more_than_the_outbox_holds_waits_for_the_client(dispatcher: Dispatcher) -> None:
    emitted = 0

    async def chatty(emit: Emit, ask: Ask) -> None:
        nonlocal emitted
        for number in range(1000):
            await emit(Text(str(number)))
            emitted += 1

    dispatcher.scripts["chatty"] = chatty
    async with aclosing(lines(dispatcher, "chatty")) as sent:
        await anext(sent)
        for _ in range(2000):
            await asyncio.sleep(0)
        assert 200 < emitted < 300
        assert len([data async for data in sent]) == 1000


async def forever(emit: Emit, ask: Ask) -> None:
    while True:
        await emit(Text("x" * 10_000))


async def test_when_the_client_goes_the_run_is_cancelled(dispatcher: Dispatcher) -> None:
    closed = asyncio.Event()

    async def script(emit: Emit, ask: Ask) -> None:
        try:
            await forever(emit, ask)
        finally:
            closed.set()

    dispatcher.scripts["forever"] = script
    sent = lines(dispatcher, "forever")
    await anext(sent)
    await sent.aclose()

    assert closed.is_set()


async def test_when_the_handler_is_cancelled_so_is_the_run(dispatcher: Dispatcher) -> None:
    begun, closed = asyncio.Event(), asyncio.Event()

    async def script(emit: Emit, ask: Ask) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            closed.set()

    dispatcher.scripts["wait"] = script
    handler = asyncio.create_task(frames(dispatcher, "wait"))
    await begun.wait()
    handler.cancel()

    with pytest.raises(asyncio.CancelledError):
        await handler
    assert closed.is_set()


async def test_a_line_that_is_never_read_never_runs(dispatcher: Dispatcher) -> None:
    dispatcher.scripts["forever"] = forever
    await lines(dispatcher, "forever").aclose()

    assert dispatcher.begun == []


async def test_whoever_signs_out_meanwhile_is_told_and_their_run_cancelled(dispatcher: Dispatcher) -> None:
    """Not read by anybody so far: the notice and the end find their way out all the same."""
    begun, closed = asyncio.Event(), asyncio.Event()

    async def script(emit: Emit, ask: Ask) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            closed.set()

    dispatcher.scripts["wait"] = script
    presence = Presence()
    reading = asyncio.create_task(anext(sent := lines(dispatcher, "wait", presence=presence)))
    await begun.wait()
    presence.close(4401, say("You are logged out."))
    notice = json.loads(await reading)
    (finished,) = [json.loads(data) async for data in sent]

    assert closed.is_set()
    assert (notice["code"], notice["text"]) == ("signed_out", "You are logged out.")
    assert (finished["type"], finished["status"]) == ("finished", "cancelled")


async def test_an_end_that_came_before_the_run_cancels_it_too(dispatcher: Dispatcher) -> None:
    dispatcher.scripts["forever"] = forever
    presence = Presence()
    presence.close(1012, say("The server is restarting."))
    sent = [json.loads(data) async for data in lines(dispatcher, "forever", presence=presence)]

    assert [frame.get("code") for frame in sent] == ["restarting", None]
    assert sent[-1]["status"] == "cancelled"
    assert dispatcher.begun == []
