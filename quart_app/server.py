"""Hypercorn as this app needs it: small frames, pings, bounded waits, and a stop that tells every terminal first."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, cast

import uvloop
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from quart import Quart

from quart_app.connections import harden
from quart_app.factory import create_app
from quart_app.services import Readiness, Services
from quart_app.settings import Settings
from quart_app.web.headers import encoded_headers

DRAIN_SECONDS: Final = 10.0

Started = Callable[[Services], Awaitable[None]]


def serve(settings: Settings, started: Started) -> None:
    """Serve until SIGINT or SIGTERM. ``started`` is awaited once requests are answered.

    Raises OSError if the port is taken, and whatever fails at the start.
    """
    with bound_socket(settings.host, settings.port) as bound:
        uvloop.run(_serve(settings, started, bound))


def bound_socket(host: str, port: int) -> socket.socket:
    """The address is ours before anything else is opened; nobody is heard on it until the app can answer."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except BaseException:
        bound.close()
        raise
    return bound


async def _serve(settings: Settings, started: Started, bound: socket.socket) -> None:
    harden(encoded_headers(secure=settings.secure_cookies))
    app = create_app(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)

    async def stopped() -> None:
        if not stop.is_set():
            await started(cast(Services, app.extensions["services"]))
            await stop.wait()
        await _drain(app)

    await hypercorn_serve(app, configuration(bound), shutdown_trigger=stopped)


async def _drain(app: Quart) -> None:
    """No new work; every terminal ends its run, says goodbye and closes with 1012, so that its page comes back."""
    cast(Readiness, app.extensions["readiness"]).ready = False
    open_sessions = cast(Services, app.extensions["services"]).open_sessions
    open_sessions.restart()
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            await open_sessions.all_closed()


def configuration(bound: socket.socket) -> Config:
    """What `harden` has not set already."""
    config = Config()
    config.bind = [f"fd://{os.dup(bound.fileno())}"]
    config.accesslog = None
    config.errorlog = None
    return config
