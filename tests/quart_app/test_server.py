"""The server's own part: whose address it is, and what a socket is granted."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypercorn.config import Config
from hypercorn.protocol.events import Request
from hypercorn.protocol.ws_stream import WSStream

from quart_app.server import PromptStream, bound_socket, configuration

HEADERS = [
    (b"host", b"localhost"),
    (b"upgrade", b"websocket"),
    (b"sec-websocket-version", b"13"),
    (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ=="),
    (b"Sec-WebSocket-Extensions", b"permessage-deflate"),
]


def test_a_taken_address_is_refused_before_anything_is_opened() -> None:
    with bound_socket("127.0.0.1", 0) as first:
        first.listen()
        with pytest.raises(OSError, match="in use") as refused:
            bound_socket("127.0.0.1", first.getsockname()[1])
    assert refused.value.errno == errno.EADDRINUSE


def test_nobody_is_heard_before_the_app_listens() -> None:
    with bound_socket("127.0.0.1", 0) as bound, socket.socket() as client:
        assert client.connect_ex(bound.getsockname()) == errno.ECONNREFUSED


def test_frames_are_small_and_the_server_does_not_name_itself() -> None:
    with bound_socket("127.0.0.1", 0) as bound:
        config = configuration(bound)
        assert config.websocket_max_message_size == 64 << 10
        assert config.websocket_ping_interval
        assert not config.include_server_header
        [ours] = config.create_sockets().insecure_sockets
        assert ours.getsockname() == bound.getsockname()
        ours.close()


@dataclass
class Tasks:
    """Stands where Hypercorn's task group is: the app is not started."""

    spawned: list[Any] = field(default_factory=list)

    async def spawn_app(self, *arguments: Any) -> Any:
        async def put(event: Any) -> None:
            self.spawned.append(event)

        return put

    def spawn(self, *arguments: Any) -> None:
        self.spawned.append(arguments)


class Context:
    """As much of Hypercorn's worker context as a stream asks for."""

    class terminate:  # noqa: N801 (an event there)
        @staticmethod
        def is_set() -> bool:
            return False


@pytest.mark.parametrize(("stream", "extensions"), [(PromptStream, []), (WSStream, ["permessage-deflate"])])
async def test_compression_is_not_taken_up(stream: type[WSStream], extensions: list[str]) -> None:
    async def send(event: Any) -> None:
        pass

    opened = stream(None, Config(), Context(), Tasks(), False, None, None, send, 1)  # type: ignore[arg-type]
    await opened.handle(Request(1, HEADERS, "1.1", "GET", b"/ws", {}))  # type: ignore[arg-type]
    assert (opened.handshake.extensions or []) == extensions
