"""What a connection may cost: each promise beside Hypercorn as it comes, which does not keep it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypercorn.protocol.events import Data, Request
from hypercorn.protocol.ws_stream import WSStream
from wsproto.frame_protocol import Opcode

from quart_app import connections
from quart_app.connections import PromptStream, harden

HEADERS = [
    (b"host", b"localhost"),
    (b"connection", b"upgrade"),
    (b"upgrade", b"websocket"),
    (b"sec-websocket-version", b"13"),
    (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ=="),
    (b"Sec-WebSocket-Extensions", b"permessage-deflate"),
]
UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\n"
    b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n"
)
PIECE = b"x" * 1000


@dataclass
class Tasks:
    """Stands where Hypercorn's task group is: the app is not started."""

    spawned: list[Any] = field(default_factory=list)
    heard: list[Any] = field(default_factory=list)

    async def spawn_app(self, *arguments: Any) -> Any:
        async def put(event: Any) -> None:
            self.heard.append(event["type"])

        return put

    def spawn(self, *arguments: Any) -> None:
        self.spawned.append(arguments)


async def opened(stream: type[WSStream], tasks: Tasks) -> tuple[WSStream, list[Any]]:
    """A socket that was accepted, and what goes out of it. Its messages may have 4000 bytes."""
    sent: list[Any] = []

    async def send(event: Any) -> None:
        sent.append(event)

    config = Config()
    config.websocket_max_message_size = 4 * len(PIECE)
    socket_ = stream(None, config, None, tasks, False, None, None, send, 1)  # type: ignore[arg-type]
    await socket_.handle(Request(1, HEADERS, "1.1", "GET", b"/ws", {}))  # type: ignore[arg-type]
    await socket_.app_send({"type": "websocket.accept", "headers": [], "subprotocol": None})
    return socket_, sent


def frame(payload: bytes, *, opcode: Opcode = Opcode.TEXT, last: bool = True) -> bytes:
    """Masked with zeros, as a client may."""
    length = bytes([0x80 | 126]) + len(payload).to_bytes(2, "big")
    return bytes([opcode | (0x80 if last else 0)]) + length + bytes(4) + payload


@pytest.mark.parametrize(("stream", "extensions"), [(PromptStream, []), (WSStream, ["permessage-deflate"])])
async def test_compression_is_not_taken_up(stream: type[WSStream], extensions: list[str]) -> None:
    socket_, _ = await opened(stream, Tasks())
    assert (socket_.handshake.extensions or []) == extensions


@pytest.mark.parametrize(("stream", "kept"), [(PromptStream, 0), (WSStream, 100)])
async def test_nothing_is_kept_of_a_message_without_end(stream: type[WSStream], kept: int) -> None:
    socket_, _ = await opened(stream, Tasks())
    await socket_.handle(Data(1, frame(PIECE, last=False)))
    for _ in range(99):
        await socket_.handle(Data(1, frame(PIECE, opcode=Opcode.CONTINUATION, last=False)))
    assert socket_.buffer.length == kept * len(PIECE)


@pytest.mark.parametrize(("stream", "heard"), [(PromptStream, 0), (WSStream, 50)])
async def test_what_comes_after_the_end_reaches_nobody(stream: type[WSStream], heard: int) -> None:
    tasks = Tasks()
    socket_, _ = await opened(stream, tasks)
    await socket_.app_send({"type": "websocket.close", "code": 1008, "reason": ""})
    for _ in range(50):
        await socket_.handle(Data(1, frame(PIECE)))
    assert tasks.heard.count("websocket.receive") == heard


async def test_who_ignores_the_end_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HANG_UP_SECONDS", 0.01)
    tasks = Tasks()
    socket_, sent = await opened(PromptStream, tasks)
    for _ in range(2):
        await socket_.handle(Data(1, frame(PIECE * 5)))
    assert not any(type(event).__name__ == "StreamClosed" for event in sent)
    [[hang_up]] = tasks.spawned
    await hang_up()
    assert type(sent[-1]).__name__ == "StreamClosed"


class Application:
    """Answers as much as it is asked for; ``done`` once all of it was taken off its hands."""

    def __init__(self, size: int) -> None:
        self.size, self.done = size, asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": bytes(self.size), "more_body": False})
        self.done.set()


@asynccontextmanager
async def serving(app: Application) -> AsyncIterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        config = Config()
        config.bind = [f"fd://{bound.fileno()}"]
        config.graceful_timeout, config.errorlog = 0.1, None
        address, stop = bound.getsockname(), asyncio.Event()
        server = asyncio.create_task(serve(app, config, shutdown_trigger=stop.wait))
        try:
            yield address
        finally:
            stop.set()
            await server
            bound.detach()


@pytest.mark.parametrize(("hardened", "status"), [(True, b"200"), (False, b"101")])
@pytest.mark.usefixtures("unpatched")
async def test_nobody_tunnels_past_the_proxy(hardened: bool, status: bytes) -> None:
    if hardened:
        harden()
    async with serving(Application(1)) as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(UPGRADE)
        line = await reader.readline()
        writer.close()
        await writer.wait_closed()
    assert line.split()[1] == status


@pytest.mark.parametrize("hardened", [True, False])
@pytest.mark.usefixtures("unpatched")
async def test_who_does_not_read_is_cut_off(hardened: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "WRITE_SECONDS", 0.1)
    if hardened:
        harden()
    app = Application(64 << 20)
    async with serving(app) as address:
        with socket.create_connection(address) as client:
            client.setblocking(False)
            await asyncio.get_running_loop().sock_sendall(
                client, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
            )
            if hardened:
                await asyncio.wait_for(app.done.wait(), 30)
            else:
                await asyncio.sleep(0.5)
                assert not app.done.is_set()
