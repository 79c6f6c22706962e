"""Where the code of one outside plugin runs: on a thread of its own, and on another while that one is stuck."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, Protocol, TypeVar

from commands.errors import CommandError
from commands.phrases import say
from plugins.errors import PluginError
from plugins.thread import PluginThread
from plugins.visit import MOVING_SECONDS

T = TypeVar("T")
MOST_THREADS: Final = 4
MOST_OBSERVATIONS: Final = 100
"""Finished runs that a plugin may still have to look at."""
MOST_FAILURES: Final = 10
"""In a row, after which an observer is told nothing any more."""
BLOCKED_SECONDS: Final = 1.0
INTERRUPT_SECONDS: Final = 5.0
"""A thread that blocks longer, for nobody who still waits, is interrupted."""
CLOSING_SECONDS: Final = 1.0
MOST_PLACES: Final = 15
"""Lines of a stack, innermost last."""
logger = logging.getLogger(__name__)


class Observer(Protocol):
    """Counts what plugins do; from any thread."""

    def plugin_blocked(self, plugin: str, seconds: float) -> None: ...
    def plugin_fault(self, plugin: str, kind: str) -> None:
        """``abandoned``, ``blocked``, ``left_tasks``, ``observer``, ``stuck``."""
        ...


class Unobserved:
    def plugin_blocked(self, plugin: str, seconds: float) -> None:
        pass

    def plugin_fault(self, plugin: str, kind: str) -> None:
        pass


class Host:
    """Of one distribution. Threads are made when they are needed, and never more than MOST_THREADS are left."""

    def __init__(self, plugin: str, observer: Observer) -> None:
        self.plugin, self._observer = plugin, observer
        self._threads: list[PluginThread] = []
        self._inside: dict[PluginThread, list[str]] = {}
        """What each is at, or is to begin."""
        self._named: dict[PluginThread, float] = {}
        """Threads found blocked, and for how long when last looked at."""
        self._observing = self._failures = 0

    def call(self, function: Callable[[], T], seconds: float) -> T:
        """Call it there and wait, from a thread that may wait. PluginError when it takes longer."""
        answer: Future[T] = Future()

        async def work() -> None:
            try:
                result = function()
            except BaseException as error:  # noqa: BLE001 (whatever it is, it is the plugin's)
                answer.set_exception(error)
            else:
                answer.set_result(result)

        thread = self.enter("", None)
        try:
            thread.spawn(work)
            return answer.result(seconds)
        except TimeoutError:
            if answer.done():
                raise
            thread.retired = True
            place = (thread.stack() or ["somewhere"])[-1]
            thread.interrupt()
            raise PluginError(
                f"it took longer than {round(seconds, 2):g} s to load, and was at {place}"
            ) from None
        finally:
            self.leave("", thread)

    def observe(self, function: Callable[[], object]) -> None:
        """Call it there some time soon. One that is too far behind misses it; one that only fails is let be."""
        if self._observing >= MOST_OBSERVATIONS:
            self._observer.plugin_fault(self.plugin, "observer")
        if self._observing >= MOST_OBSERVATIONS or self._failures >= MOST_FAILURES:
            return
        self._observing += 1

        async def work() -> None:
            try:
                function()
            except BaseException as error:  # noqa: BLE001 (it must not end a run that went well)
                self._failed_to_observe(error)
            else:
                self._failures = 0
            finally:
                self._observing -= 1

        try:
            self._free(None).spawn(work)
        except (CommandError, PluginError):
            self._observing -= 1
            self._observer.plugin_fault(self.plugin, "observer")

    def _failed_to_observe(self, error: BaseException) -> None:
        self._failures += 1
        self._observer.plugin_fault(self.plugin, "observer")
        about = {"plugin": self.plugin, "error": type(error).__name__}
        if self._failures < MOST_FAILURES:
            logger.error("an observer failed", extra=about)
        else:
            logger.error("an observer failed again and again, and is told nothing any more", extra=about)

    def enter(self, work: str, stuck: PluginThread | None) -> PluginThread:
        """A thread that answers, and isn't ``stuck``. CommandError ``plugin_stuck`` when there are too many already."""
        thread = self._free(stuck)
        self._inside[thread].append(work)
        return thread

    def leave(self, work: str, thread: PluginThread) -> None:
        self._inside[thread].remove(work)
        self._end_if_idle(thread)

    def left_behind(self, work: str, thread: PluginThread, tasks: list[str], *, going_on: bool) -> None:
        """On the plugin's thread."""
        self._observer.plugin_fault(self.plugin, "left_tasks")
        about = {"plugin": self.plugin, "command": work, "count": len(tasks)}
        logger.warning("a plugin left tasks behind, which were cancelled:\n%s", "\n".join(tasks), extra=about)
        if going_on:
            self.abandoned(work, thread)

    def abandoned(self, work: str, thread: PluginThread) -> None:
        """What ignores that it was cancelled ends with its thread, once nobody else is served there."""
        thread.retired = True
        self._observer.plugin_fault(self.plugin, "abandoned")
        about = {"plugin": self.plugin, "command": work}
        logger.error("a plugin goes on though it was cancelled:\n%s", _places(thread), extra=about)

    def watch(self) -> None:
        """Look after the threads; called by the watchdog, a few times a second."""
        for thread in tuple(self._threads):
            if self._inside.get(thread) or self._observing or thread.retired:
                thread.pulse.knock()
            self._look_at(thread, thread.pulse.blocked_seconds)
            self._end_if_idle(thread)

    def at_work(self) -> list[str]:
        """The commands that have begun and are not over."""
        return sorted({work for thread in tuple(self._threads) for work in tuple(thread.works)})

    def close(self) -> None:
        """Nobody is served any more. A thread that doesn't end is left to the end of the process."""
        deadline = time.monotonic() + CLOSING_SECONDS
        for thread in self._threads:
            thread.stop()
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.alive:
                thread.interrupt()

    def _free(self, stuck: PluginThread | None) -> PluginThread:
        for ended in [thread for thread in self._threads if not thread.alive]:
            self._threads.remove(ended)
            self._named.pop(ended, None)
            if not self._inside[ended]:
                del self._inside[ended]
        for thread in self._threads:
            answers = thread.pulse.blocked_seconds < MOVING_SECONDS
            if answers and not thread.retired and thread is not stuck:
                return thread
        if len(self._threads) >= MOST_THREADS:
            self._observer.plugin_fault(self.plugin, "stuck")
            said = say("The plugin {plugin} is stuck. Try again in a minute.", plugin=self.plugin)
            raise CommandError("plugin_stuck", said)
        made = PluginThread(self.plugin)
        self._inside[made] = []
        self._threads.append(made)
        return made

    def _look_at(self, thread: PluginThread, seconds: float) -> None:
        if seconds < BLOCKED_SECONDS:
            self._named.pop(thread, None)
            return
        if thread not in self._named:
            self._observer.plugin_fault(self.plugin, "blocked")
            at = ", ".join(dict.fromkeys(thread.works))
            about: dict[str, Any] = {"plugin": self.plugin, "command": at, "seconds": round(seconds, 1)}
            logger.error("a plugin blocks its thread:\n%s", _places(thread), extra=about)
        self._observer.plugin_blocked(self.plugin, seconds - self._named.get(thread, 0.0))
        self._named[thread] = seconds
        if seconds >= INTERRUPT_SECONDS and not self._inside.get(thread):
            thread.stop()
            thread.interrupt()

    def _end_if_idle(self, thread: PluginThread) -> None:
        if thread.retired and not self._inside.get(thread):
            thread.stop()


def _places(thread: PluginThread) -> str:
    return "\n".join(thread.stack()[-MOST_PLACES:])
