"""One person at one prompt over one socket, from ``hello`` to ``goodbye``."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

from commands import Description, Notice, say
from commands.phrases import Said, Translations, render
from quart_app.telegram.alerts import Alert
from quart_app.telegram.state import SessionPhase, SessionState
from quart_app.terminal import batch, failures, frames, running
from quart_app.terminal.budget import Strikes, TokenBucket
from quart_app.terminal.downloads import Downloads
from quart_app.terminal.frames import Frame
from quart_app.terminal.newest_completion import NewestCompletion
from quart_app.terminal.outbox import Outbox
from quart_app.terminal.output import Output
from quart_app.terminal.requests import Answer, BadFrame, Cancel, Complete, Ping, Request, Run, decode
from quart_app.terminal.runs import Runs
from quart_app.terminal.wire import Close, CloseCode, Wire, WireClosed

MOST_INBOUND_BYTES: Final = 64 << 10
logger = logging.getLogger(__name__)


class Budget(Protocol):
    def take(self) -> float | None:
        """None: granted. Else the seconds to wait."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a reader, a writer and a command are allowed; times in seconds."""

    send_seconds: float = 5.0
    closing_seconds: float = 10.0
    grace_seconds: float = running.GRACE_SECONDS
    batch_seconds: float = batch.SECONDS
    bad_frames: int = 20
    """So many within a minute end the session."""
    refusals: int = 200
    """So many, less one for each second, end the session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """What a page is told first."""

    version: str
    commands: Iterable[Description]
    session: SessionState
    resume: Frame | None = None


class TerminalSession:
    """Make one for each socket and await ``run``; the rest may be called on the same loop at any time."""

    def __init__(
        self,
        wire: Wire,
        dispatcher: running.Dispatching,
        greeting: Greeting,
        *,
        budget: Budget,
        downloads: Downloads,
        translations: Translations,
        limits: Limits = Limits(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wire, self._budget, self._limits = wire, budget, limits
        self._say_it = partial(render, translations=translations)
        self._outbox = Outbox()
        begin = partial(
            Output,
            outbox=self._outbox,
            say_it=self._say_it,
            downloads=downloads,
            batch_seconds=limits.batch_seconds,
        )
        self._runs = Runs(dispatcher, begin, self._tell, self._say_it, grace_seconds=limits.grace_seconds)
        self._completion = NewestCompletion(dispatcher, self._tell)
        self._bad_frames = Strikes(limits.bad_frames, 60.0, clock=clock)
        self._patience = TokenBucket(1.0, limits.refusals, clock=clock)
        self._closing: Close | None = None
        self._ended = asyncio.Event()
        self._tell(frames.hello(greeting.version, greeting.commands, greeting.session, greeting.resume))

    async def run(self) -> Close:
        """Serve until either side ends it, and say how the socket is to be closed.

        Cancelled (the server does that when the browser goes), it cancels its command, cleans up and is gone.
        """
        try:
            async with asyncio.TaskGroup() as tasks:
                return await self._serve(tasks)
        except ExceptionGroup as faults:
            for fault in faults.exceptions:
                logger.error("a terminal session failed:\n%s", "\n".join(failures.trace(fault)))
            return Close(CloseCode.INTERNAL, self._say_it(say("Something went wrong here.")))

    def close(self, code: int, text: Said) -> None:
        """End the session: its runs are cancelled and reported, then ``goodbye``. The first reason counts."""
        if self._closing is None:
            self._closing = Close(code, self._say_it(text))
            self._ended.set()

    def notify_session(self, session: SessionState) -> None:
        """Tell the page that its Telegram session has changed. With its end, nothing is left to be asked."""
        self._tell(frames.session_changed(session))
        if session.state is not SessionPhase.ACTIVE:
            self._runs.withdraw()

    def notify_alert(self, alert: Alert) -> None:
        """Tell the page what concerns the safety of the account."""
        self._tell(frames.alert(alert, self._say_it))

    def push(self, event: str, details: Mapping[str, Any]) -> None:
        """Tell the page what happened by itself; ``details`` are JSON values."""
        self._tell(frames.event(event, details))

    async def _serve(self, tasks: asyncio.TaskGroup) -> Close:
        sender = tasks.create_task(self._send_all())
        worker = tasks.create_task(self._runs.work())
        listener = tasks.create_task(self._receive_all())
        completion = tasks.create_task(self._completion.work())
        try:
            await self._ended.wait()
            completion.cancel()
            close = self._closing or Close(CloseCode.GONE, "")
            await self._wind_up(close, worker, sender)
        finally:
            self._outbox.abandon()  # a command that cleans up must not wait for room that never comes
        for task in (listener, worker, sender):
            task.cancel()
        return close

    async def _wind_up(self, close: Close, worker: asyncio.Task[None], sender: asyncio.Task[None]) -> None:
        """Report the runs, say goodbye, and let the reader have all of it, if that takes not too long."""
        self._runs.stop()
        try:
            async with asyncio.timeout(self._limits.closing_seconds):
                await asyncio.wait({worker})
                self._tell(frames.goodbye(close.code, close.text))
                self._outbox.close()
                await asyncio.wait({sender})
        except TimeoutError:
            logger.warning("a terminal session was slow to end", extra={"code": close.code})

    async def _send_all(self) -> None:
        try:
            async for frame in self._outbox:
                async with asyncio.timeout(self._limits.send_seconds):
                    await self._wire.send(frame.decode())
        except TimeoutError:
            self._too_slow()
        except WireClosed:
            self._gone()

    async def _receive_all(self) -> None:
        try:
            while True:
                data = await self._wire.receive()
                if self._closing is None:  # what comes later is read and dropped, or it would pile up
                    self._handle(data)
        except WireClosed:
            self._gone()

    def _handle(self, data: str | bytes) -> None:
        if not isinstance(data, str):
            self.close(CloseCode.BINARY, say("Only text frames are understood here."))
            return
        if _too_big(data):
            self.close(CloseCode.TOO_BIG, say("A message was too big."))
            return
        wait = self._budget.take()
        if wait is not None and self._patience.take() is not None:
            self.close(CloseCode.TOO_MANY, say("Too many messages."))
            return
        try:
            request = decode(data)
            if wait is None:
                self._obey(request)
            else:
                self._slow_down(request, wait)
        except BadFrame as bad:
            self._complain(bad)

    def _obey(self, request: Request) -> None:
        match request:
            case Run():
                self._runs.submit(request)
            case Cancel(id=run_id):
                self._runs.cancel(run_id)
            case Answer():
                self._runs.answer(request)
            case Complete():
                self._completion.request(request)
            case Ping(id=ping_id):
                self._tell(frames.pong(ping_id))

    def _slow_down(self, request: Request, wait: float) -> None:
        """Over the budget: what ends or goes on with a run is heard all the same, the rest is refused."""
        match request:
            case Cancel() | Answer():
                self._obey(request)
            case Run():
                self._runs.refuse(request, wait)
            case Complete() | Ping():
                notice = Notice("error", "too_many", say("Slow down: too many messages."), retry_after=wait)
                self._tell(frames.notice(notice, self._say_it))

    def _complain(self, bad: BadFrame) -> None:
        notice = Notice(
            "error", "bad_frame", say("A message from the page was not understood."), reason=bad.reason
        )
        try:
            if bad.run_id is None:
                self._tell(frames.notice(notice, self._say_it))
            else:
                self._runs.fail(bad.run_id, notice)
        except BadFrame:  # its id is in use: that run has an end of its own
            self._tell(frames.notice(notice, self._say_it))
        if self._bad_frames.add():
            self.close(CloseCode.POLICY, say("Too many messages were not understood."))

    def _tell(self, frame: Frame) -> None:
        """Send without waiting; a reader who is too far behind even for that is dropped."""
        if not self._outbox.put_now(frames.dumps(frame)):
            self._too_slow()

    def _too_slow(self) -> None:
        self._outbox.abandon()
        self.close(CloseCode.TOO_SLOW, say("The connection is too slow."))

    def _gone(self) -> None:
        self._outbox.abandon()
        self.close(CloseCode.GONE, "")


def _too_big(data: str) -> bool:
    most = MOST_INBOUND_BYTES
    return len(data) > most or (len(data) > most // 4 and len(data.encode(errors="surrogatepass")) > most)
