"""The places for one user's terminals: counted from the handshake on."""

from __future__ import annotations

from contextlib import ExitStack
from uuid import uuid4

from quart_app.terminal.open_sessions import MOST_SOCKETS, OpenSessions


def test_handshakes_under_way_take_places_too_and_give_them_back() -> None:
    open_sessions, someone, another = OpenSessions(), uuid4(), uuid4()
    with ExitStack() as stack:
        given = [stack.enter_context(open_sessions.sockets.place(someone)) for _ in range(MOST_SOCKETS + 5)]
        assert given == [True] * MOST_SOCKETS + [False] * 5
        with open_sessions.sockets.place(another) as free:
            assert free
    with open_sessions.sockets.place(someone) as free:
        assert free
