"""The wire of a terminal whose page may come back: one conversation over several sockets, one after the other.

What a page has not said that it has seen is kept, and sent again over its next socket. What the page has sent is
counted, so that it can tell what never arrived. Nothing is lost that way, and nothing is shown or done twice.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Final

import orjson

from quart_app.stopping import stop
from quart_app.terminal import frames
from quart_app.terminal.budget import TokenBucket
from quart_app.terminal.wire import Close, CloseCode, Wire, WireClosed

MOST_UNSEEN_BYTES: Final = 256 << 10
SEND_SECONDS: Final = 5.0
SIGNALS: Final = ("seen", "leave")
MOST_SIGNAL: Final = 100


class LastingWire:
    """``patience``: seconds for which a page without a socket is waited for; 0: none can come back, nothing is kept.

    ``most_unseen``: so many bytes may be on their way before whoever sends has to wait.
    """

    def __init__(self, *, patience: float, most_unseen: int = MOST_UNSEEN_BYTES) -> None:
        self._patience = patience
        self._most_unseen = most_unseen if patience else 0
        self._unseen: dict[int, str] = {}
        self._unseen_bytes = 0
        self._made = self._sent = self._heard = 0
        self._inbox: deque[str | bytes] = deque()
        self._signals = TokenBucket(rate=20.0, burst=200)
        self._arrived, self._news, self._room = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._close: Close | None = None
        self._speaking: asyncio.Task[None] | None = None
        self._waiting: asyncio.TimerHandle | None = None
        self.parked_at = 0.0
        """When the last socket has gone, by the clock of the loop."""

    @property
    def is_parked(self) -> bool:
        """Whether there is no socket now."""
        return self._speaking is None

    @property
    def is_awaited(self) -> bool:
        """Whether a page is here, or has been and may come back."""
        return self._speaking is not None or self._waiting is not None

    # The end that the terminal's session holds.

    async def receive(self) -> str | bytes:
        while not self._inbox:
            if self._close is not None:
                raise WireClosed
            self._arrived.clear()
            await self._arrived.wait()
        return self._inbox.popleft()

    async def send(self, data: str) -> None:
        """Waits while too much is on its way; a page that is away is as slow as can be, until it is given up."""
        self._made += 1
        self._unseen[self._made] = data
        self._unseen_bytes += len(data)
        self._news.set()
        while self._unseen_bytes > self._most_unseen and self._close is None:
            self._room.clear()
            await self._room.wait()
        if self._close is not None:
            raise WireClosed

    def finish(self, close: Close) -> None:
        """The conversation is over; a socket that is there gets all that is left, and then this."""
        self._close = self._close or close
        for waited_for in (self._arrived, self._news, self._room):
            waited_for.set()
        self._stop_waiting()

    def give_up(self) -> None:
        """Wait for this page no longer."""
        self.finish(Close(CloseCode.GONE, ""))

    # The end that sockets come to.

    def reaches(self, seen: int) -> bool:
        """Whether a page that has seen so many frames can go on from there."""
        return self._close is None and self._first - 1 <= seen <= self._made

    @property
    def _first(self) -> int:
        """The number of the oldest frame that is kept."""
        return self._made - len(self._unseen) + 1

    async def carry(self, socket: Wire, seen: int | None = None) -> Close:
        """Talk over this socket until it, or the conversation, ends; how it is to be closed then.

        ``seen``: the page has been here before, and so many frames have reached it. Cancelled when the socket is gone.
        """
        if self._speaking is not None:
            self._speaking.cancel()
        self._stop_waiting()
        if seen is not None:
            self._drop(seen)
        speaking = self._speaking = asyncio.create_task(self._speak(socket, again=seen is not None))
        hearing = asyncio.create_task(self._hear(socket))
        try:
            await asyncio.wait({speaking, hearing}, return_when=asyncio.FIRST_COMPLETED)
            return self._outcome(speaking)
        finally:
            await stop([speaking, hearing])
            if self._speaking is speaking:
                self._speaking = None
                self._await_page()

    def _outcome(self, speaking: asyncio.Task[None]) -> Close:
        if self._speaking is not speaking:
            return Close(CloseCode.RESTART, "")  # the page is at another socket already
        if speaking.done() and not speaking.cancelled() and isinstance(speaking.exception(), TimeoutError):
            return Close(CloseCode.TOO_SLOW, "")
        return self._close or Close(CloseCode.GONE, "")

    def _await_page(self) -> None:
        if self._close is not None:
            return
        loop = asyncio.get_running_loop()
        self.parked_at = loop.time()
        if self._patience:
            self._waiting = loop.call_later(self._patience, self.give_up)
        else:
            self.give_up()

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    async def _speak(self, socket: Wire, *, again: bool) -> None:
        """Send what is not seen yet, and then what comes, until the conversation is over."""
        self._sent = self._first - 1
        if again:
            await socket.send(frames.dumps(frames.resumed(self._heard)).decode())
        while True:
            self._news.clear()
            while self._sent < self._made:
                self._sent += 1
                async with asyncio.timeout(SEND_SECONDS):
                    await socket.send(self._unseen[self._sent])
                if not self._patience:
                    self._drop(self._sent)
            if self._close is not None:
                return
            await self._news.wait()

    async def _hear(self, socket: Wire) -> None:
        try:
            while True:
                data = await socket.receive()
                signal = self._signal(data)
                if signal is not None and self._signals.take() is None:
                    self._obey(signal)
                    continue
                self._inbox.append(data)
                self._arrived.set()
                self._heard += signal is None
        except WireClosed:
            return

    def _signal(self, data: str | bytes) -> dict[str, Any] | None:
        """What is about the wire itself: how far the page has read, or that it will not come back."""
        if not self._patience or not isinstance(data, str) or len(data) > MOST_SIGNAL:
            return None
        try:
            signal = orjson.loads(data)
        except orjson.JSONDecodeError:
            return None
        return signal if isinstance(signal, dict) and signal.get("type") in SIGNALS else None

    def _obey(self, signal: dict[str, Any]) -> None:
        if signal["type"] == "leave":
            self.give_up()
        elif type(count := signal.get("frames")) is int and count <= self._sent:
            self._drop(count)

    def _drop(self, count: int) -> None:
        """The first ``count`` frames have been seen: there is room for others."""
        for number in range(self._first, count + 1):
            self._unseen_bytes -= len(self._unseen.pop(number))
        self._room.set()
