"""The gate: the one place where a client's requests leave.

Telethon alone sleeps through flood waits, retries what may have been sent, and lets a request made in an outage
wait for ever. Here a known flood wait is refused at once, each call has a time limit, and nothing is repeated.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol

from telethon import TelegramClient, errors

CALL_SECONDS: Final = 12.0
"""Less than a command's own limit, so that an outage is called by its name."""
BROKEN: Final = (
    EOFError,
    BufferError,
    errors.InvalidChecksumError,
    errors.SecurityError,
    errors.TypeNotFoundError,
)
"""What a connection that ends half-way or carries rubbish makes of Telethon, beside OSError."""
_WAITS: Final = (errors.FloodWaitError, errors.FloodPremiumWaitError)
_MIGRATIONS: Final = (errors.PhoneMigrateError, errors.NetworkMigrateError, errors.UserMigrateError)


class Observer(Protocol):
    """Counts calls by method: never what they were about."""

    def telegram_call(self, method: str, outcome: str, seconds: float) -> None: ...
    def flood_wait(self, method: str, seconds: float) -> None: ...


@contextmanager
def as_connection_errors() -> Iterator[None]:
    """What Telethon makes of a connection that is gone leaves this block as a ConnectionError."""
    try:
        yield
    except BROKEN as error:
        raise ConnectionError("the connection broke") from error
    except asyncio.CancelledError:
        # Telethon cancels the futures of pending requests when it disconnects: that is not our caller giving up.
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise ConnectionError("disconnected while waiting for an answer") from None


def method_name(request: Any) -> str:
    """``messages.GetDialogs``, as Telegram's documentation spells it."""
    first = request[0] if isinstance(request, (list, tuple)) else request
    namespace = type(first).__module__.rpartition(".")[2]
    name = type(first).__name__.removesuffix("Request")
    return name if namespace == "functions" else f"{namespace}.{name}"


class Gate:
    """The flood waits that one user's client knows of, and who is told about its calls."""

    def __init__(self, observer: Observer, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._observer, self._clock = observer, clock
        self._due: dict[str, float] = {}

    def wait(self, method: str) -> int:
        """Seconds until ``method`` may be called again; 0 if it may be called now."""
        left = self._due.get(method, 0.0) - self._clock()
        if left <= 0:
            self._due.pop(method, None)
            return 0
        return int(left) + 1

    def finished(self, method: str, started: float, error: BaseException | None) -> None:
        if isinstance(error, _WAITS):
            self._due[method] = self._clock() + error.seconds
            self._observer.flood_wait(method, error.seconds)
        outcome = "ok" if error is None else type(error).__name__
        self._observer.telegram_call(method, outcome, self._clock() - started)

    def now(self) -> float:
        return self._clock()


class GatedClient(TelegramClient):  # type: ignore[misc]  # Telethon is untyped
    """A Telethon client whose every request passes its gate, and whose updates go to one listener in order."""

    gate: Gate
    on_update: Callable[[Any], None] | None = None
    _config: Any = None  # Telethon caches it on the class: each world has a class of its own

    async def _call(
        self, sender: Any, request: Any, ordered: bool = False, flood_sleep_threshold: int | None = None
    ) -> Any:
        del flood_sleep_threshold  # nothing sleeps here
        method = method_name(request)
        if wait := self.gate.wait(method):
            raise errors.FloodWaitError(request=request, capture=wait)
        started, failure = self.gate.now(), None
        try:
            return await self._ask(sender, request, ordered)
        except BaseException as error:
            failure = error
            raise
        finally:
            self.gate.finished(method, started, failure)

    async def _ask(self, sender: Any, request: Any, ordered: bool) -> Any:
        with as_connection_errors():
            async with asyncio.timeout(CALL_SECONDS):
                try:
                    return await super()._call(sender, request, ordered=ordered)
                except (
                    _MIGRATIONS
                ):  # Telethon has switched by now; it was not executed there, so it is asked once more
                    return await super()._call(self._sender, request, ordered=ordered)

    def never_send_late(self) -> None:
        """Whenever the connection is given up, give up what still waits to be sent: Telethon would send it over the
        next one, whenever that comes, though its caller has long been told that it failed.
        """
        sender = self._sender
        give_up = sender._disconnect

        async def give_up_all(error: Exception | None = None) -> None:
            await give_up(error=error)
            waiting = sender._send_queue._deque
            while waiting:
                waiting.popleft().future.cancel()

        sender._disconnect = give_up_all

    async def _dispatch_update(self, update: Any) -> None:
        if self.on_update is not None:
            self.on_update(update)
