"""A thread with an event loop of its own: where the code of one outside plugin runs, and nothing else.

What blocks there holds up that plugin alone. A thread can't be killed: one that is given up is asked to leave, an
exception is thrown into it until it does, and whatever still goes on then reaches nobody.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from contextvars import Context
from typing import Any, Final

from plugins.errors import ThreadEnded
from plugins.faults import stack_of
from plugins.pulse import Pulse
from plugins.work import started_here

STACK_BYTES: Final = 16 << 20
"""Some systems give a thread so little that deep recursion would end the process instead of raising."""
_starting: Final = threading.Lock()
logger = logging.getLogger(__name__)


class Interrupted(BaseException):
    """Thrown into a thread for whose work nobody waits any more."""


class PluginThread:
    def __init__(self, plugin: str) -> None:
        self.plugin = plugin
        self.retired = False
        """It takes no new work, and ends once what it has is over."""
        self._loop = asyncio.new_event_loop()
        self._loop.set_task_factory(started_here)
        self._loop.set_exception_handler(self._complain)
        self.pulse = Pulse(self._loop.call_soon_threadsafe)
        self.works: list[str] = []
        """What has begun there and is not over, by name; changed there only."""
        self.over = False
        """Its loop turns no more: what is still suspended there is only taken apart."""
        self._stopping = False
        self._thread = _start(self._work, f"plugin {plugin}")

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def soon(self, callback: Callable[..., object], *arguments: Any, context: Context | None = None) -> None:
        """Call it there, from any thread. ThreadEnded if there is nobody to do so."""
        try:
            self._loop.call_soon_threadsafe(callback, *arguments, context=context)
        except RuntimeError:
            raise ThreadEnded(self.plugin) from None

    def spawn(self, make: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do it there, in a task that knows nothing of who asked: no request, no caller."""
        self.pulse.knock()
        self.soon(lambda: self._loop.create_task(make()), context=Context())

    def stack(self) -> list[str]:
        """``file:line function``, innermost last: where it is now."""
        return stack_of(sys._current_frames().get(self._thread.ident or 0))

    def stop(self) -> None:
        """Let it end after what it is doing at this moment; tasks of its are forgotten as they are."""
        self.retired = self._stopping = True
        with suppress(ThreadEnded):
            self.soon(self._loop.stop)

    def interrupt(self) -> None:
        """Throw an exception into it. One that waits inside the operating system meets it when it comes back."""
        ident = self._thread.ident
        if ident is not None and self._thread.is_alive():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(Interrupted))

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _work(self) -> None:
        while not self._stopping:
            try:
                self._loop.run_forever()
            except BaseException as error:  # noqa: BLE001 (sys.exit() in a task, or an interruption that came late)
                logger.warning(
                    "a plugin left its event loop",
                    extra={"plugin": self.plugin, "error": type(error).__name__},
                )
        with suppress(BaseException):
            self._forget_tasks()
        self.over = True
        self._loop.close()

    def _forget_tasks(self) -> None:
        """One more turn for each task, cancelled; what goes on even then is lost."""
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
            task._log_destroy_pending = False  # type: ignore[attr-defined]  # they are meant to be lost
        self._loop.call_soon(self._loop.stop)
        self._loop.run_forever()

    def _complain(self, _loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        """Nobody's words: of what went wrong in the background only its class is told."""
        error = type(context.get("exception")).__name__
        logger.error("a plugin failed in the background", extra={"plugin": self.plugin, "error": error})


def _start(target: Callable[[], None], name: str) -> threading.Thread:
    """A daemon, so that one that never ends doesn't keep the process from ending."""
    thread = threading.Thread(target=target, name=name, daemon=True)
    with _starting:
        before = threading.stack_size(STACK_BYTES)
        try:
            thread.start()
        finally:
            threading.stack_size(before)
    return thread
