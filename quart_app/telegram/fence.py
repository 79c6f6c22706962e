"""A TCP connection that stops itself: no byte goes to Telegram once this worker's heartbeat is overdue."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Protocol

from telethon.network.connection import ConnectionTcpFull

from quart_app.telegram.lease import LeaseLost


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
            await super().disconnect()

    return FencedConnection
