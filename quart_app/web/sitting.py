"""A terminal from its first socket on: it lives apart from the request that opened it, for its page may come back."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, replace
from typing import Final, cast

from quart import g
from quart.wrappers import Websocket

from commands import CommandError, say
from quart_app.accounts.sign_in import SignIn
from quart_app.locale.catalogues import Language
from quart_app.services import Services
from quart_app.stopping import stop
from quart_app.telegram.caller import Caller
from quart_app.telegram.errors import Moved
from quart_app.telegram.vault import lookup
from quart_app.terminal.dispatch import Dispatcher
from quart_app.terminal.frames import Frame
from quart_app.terminal.lasting_wire import LastingWire
from quart_app.terminal.session import Greeting, Limits, TerminalSession
from quart_app.terminal.sittings import PATIENCE_SECONDS, Sitting, Visitor, new_name
from quart_app.terminal.wire import Close, CloseCode
from quart_app.version import VERSION
from quart_app.web.cookies import vault_secret
from quart_app.web.current import services
from quart_app.web.languages import language
from quart_app.web.terminals import admitted, dispatcher, heed_scope, opened_caller

ELSEWHERE: Final = Close(CloseCode.RESTART, "Your session is open on another server.")
_SIGNED_OUT: Final = "You are not logged in, or no longer."
_SECRETS: Final = frozenset({"cookie", "authorization"})
LASTING: Final = Limits(send_seconds=PATIENCE_SECONDS + 30.0)
"""How long a socket may take to send is seen to by the wire."""

Opening = AbstractAsyncContextManager[Caller]
Begun = asyncio.Future[Sitting | Close]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A handshake that asks for a new terminal. ``sign_in`` without its half of the vault."""

    visitor: Visitor
    language: Language
    lasts: bool
    opening: Opening
    sign_in: SignIn


async def begin(socket: Websocket, sign_in: SignIn, *, lasts: bool) -> Sitting | Close:
    """A new terminal, or how the socket is to be closed instead. ``lasts``: its page may come back to it."""
    opening = opened_caller(services(), sign_in, vault_secret())
    arrival = Arrival(visitor(sign_in), language(), lasts, opening, forget_secrets(socket, sign_in))
    begun: Begun = asyncio.get_running_loop().create_future()
    task = services().sittings.begin(_sit(services(), arrival, begun))
    try:
        return await begun
    except asyncio.CancelledError:
        await stop([task])
        raise


def visitor(sign_in: SignIn) -> Visitor:
    """Who this handshake is from, in a form that opens nothing."""
    secret = vault_secret()
    return Visitor(sign_in.user_id, sign_in.digest, None if secret is None else lookup(secret))


async def is_at_home(caller: Caller) -> bool:
    """Whether this worker is the one to serve it. A store that is away is said at the prompt, not here."""
    try:
        await caller.claim()
    except Moved:
        return False
    except CommandError:
        pass
    return True


async def _sit(all_of: Services, arrival: Arrival, begun: Begun) -> None:
    try:
        async with admitted(all_of, arrival.sign_in) as presence, arrival.opening as caller:
            at_home = await is_at_home(caller)
            if presence.ended is not None:
                begun.set_result(Close(presence.ended[0], _SIGNED_OUT))
            elif not at_home:
                begun.set_result(ELSEWHERE)
            else:
                sitting, session, lines = await _sitting(all_of, arrival, caller)
                presence.leads_to(sitting)
                begun.set_result(sitting)
                await _serve(all_of, sitting, session, lines)
    except Exception as error:
        if begun.done():
            raise
        begun.set_exception(error)
    finally:
        begun.cancel()  # if nobody has told the handshake anything


async def _sitting(
    all_of: Services, arrival: Arrival, caller: Caller
) -> tuple[Sitting, TerminalSession, Dispatcher]:
    who, name, lines = arrival.visitor, new_name(), dispatcher(all_of, caller, arrival.language)
    about: Frame | None = {"id": name, "seconds": PATIENCE_SECONDS} if arrival.lasts else None
    wire = LastingWire(patience=PATIENCE_SECONDS if arrival.lasts else 0.0)
    state = await heed_scope(lines, caller)
    session = TerminalSession(
        wire,
        lines,
        Greeting(version=VERSION, commands=lines.catalogue.all(), session=state, resume=about),
        budget=all_of.budgets.of(who.user_id),
        downloads=all_of.downloads.of(who.user_id),
        translations=lines.caller.translations,
        limits=LASTING if arrival.lasts else Limits(),
    )
    return Sitting(name, who, caller, wire, session), session, lines


async def _serve(all_of: Services, sitting: Sitting, session: TerminalSession, lines: Dispatcher) -> None:
    caller, changed = sitting.caller, asyncio.Event()
    with (
        all_of.sittings.holding(sitting),
        all_of.telegram.listening(sitting.user_id, changed.set),
        all_of.telegram.hearing_alerts(sitting.user_id, session.notify_alert),
    ):
        background = [
            asyncio.create_task(caller.warm(), name="loading chats ahead"),
            asyncio.create_task(_tell_changes(changed, caller, session, lines), name="session changes"),
            asyncio.create_task(_follow(caller, sitting), name="following a session that moves"),
        ]
        try:
            sitting.wire.finish(await session.run())
        finally:
            sitting.wire.finish(Close(CloseCode.INTERNAL, ""))
            await stop(background)


async def _tell_changes(
    changed: asyncio.Event, caller: Caller, session: TerminalSession, lines: Dispatcher
) -> None:
    while True:
        await changed.wait()
        changed.clear()
        with suppress(CommandError):
            session.notify_session(await heed_scope(lines, caller))


async def _follow(caller: Caller, sitting: Sitting) -> None:
    """The page comes back at once, to the worker that has the session by then."""
    await caller.moved.wait()
    sitting.close(CloseCode.RESTART, say("Your session is open on another server."))


def forget_secrets(socket: Websocket, sign_in: SignIn) -> SignIn:
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
