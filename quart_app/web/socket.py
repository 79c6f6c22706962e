"""The terminal's WebSocket: who may open it, and the life of one from handshake to close."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Final, cast

from quart import Blueprint, g, websocket
from quart.wrappers import Websocket
from quart_rate_limiter import rate_exempt

from commands import CommandError, say
from quart_app.accounts.sign_in import SignIn
from quart_app.services import Services
from quart_app.stopping import stop
from quart_app.telegram.caller import Caller
from quart_app.telegram.errors import Moved
from quart_app.terminal.presence import Presence
from quart_app.terminal.session import Greeting, TerminalSession
from quart_app.terminal.wire import CloseCode
from quart_app.version import VERSION
from quart_app.web.auth import find_sign_in
from quart_app.web.cookies import carries_our_cookie, vault_secret
from quart_app.web.current import services
from quart_app.web.languages import worded
from quart_app.web.limits import limit_handshakes_of_client, limit_handshakes_of_user
from quart_app.web.origin import websocket_origin_allowed
from quart_app.web.problems import Problem
from quart_app.web.terminals import admitted, dispatcher, opened_caller

blueprint: Final = Blueprint("socket", __name__)
SUBPROTOCOL: Final = "tcm.v1"
_SECRETS: Final = frozenset({"cookie", "authorization"})


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
    secret = vault_secret()
    sign_in = _forget_secrets(socket, sign_in)
    opening = opened_caller(services(), sign_in, secret)
    del secret
    async with admitted(services(), sign_in) as presence, opening as caller:
        at_home = await _is_at_home(caller)
        await _accept(socket)
        if presence.ended is not None:
            await socket.close(presence.ended[0], "You are not logged in, or no longer.")
        elif at_home:
            await _serve(socket, services(), sign_in, presence, caller)
        else:
            await socket.close(CloseCode.RESTART, "Your session is open on another server.")


async def _is_at_home(caller: Caller) -> bool:
    """Whether this worker is the one to serve it. A store that is away is said at the prompt, not here."""
    try:
        await caller.claim()
    except Moved:
        return False
    except CommandError:
        pass
    return True


async def _serve(
    socket: Websocket, all_of: Services, sign_in: SignIn, presence: Presence, caller: Caller
) -> None:
    lines = dispatcher(all_of, caller)
    session = TerminalSession(
        SocketWire(socket),
        lines,
        Greeting(version=VERSION, commands=lines.catalogue.all(), session=await caller.state()),
        budget=all_of.budgets.of(sign_in.user_id),
        downloads=all_of.downloads.of(sign_in.user_id),
        translations=lines.caller.translations,
    )
    presence.leads_to(session)
    changed = asyncio.Event()
    with (
        all_of.telegram.listening(sign_in.user_id, changed.set),
        all_of.telegram.hearing_alerts(sign_in.user_id, session.notify_alert),
    ):
        background = [
            asyncio.create_task(caller.warm(), name="loading chats ahead"),
            asyncio.create_task(_tell_changes(changed, caller, session), name="session changes"),
            asyncio.create_task(_follow(caller, session), name="following a session that moves"),
        ]
        all_of.metrics.socket_opened()
        try:
            close = await session.run()
        finally:
            all_of.metrics.socket_closed()
            await stop(background)
    if close.code != CloseCode.GONE:
        await socket.close(close.code, close.reason)


async def _tell_changes(changed: asyncio.Event, caller: Caller, session: TerminalSession) -> None:
    while True:
        await changed.wait()
        changed.clear()
        with suppress(CommandError):
            session.notify_session(await caller.state())


async def _follow(caller: Caller, session: TerminalSession) -> None:
    """The page comes back at once, to the worker that has the session by then."""
    await caller.moved.wait()
    session.close(CloseCode.RESTART, say("Your session is open on another server."))


async def _refuse(socket: Websocket) -> None:
    """A browser whose session has ended learns it by the close code; everybody else gets no socket at all."""
    if "Authorization" in socket.headers or not carries_our_cookie(socket.cookies):
        raise Problem(403, "signed_out", "Log in first.")
    await _accept(socket)
    await socket.close(CloseCode.SIGNED_OUT, "You are not logged in, or no longer.")


async def _accept(socket: Websocket) -> None:
    await socket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in socket.requested_subprotocols else None)


def _forget_secrets(socket: Websocket, sign_in: SignIn) -> SignIn:
    """The handshake lives as long as the socket: without this, a secret would stay in memory with it.

    Returns the sign-in without a token's half of the vault.
    """
    for name in _SECRETS:
        socket.headers.remove(name)
    vars(socket).pop("cookies", None)  # as they were read from the header
    headers = socket.scope.get("headers") if socket.scope else None
    if isinstance(headers, list):
        headers[:] = [(name, value) for name, value in headers if name.decode().lower() not in _SECRETS]
    g.sign_in = replace(sign_in, vault_secret=None)
    return cast(SignIn, g.sign_in)
