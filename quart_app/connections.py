"""What one connection may cost: Hypercorn's own grow with what a hostile client sends, or wait for it for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar, Final

import h11 as http1
import hypercorn.asyncio.run
import hypercorn.protocol
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.config import Config
from hypercorn.events import Closed, RawData
from hypercorn.events import Event as ConnectionEvent
from hypercorn.protocol import h2, h11
from hypercorn.protocol.events import Event, Request, Response, StreamClosed
from hypercorn.protocol.ws_stream import ASGIWebsocketState, WSStream
from wsproto.events import CloseConnection, Ping

Header = tuple[bytes, bytes]
WRITE_SECONDS: Final = 30.0
"""How long a client may take to read what has been written to it."""
HANG_UP_SECONDS: Final = 5.0
"""How long one that has been told of the end may take to end as well."""
LIMITS: Final[Mapping[str, Any]] = {
    "websocket_max_message_size": 64 << 10,
    "websocket_ping_interval": 20.0,
    "graceful_timeout": 20.0,
    "startup_timeout": 120.0,
    "shutdown_timeout": 120.0,
    "include_server_header": False,
    "include_date_header": False,
}
"""Hypercorn's settings as this app needs them; its own allow messages of 16 MiB and never ask who is still there."""


class PromptStream(WSStream):
    """A WebSocket that is over when it is closed, that isn't compressed, and that keeps nothing of what is too big.

    Hypercorn's own waits for its next ping first, and with it the connection, and every stop for its longest time; it
    always takes up an offer to compress, which costs 90 KB a socket; and after saying that a message is too big it
    goes on to collect it, and whatever else is sent, without end.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._over = asyncio.Event()
        self._deaf = False

    async def handle(self, event: Event) -> None:
        if isinstance(event, Request):
            headers = [pair for pair in event.headers if pair[0].lower() != b"sec-websocket-extensions"]
            event = replace(event, headers=headers)
        await super().handle(event)
        if self.closed:
            self._over.set()

    async def _handle_events(self) -> None:
        if self._deaf or self.state is ASGIWebsocketState.CLOSED:
            if any(isinstance(event, CloseConnection) for event in self.connection.events()):
                await self.send(StreamClosed(stream_id=self.stream_id))
            return
        await super()._handle_events()
        if self.buffer.length > self.buffer.max_length:
            self._deaf = True
            self.buffer.clear()
            self.task_group.spawn(self._hang_up)

    async def _hang_up(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), HANG_UP_SECONDS)
        if not self.closed:
            await self.send(StreamClosed(stream_id=self.stream_id))

    async def _send_pings(self) -> None:
        while not self.closed:
            await self._send_wsproto_event(Ping())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), self.config.websocket_ping_interval)


class PlainProtocol(h11.H11Protocol):
    """HTTP/1.1 that stays HTTP/1.1: an upgrade to h2c would tunnel requests past the proxy in front.

    And that says so when it will end the connection, because it answers before it has all of a request. What Hypercorn
    answers by itself, to what is no HTTP for one, has the headers of all other answers.
    """

    always: ClassVar[Sequence[Header]] = ()

    async def stream_send(self, event: Event) -> None:
        if isinstance(event, Response):
            event = replace(event, headers=[*event.headers, *self._missing(event.headers)])
        await super().stream_send(event)

    def _missing(self, headers: Sequence[Header]) -> list[Header]:
        there = {name.lower() for name, _ in headers}
        added = [header for header in self.always if header[0] not in there]
        if self.connection.their_state is http1.SEND_BODY:
            added.append((b"connection", b"close"))
        return added

    async def _send_error_response(self, status_code: int) -> None:
        headers = [(b"content-length", b"0"), (b"connection", b"close"), *self.always]
        await self._send_h11_event(http1.Response(status_code=status_code, headers=headers))
        await self._send_h11_event(http1.EndOfMessage())

    async def _check_protocol(self, event: http1.Request) -> None:
        """Hypercorn's own looks for such upgrades."""


class ImpatientServer(TCPServer):
    """A connection that is cut when its client doesn't read. Hypercorn's own waits for ever, and all behind it."""

    async def protocol_send(self, event: ConnectionEvent) -> None:
        if not isinstance(event, RawData | Closed):
            await super().protocol_send(event)
            return
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                await super().protocol_send(event)
        except TimeoutError:
            self.writer.transport.abort()
            await self.protocol.handle(Closed())


def harden(headers: Sequence[Header] = ()) -> None:
    """Make Hypercorn use these, for this process: there is no setting for most of it.

    ``headers``, with names in lower case, join each answer that lacks them.
    """
    PlainProtocol.always = tuple(headers)
    for protocol in (h11, h2):
        protocol.WSStream = PromptStream  # type: ignore[attr-defined]
    hypercorn.protocol.H11Protocol = PlainProtocol  # type: ignore[attr-defined]
    hypercorn.asyncio.run.TCPServer = ImpatientServer  # type: ignore[attr-defined]
    for name, value in LIMITS.items():
        setattr(Config, name, value)
