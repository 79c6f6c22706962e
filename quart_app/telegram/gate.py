"""The gate: the one place where a client's requests leave.

Telethon alone sleeps through flood waits, retries what may have been sent, and lets a request made in an outage
wait for ever. Here a known flood wait is refused at once, each call has a time limit, and nothing is repeated.
What a view-only session may not do, and what would carry login codes out of their chat, is refused here as well.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, Final, Literal, Protocol

from telethon import TelegramClient, errors, functions, utils

from quart_app.telegram.code_shield import may_be_sent, shielded
from quart_app.telegram.errors import CodesProtected, ViewOnly
from quart_app.telegram.view_scope import only_reads
from quart_app.telegram.wrappers import each_innermost, innermost

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
_OUR_OWN: Final[ContextVar[bool]] = ContextVar("this app's own request", default=False)


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


@contextmanager
def our_own() -> Iterator[None]:
    """For what this app has to do whatever the session may do, such as logging it out."""
    token = _OUR_OWN.set(True)
    try:
        yield
    finally:
        _OUR_OWN.reset(token)


def method_name(request: Any) -> str:
    """``messages.GetDialogs``, as Telegram's documentation spells it."""
    first = request[0] if isinstance(request, (list, tuple)) else request
    namespace = type(first).__module__.rpartition(".")[2]
    name = type(first).__name__.removesuffix("Request")
    return name if namespace == "functions" else f"{namespace}.{name}"


class Gate:
    """What one user's client may send, the flood waits that it knows of, and who is told about its calls."""

    def __init__(self, observer: Observer, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._observer, self._clock = observer, clock
        self._due: dict[str, float] = {}
        self._view_only = False

    @property
    def scope(self) -> Literal["full", "view"]:
        return "view" if self._view_only else "full"

    def narrow(self, scope: Literal["full", "view"]) -> None:
        """From now on no more than this; there is no way back."""
        self._view_only = self._view_only or scope != "full"

    def admit(self, request: Any) -> None:
        """Raises ViewOnly or CodesProtected for what may not leave."""
        for one in each_innermost(request):
            if self._view_only and not only_reads(one) and not _OUR_OWN.get():
                raise ViewOnly
            if not may_be_sent(one):
                raise CodesProtected

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
    on_moved: Callable[[], Awaitable[None]] | None = None
    """Called when another data centre has become this client's, with a new key, before anything is asked there."""
    _config: Any = None  # Telethon caches it on the class: each world has a class of its own

    async def _call(
        self, sender: Any, request: Any, ordered: bool = False, flood_sleep_threshold: int | None = None
    ) -> Any:
        del flood_sleep_threshold  # nothing sleeps here
        self.gate.admit(request)
        method = method_name(request)
        if wait := self.gate.wait(method):
            raise errors.FloodWaitError(request=request, capture=wait)
        started, failure = self.gate.now(), None
        try:
            return shielded(await self._ask(sender, request, ordered), innermost(request))
        except BaseException as error:
            failure = error
            raise
        finally:
            self.gate.finished(method, started, failure)

    async def _ask(self, sender: Any, request: Any, ordered: bool) -> Any:
        with as_connection_errors():
            async with asyncio.timeout(CALL_SECONDS):
                try:
                    return await self._send(sender, request, ordered)
                except _MIGRATIONS as error:  # it was not executed there, so it is asked once more
                    await self._follow(error)
                    return await self._send(self._sender, request, ordered)

    async def _follow(self, error: Any) -> None:
        """To the data centre that Telegram names; an account that has moved takes its login along."""
        taken = None
        if isinstance(error, errors.UserMigrateError):
            with suppress(errors.RPCError), our_own():
                export = functions.auth.ExportAuthorizationRequest(error.new_dc)
                taken = await self._send(self._sender, export, ordered=False)
        await self._switch_dc(error.new_dc)
        if taken is not None:
            with our_own():
                carry = functions.auth.ImportAuthorizationRequest(taken.id, taken.bytes)
                await self._send(self._sender, carry, ordered=False)

    async def _send(self, sender: Any, request: Any, ordered: bool) -> Any:
        """Telethon's own ``_call`` less what it adds: pauses, repetitions, and floods that it remembers by itself.

        Of several requests each waits for the one before, and an error ends them.
        """
        if isinstance(request, (list, tuple)):
            return [await self._send(sender, each, ordered) for each in request]
        await request.resolve(self, utils)
        self.gate.admit(request)  # once more: only now are peers what they were only called before
        result = await sender.send(request, ordered=ordered)
        self.session.process_entities(result)
        return result

    def never_send_late(self) -> None:
        """Whenever the connection is given up, give up what still waits to be sent: Telethon would send it over the
        next one, whenever that comes, though its caller has long been told that it failed.
        """
        sender = self._sender
        give_up = sender._disconnect

        async def give_up_all(error: Exception | None = None) -> None:
            for pending in tuple(sender._pending_state.values()):
                pending.future.add_done_callback(_heard)  # nobody waits for the answer to a ping
            await give_up(error=error)
            waiting = sender._send_queue._deque
            while waiting:
                waiting.popleft().future.cancel()

        sender._disconnect = give_up_all

    async def _switch_dc(self, new_dc: int) -> None:
        """The new key is kept at once: without it, whatever happens there next would be lost with this process."""
        await super()._switch_dc(new_dc)
        if self.on_moved is not None:
            await self.on_moved()

    async def move(self, data_centre_id: int) -> None:
        """Go on at another data centre, with a new key."""
        with as_connection_errors():
            async with asyncio.timeout(CALL_SECONDS):
                await self._switch_dc(data_centre_id)

    async def _create_exported_sender(self, dc_id: int) -> Any:
        with our_own():  # files of other data centres are read as well
            return await super()._create_exported_sender(dc_id)

    async def _dispatch_update(self, update: Any) -> None:
        if self.on_update is not None:
            self.on_update(shielded(update))


def _heard(answer: asyncio.Future[Any]) -> None:
    """Its error is no secret: whoever waits for it gets it all the same."""
    if not answer.cancelled():
        answer.exception()
