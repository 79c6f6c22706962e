"""What is open: counted from the handshake on, and closed with the sign-in that opened it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from uuid import UUID, uuid4

from commands.phrases import Said
from quart_app.terminal.open_sessions import MOST_SOCKETS, OpenSessions
from quart_app.terminal.wire import CloseCode


def test_handshakes_under_way_take_places_too_and_give_them_back() -> None:
    open_sessions, someone, another = OpenSessions(), uuid4(), uuid4()
    with ExitStack() as stack:
        given = [stack.enter_context(open_sessions.sockets.place(someone)) for _ in range(MOST_SOCKETS + 5)]
        assert given == [True] * MOST_SOCKETS + [False] * 5
        with open_sessions.sockets.place(another) as free:
            assert free
    with open_sessions.sockets.place(someone) as free:
        assert free


class Opened:
    """A terminal; remembers how it was closed."""

    def __init__(self) -> None:
        self.closed: list[int] = []

    def close(self, code: int, text: Said) -> None:
        self.closed.append(code)


async def yes(user_id: UUID, digest: str) -> bool:
    return True


async def no(user_id: UUID, digest: str) -> bool:
    return False


async def test_a_sign_out_between_the_handshake_and_the_terminal_is_heard() -> None:
    open_sessions, someone, terminal = OpenSessions(), uuid4(), Opened()
    async with open_sessions.admitted(someone, "digest", yes) as presence:
        open_sessions.signed_out(someone, "digest")
        presence.leads_to(terminal)
        open_sessions.signed_out(someone)
    assert terminal.closed == [CloseCode.SIGNED_OUT], "the first reason counts"
    assert len(open_sessions) == 0


async def test_one_that_came_before_anybody_listened_is_found_out() -> None:
    async with OpenSessions().admitted(uuid4(), "digest", no) as presence:
        assert presence.ended is not None
        assert presence.ended[0] == CloseCode.SIGNED_OUT


async def test_the_sign_out_of_another_device_closes_nothing() -> None:
    open_sessions, someone, terminal = OpenSessions(), uuid4(), Opened()
    async with open_sessions.admitted(someone, "digest", yes) as presence:
        presence.leads_to(terminal)
        open_sessions.signed_out(someone, "another")
        open_sessions.signed_out(uuid4())
        assert terminal.closed == []
        open_sessions.restart()
        assert terminal.closed == [CloseCode.RESTART]
        await open_sessions.verify(yes)
        assert terminal.closed == [CloseCode.RESTART]


async def test_whose_session_moves_goes_with_it_and_is_waited_for() -> None:
    open_sessions, someone, terminal = OpenSessions(), uuid4(), Opened()
    async with open_sessions.admitted(uuid4(), "digest", yes) as somebody_else:
        async with open_sessions.admitted(someone, "digest", yes) as presence:
            presence.leads_to(terminal)
            moving = asyncio.create_task(open_sessions.move(someone))
            await asyncio.sleep(0.05)
            assert terminal.closed == [CloseCode.RESTART]
            assert not moving.done(), "its command has not ended yet"
        async with asyncio.timeout(5):
            await moving
        assert somebody_else.ended is None


async def test_what_outlived_its_sign_in_is_closed() -> None:
    open_sessions, someone, terminal = OpenSessions(), uuid4(), Opened()
    async with open_sessions.admitted(someone, "digest", yes) as presence:
        presence.leads_to(terminal)
        await open_sessions.verify(no)
    assert terminal.closed == [CloseCode.SIGNED_OUT]
