"""One piece of work on a plugin's thread, done for one run: what it may call of ours, how it ends, what it leaves."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol, cast

from commands.crossing import crossed, crossed_error
from commands.errors import CommandError, Refused
from commands.phrases import say
from plugins.errors import ThreadEnded
from plugins.faults import fault
from plugins.thread import PluginThread
from plugins.work import TASKS, Tasks

MOVING_SECONDS: Final = 1.0
"""Work that its thread has not begun by then goes to another."""
GRACE_SECONDS: Final = 3.0
"""How long cancelled work may clean up."""
MOST_CALLS: Final = 16
"""Calls of ours that one piece of work may have under way at once; more wait."""


class Threads(Protocol):
    """Where the work of one plugin is done."""

    plugin: str

    def enter(self, work: str, stuck: PluginThread | None) -> PluginThread: ...
    def leave(self, work: str, thread: PluginThread) -> None: ...
    def left_behind(self, work: str, thread: PluginThread, tasks: list[str], *, going_on: bool) -> None: ...
    def abandoned(self, work: str, thread: PluginThread) -> None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    value: Any = None
    error: BaseException | None = None


class Visit:
    """Made on the app's loop, where all but what is marked otherwise is called. ``begin``, then always ``end``.

    ``name`` is the command's, for the log.
    """

    def __init__(self, threads: Threads, name: str) -> None:
        self._threads, self._name = threads, name
        self._app = asyncio.get_running_loop()
        self._context = contextvars.copy_context()
        self._lock = threading.Lock()
        self._entered: PluginThread | None = None
        self._thread: PluginThread | None = None
        """The same until it is taken away from it."""
        self._begun, self._over, self._cancelled = False, False, False
        self._task: asyncio.Task[None] | None = None
        self._calls: set[asyncio.Task[Any]] = set()
        self._signal = asyncio.Event()
        self.outcome: Outcome | None = None
        self.ended: Callable[[], None] = lambda: None
        """Called as soon as the work has an outcome."""

    @property
    def plugin(self) -> str:
        return self._threads.plugin

    @property
    def lost(self) -> bool:
        """Its thread has ended under it: nothing can be awaited there any more."""
        return self._entered is not None and self._entered.over

    async def begin(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Returns once it is under way, on a thread that answers. CommandError ``plugin_stuck`` if there is none."""
        while (thread := self._next_thread()) is not None:
            with suppress(ThreadEnded):
                thread.spawn(partial(self._work, thread, work))
                await self._wait(MOVING_SECONDS)

    async def result(self) -> Any:
        """What the work has returned; what it has raised is raised."""
        while self.outcome is None:
            await self._wait(None)
        if self.outcome.error is not None:
            raise self.outcome.error
        return self.outcome.value

    async def end(self) -> None:
        """Afterwards nothing of ours can be called any more. Work still under way is cancelled and waited for."""
        thread, entered = self._withdraw(), self._entered
        try:
            if thread is not None and self.outcome is None:
                self._cancelled = True
                with suppress(ThreadEnded):
                    thread.soon(self._cancel)
                await self._wait_for_end(thread)
        finally:
            self._over = True
            if thread is not None and self.outcome is None:
                self._threads.abandoned(self._name, thread)
            if entered is not None:
                self._threads.leave(self._name, entered)
            await self._stop_calls()

    def lend(self, function: Callable[..., Awaitable[Any]]) -> Callable[..., Coroutine[Any, Any, Any]]:
        """A coroutine function for the plugin's thread that calls ``function`` on the app's."""
        slots = asyncio.Semaphore(MOST_CALLS)

        async def call(*arguments: Any, **named: Any) -> Any:
            values, options = crossed(arguments, self.plugin), crossed(named, self.plugin)
            async with slots:
                self._check_open()
                answer = self._on_app(lambda: function(*values, **options))
                return await answer

        return call

    def _next_thread(self) -> PluginThread | None:
        """Another than the one that has not begun; None once one has."""
        with self._lock:
            if self._begun:
                return None
            stuck, self._thread = self._thread, None
        if stuck is not None:
            self._entered = None
            self._threads.leave(self._name, stuck)
        thread = self._entered = self._threads.enter(self._name, stuck)
        with self._lock:
            self._thread = thread
        return thread

    def _check_open(self) -> None:
        if self._over:
            raise Refused("run_over", say("This run is over."))

    def _on_app(self, call: Callable[[], Awaitable[Any]]) -> asyncio.Future[Any]:
        """On the plugin's thread: cancelling what it returns cancels the call."""
        work = self._call(call)
        try:
            answer = self._context.copy().run(asyncio.run_coroutine_threadsafe, work, self._app)
        except RuntimeError:  # the app has stopped meanwhile
            work.close()
            raise
        return asyncio.wrap_future(answer)

    async def _call(self, call: Callable[[], Awaitable[Any]]) -> Any:
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._calls.add(task)
        try:
            self._check_open()
            return await call()
        except CommandError as error:
            raise crossed_error(error) from None  # without frames of ours
        except Exception as error:  # noqa: BLE001 (nobody foresaw it: the run ends with a reference)
            raise fault(error) from None
        finally:
            self._calls.discard(task)

    async def _work(self, thread: PluginThread, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """On the plugin's thread. Whatever the work raises becomes its outcome."""
        with self._lock:
            if self._thread is not thread or self._begun:
                return
            self._begun = True
        tasks = Tasks()
        TASKS.set(tasks)
        thread.works.append(self._name)
        self._task = asyncio.current_task()
        self._tell(self._signal.set)
        try:
            outcome = Outcome(crossed(await work()))
        except CommandError as error:
            outcome = Outcome(error=_told(error, self.plugin))
        except BaseException as error:
            if thread.over:
                raise
            outcome = Outcome(error=self._fault(error))
        names, going_on = await _tidy(tasks)
        thread.works.remove(self._name)
        if names:
            self._threads.left_behind(self._name, thread, names, going_on=going_on)
        self._tell(self._finish, outcome)

    def _fault(self, error: BaseException) -> BaseException:
        if isinstance(error, asyncio.CancelledError) and self._cancelled:
            return asyncio.CancelledError()
        return fault(error, self.plugin)

    def _tell(self, callback: Callable[..., object], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the app has stopped meanwhile
            self._app.call_soon_threadsafe(callback, *arguments)

    def _finish(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._signal.set()
        self.ended()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _withdraw(self) -> PluginThread | None:
        """The thread that is at it; work that has not begun never will."""
        with self._lock:
            thread = self._thread if self._begun else None
            self._thread = None
        return thread

    async def _wait(self, seconds: float | None) -> None:
        """For the beginning or the end of the work, or until the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._signal.wait()
                self._signal.clear()

    async def _wait_for_end(self, thread: PluginThread) -> None:
        """As long as it may clean up; a thread that does not even answer has less time."""
        thread.pulse.knock()
        await self._wait_for_outcome(MOVING_SECONDS)
        if self.outcome is None and thread.pulse.blocked_seconds < MOVING_SECONDS:
            await self._wait_for_outcome(GRACE_SECONDS - MOVING_SECONDS)

    async def _wait_for_outcome(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.outcome is None:
                    await self._wait(None)

    async def _stop_calls(self) -> None:
        calls = set(self._calls)
        for call in calls:
            call.cancel()
        if calls:
            await asyncio.wait(calls)


async def _tidy(tasks: Tasks) -> tuple[list[str], bool]:
    """A cancellation that comes while this waits changes nothing: the work itself is over."""
    try:
        return await tasks.left_behind()
    except asyncio.CancelledError:
        return [], False


def _told(error: CommandError, domain: str) -> BaseException:
    """What a plugin tells the caller, if it is fit to be told."""
    try:
        return crossed_error(error, domain)
    except Exception as unfit:  # noqa: BLE001 (its fields are the plugin's)
        return fault(unfit)
