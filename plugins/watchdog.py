"""A thread that notices which event loop has stopped turning, and says where it stands.

The app's own loop is watched as well: while that is blocked nobody is served, and nobody on it could say so.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from plugins.faults import stack_of
from plugins.host import BLOCKED_SECONDS, Host
from plugins.pulse import Pulse

SECONDS: Final = 0.5
logger = logging.getLogger(__name__)


class LoopWatch:
    """Of the app's loop. ``blocked`` is told, from the watchdog's thread, how many more seconds it was blocked."""

    def __init__(self, loop: asyncio.AbstractEventLoop, blocked: Callable[[float], None]) -> None:
        self._thread, self._blocked = threading.get_ident(), blocked
        self._pulse = Pulse(loop.call_soon_threadsafe)
        self._told = 0.0

    def watch(self) -> None:
        self._pulse.knock()
        seconds = self._pulse.blocked_seconds
        if seconds < BLOCKED_SECONDS:
            self._told = 0.0
            return
        if not self._told:
            places = stack_of(sys._current_frames().get(self._thread))
            about = {"seconds": round(seconds, 1)}
            logger.error("the event loop is blocked, nobody is served:\n%s", "\n".join(places), extra=about)
        self._blocked(seconds - self._told)
        self._told = seconds

    def overslept(self, seconds: float, hosts: Iterable[Host]) -> None:
        """No thread could run, this one included: code in C kept Python's lock, or the machine was elsewhere."""
        if seconds < BLOCKED_SECONDS:
            return
        at_work = [f"{host.plugin}: {', '.join(host.at_work())}" for host in hosts if host.at_work()]
        about = {"seconds": round(seconds, 1)}
        logger.error("the whole process stood still; at work:\n%s", "\n".join(at_work), extra=about)
        self._blocked(seconds)


@contextmanager
def watching(hosts: Iterable[Host], app: LoopWatch, *, seconds: float = SECONDS) -> Iterator[None]:
    """To be entered on the app's loop. ``hosts`` is looked at anew each time."""
    over = threading.Event()

    def look() -> None:
        asleep = time.monotonic()
        while not over.wait(seconds):
            try:
                app.overslept(time.monotonic() - asleep - seconds, tuple(hosts))
                app.watch()
                for host in tuple(hosts):
                    host.watch()
            except Exception as error:  # noqa: BLE001 (it must not fall silent)
                logger.error("the watchdog stumbled", extra={"error": type(error).__name__})
            asleep = time.monotonic()

    thread = threading.Thread(target=look, name="watchdog", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
