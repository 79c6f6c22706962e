"""The terminal's WebSocket: who may open it, and the life of one from handshake to close."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from quart import Blueprint, websocket
from quart.wrappers import Websocket
from quart_rate_limiter import rate_exempt

from commands import say
from quart_app.accounts.sign_in import SignIn
from quart_app.terminal.sittings import Sitting
from quart_app.terminal.wire import Close, CloseCode
from quart_app.web.auth import find_sign_in
from quart_app.web.cookies import carries_our_cookie
from quart_app.web.current import services
from quart_app.web.languages import worded
from quart_app.web.limits import limit_handshakes_of_client, limit_handshakes_of_user
from quart_app.web.origin import websocket_origin_allowed
from quart_app.web.problems import Problem
from quart_app.web.sitting import ELSEWHERE, begin, forget_secrets, is_at_home, visitor

blueprint: Final = Blueprint("socket", __name__)
SUBPROTOCOL: Final = "tcm.v1"


@dataclass(frozen=True, slots=True)
class ComeBack:
    """Which terminal a page was at, and how many of its frames have reached it."""

    name: str
    seen: int


class SocketWire:
    """Quart's socket as a terminal session wants it. When the browser goes, Quart cancels the handler."""

    def __init__(self, socket: Websocket) -> None:
        self._socket = socket

    async def receive(self) -> str | bytes:
        return await self._socket.receive()

    async def send(self, data: str) -> None:
        await self._socket.send(data)


@blueprint.websocket("/ws")
@rate_exempt
async def terminal_socket() -> None:
    """One terminal. Refused with 403 before it is accepted, unless an ended cookie has to be told apart."""
    socket = cast(Websocket, websocket._get_current_object())  # type: ignore[attr-defined]  # a LocalProxy
    if not websocket_origin_allowed():
        raise Problem(403, "origin", "This socket can only be opened by a page of this site.")
    limit_handshakes_of_client()
    sign_in = await find_sign_in()
    if sign_in is None:
        await _refuse(socket)
        return
    await limit_handshakes_of_user(sign_in.user_id)
    with services().open_sessions.sockets.place(sign_in.user_id) as free:
        if free:
            await _open(socket, sign_in)
            return
    await _accept(socket)
    await socket.close(CloseCode.TOO_MANY, worded(say("Too many terminals are open.")))


async def _open(socket: Websocket, sign_in: SignIn) -> None:
    """A page that was here before goes on where it was, if that is still there."""
    come_back = _come_back(socket)
    opened = await _found(socket, come_back, sign_in)
    seen = None if opened is None or come_back is None else come_back.seen
    if opened is None:
        opened = await begin(socket, sign_in, lasts=come_back is not None)
    if isinstance(opened, Sitting):
        opened = await _carry(socket, opened, seen)
    else:
        await _accept(socket)
    if opened.code != CloseCode.GONE:
        await socket.close(opened.code, opened.reason)


def _come_back(socket: Websocket) -> ComeBack | None:
    """``/ws?resume`` of a page that would come back, ``/ws?resume=ID&seen=N`` of one that does."""
    if "resume" not in socket.args:
        return None
    return ComeBack(socket.args["resume"], socket.args.get("seen", -1, int))


async def _found(socket: Websocket, come_back: ComeBack | None, sign_in: SignIn) -> Sitting | Close | None:
    if come_back is None:
        return None
    sitting = services().sittings.find(come_back.name, visitor(sign_in), come_back.seen)
    if sitting is None:
        return None
    forget_secrets(socket, sign_in)
    return sitting if await is_at_home(sitting.caller) else ELSEWHERE


async def _carry(socket: Websocket, sitting: Sitting, seen: int | None) -> Close:
    all_of = services()
    try:
        await _accept(socket)
        all_of.metrics.socket_opened()
        try:
            return await sitting.wire.carry(SocketWire(socket), seen)
        finally:
            all_of.metrics.socket_closed()
            all_of.sittings.make_room(sitting.user_id)
    except BaseException:
        if not sitting.wire.is_awaited:
            sitting.wire.give_up()  # its page was gone before it was there
        raise


async def _refuse(socket: Websocket) -> None:
    """A browser whose session has ended learns it by the close code; everybody else gets no socket at all."""
    if "Authorization" in socket.headers or not carries_our_cookie(socket.cookies):
        raise Problem(403, "signed_out", "Log in first.")
    await _accept(socket)
    await socket.close(CloseCode.SIGNED_OUT, "You are not logged in, or no longer.")


async def _accept(socket: Websocket) -> None:
    await socket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in socket.requested_subprotocols else None)
