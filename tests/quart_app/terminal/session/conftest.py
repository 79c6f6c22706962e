"""A wire that a test holds the other end of, and a dispatcher whose commands a test writes."""

from __future__ import annotations

import asyncio
import gettext
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest

from commands import CommandError, Description, Finished, Notice
from quart_app.telegram.state import SessionPhase, SessionState
from quart_app.terminal.budget import TokenBucket
from quart_app.terminal.offers import Completion
from quart_app.terminal.run import Status
from quart_app.terminal.running import Dispatching
from quart_app.terminal.session import Greeting, Limits, TerminalSession
from quart_app.terminal.surroundings import Ask, Emit
from quart_app.terminal.wire import Close, WireClosed

Script = Callable[[Emit, Ask], Awaitable[None]]
PATIENCE = 10.0
"""Seconds until a test that waits for a frame in vain gives up."""


class Browser:
    """The other end of a wire."""

    def __init__(self) -> None:
        self.inbound: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self.received: list[dict[str, Any]] = []
        self.reading = asyncio.Event()
        self.reading.set()
        self._arrived = asyncio.Event()
        self._seen = 0

    async def receive(self) -> str | bytes:
        data = await self.inbound.get()
        if data is None:
            raise WireClosed
        return data

    async def send(self, data: str) -> None:
        await self.reading.wait()
        self.received.append(json.loads(data))
        self._arrived.set()

    def say(self, kind: str, id: str, **fields: Any) -> None:
        self.inbound.put_nowait(json.dumps({"type": kind, "id": id, **fields}))

    def run(self, id: str, line: str) -> None:
        self.say("run", id, line=line)

    def leave(self) -> None:
        self.inbound.put_nowait(None)

    async def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The next frame of this kind with these fields, after those that were waited for before."""
        async with asyncio.timeout(PATIENCE):
            while True:
                while self._seen < len(self.received):
                    frame = self.received[self._seen]
                    self._seen += 1
                    if frame["type"] == kind and fields.items() <= frame.items():
                        return frame
                self._arrived.clear()
                await self._arrived.wait()

    def all(self, kind: str, **fields: Any) -> list[dict[str, Any]]:
        return [f for f in self.received if f["type"] == kind and fields.items() <= f.items()]


class Dispatcher:
    """Runs the script that stands under a line, with the manners of the real one."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}
        self.completions: Callable[[str, int], Awaitable[Sequence[Completion]]] | None = None
        self.begun: list[str] = []
        self.status_when_cancelled: Status | None = "cancelled"
        """None: a cancelled run ends with CancelledError, which the real one never does."""

    async def run(self, line: str, emit: Emit, ask: Ask, *, run_id: str) -> Finished:
        self.begun.append(run_id)
        status: Status = "ok"
        try:
            await self.scripts[line](emit, ask)
        except asyncio.CancelledError:
            if self.status_when_cancelled is None:
                raise
            status = self.status_when_cancelled
        except CommandError as error:
            status = "error"
            await emit(Notice("error", error.code, error.said, hint=error.hint))
        return Finished(line, "tests", status, 7, 0.5)

    async def complete(self, line: str, cursor: int) -> Sequence[Completion]:
        return await self.completions(line, cursor) if self.completions else ()


class NoDownloads:
    def offer(self, name: str, media_type: str, data: bytes) -> str:
        return f"/d/{name}"


class Terminal:
    """A session at work, and everything around it."""

    def __init__(
        self,
        limits: Limits,
        budget: TokenBucket,
        clock: Callable[[], float],
        dispatcher: Dispatching | None = None,
        commands: Sequence[Description] = (),
    ) -> None:
        self.browser, self.dispatcher = Browser(), Dispatcher()
        state = SessionState(SessionPhase.ACTIVE, 1_769_860_800)
        self.session = TerminalSession(
            self.browser,
            dispatcher or self.dispatcher,
            Greeting(version="0.1.0", commands=commands, session=state),
            budget=budget,
            downloads=NoDownloads(),
            translations=gettext.NullTranslations(),
            limits=limits,
            clock=clock,
        )
        self.ending: asyncio.Task[Close] = asyncio.create_task(self.session.run())

    async def end(self) -> Close:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.shield(self.ending)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


Open = Callable[..., Terminal]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def open_terminal(clock: Clock) -> AsyncIterator[Open]:
    """Opens sessions; at the end none of them may have left a task behind."""
    before = asyncio.all_tasks()
    opened: list[Terminal] = []

    def make(*, limits: Limits | None = None, budget: TokenBucket | None = None, **given: Any) -> Terminal:
        quick = limits or Limits(batch_seconds=0)
        opened.append(Terminal(quick, budget or TokenBucket(0.001, 100_000, clock=clock), clock, **given))
        return opened[-1]

    yield make
    for terminal in opened:
        if not terminal.ending.done():
            terminal.browser.reading.set()
            terminal.browser.leave()
            await terminal.end()
    await asyncio.sleep(0)
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    assert not left


@pytest.fixture
async def terminal(open_terminal: Open) -> Terminal:
    return open_terminal()


@pytest.fixture
def dispatcher() -> Dispatcher:
    return Dispatcher()


@pytest.fixture
def new_terminal() -> type[Terminal]:
    """For tests that bring their own loop."""
    return Terminal
