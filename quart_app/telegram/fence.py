"""A TCP connection that stops itself: no byte goes to Telegram once this worker's heartbeat is overdue."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, Protocol

from telethon.network.connection import ConnectionTcpFull

from quart_app.telegram.lease import LeaseLost

CLOSE_SECONDS: Final = 2.0


class Heartbeat(Protocol):
    @property
    def alive(self) -> bool: ...


def fenced_connection(heartbeat: Heartbeat) -> type[ConnectionTcpFull]:
    """The connection class of one worker; Telethon wants a class, so the heartbeat is closed over."""

    class FencedConnection(ConnectionTcpFull):  # type: ignore[misc]  # Telethon is untyped
        def _send(self, data: bytes) -> None:
            if not heartbeat.alive:
                raise LeaseLost("heartbeat overdue")
            super()._send(data)

        async def _connect(self, timeout: float | None = None, ssl: Any = None) -> None:  # noqa: ASYNC109 (Telethon's signature)
            if not heartbeat.alive:
                raise LeaseLost("heartbeat overdue")
            await super()._connect(timeout=timeout, ssl=ssl)

        async def disconnect(self) -> None:
            # When it is the sending that fails, Telethon wakes nobody who waits for an answer.
            with suppress(asyncio.QueueFull):
                self._recv_queue.put_nowait((None, ConnectionError("the connection was closed")))
            with self._cut_off():
                await super().disconnect()

        @contextmanager
        def _cut_off(self) -> Iterator[None]:
            """What waits in the buffer goes nowhere once the lease is gone; else it has a moment: Telethon waits for a
            peer that doesn't read for ten seconds.
            """
            transport = self._writer.transport if self._writer else None
            if transport is None:
                yield
                return
            if not heartbeat.alive:
                transport.abort()
            timer = asyncio.get_running_loop().call_later(CLOSE_SECONDS, transport.abort)
            try:
                yield
            finally:
                timer.cancel()

    return FencedConnection
