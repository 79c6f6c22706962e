"""The server's own part: whose address it is, and what a socket is granted."""

from __future__ import annotations

import errno
import socket

import pytest
from hypercorn.config import Config

from quart_app.connections import harden
from quart_app.server import bound_socket, configuration
from quart_app.terminal.session import MOST_INBOUND_BYTES


def test_a_taken_address_is_refused_before_anything_is_opened() -> None:
    with bound_socket("127.0.0.1", 0) as first:
        first.listen()
        with pytest.raises(OSError, match="in use") as refused:
            bound_socket("127.0.0.1", first.getsockname()[1])
    assert refused.value.errno == errno.EADDRINUSE


def test_nobody_is_heard_before_the_app_listens() -> None:
    with bound_socket("127.0.0.1", 0) as bound, socket.socket() as client:
        assert client.connect_ex(bound.getsockname()) == errno.ECONNREFUSED


@pytest.mark.usefixtures("unpatched")
def test_frames_are_small_and_the_server_does_not_name_itself() -> None:
    assert Config().websocket_ping_interval is None, "the control: Hypercorn's own"
    harden()
    with bound_socket("127.0.0.1", 0) as bound:
        config = configuration(bound)
        assert config.websocket_max_message_size == MOST_INBOUND_BYTES
        assert config.websocket_ping_interval
        assert not config.include_server_header
        [ours] = config.create_sockets().insecure_sockets
        assert ours.getsockname() == bound.getsockname()
        ours.close()
