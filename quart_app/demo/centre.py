"""The demo data centre as a whole: open one, point a client at it, look inside."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from quart_app.demo.api import MODULES
from quart_app.demo.clock import MovableClock
from quart_app.demo.control import Control
from quart_app.demo.instrument import Instrument
from quart_app.demo.listener import Listener
from quart_app.demo.methods import Methods
from quart_app.demo.rates import GENEROUS, STRICT, RateTable
from quart_app.demo.rsa_key import RsaKey
from quart_app.demo.world import CODES_A_DAY, World
from quart_app.settings import DataCentre

_IDS = (2, 4, 1, 3, 5)
"""As Telegram's; 2 is where a client begins that has not been told otherwise."""
ANY_API = (12345, "0123456789abcdef0123456789abcdef")
"""What clients may call themselves where no API id is asked for."""


class DemoDataCentre:
    """One that runs. ``world`` is its state, ``instrument`` what tests hold in their hands."""

    def __init__(self, listeners: list[Listener], api: tuple[int, str] | None) -> None:
        self._listeners = listeners
        self.world: World = listeners[0].world
        self.instrument: Instrument = listeners[0].instrument
        self.api: tuple[int, str] = api or ANY_API
        self.control: tuple[str, int] | None = None
        """Where control.py listens, if it does."""

    @property
    def data_centre(self) -> DataCentre:
        """Where it is and its public key (PEM, PKCS#1), for a client; the first one, if there are several."""
        return self.data_centres[0]

    @property
    def data_centres(self) -> list[DataCentre]:
        """All of this world; they share its accounts but not their keys' ids."""
        return [
            DataCentre(listener.data_centre_id, *listener.address, listener.rsa_key.public_pem)
            for listener in self._listeners
        ]


@asynccontextmanager
async def open_demo(
    chats: int = 200,
    seed: int = 1,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    api: tuple[int, str] | None = None,
    rsa_key: RsaKey | None = None,
    codes_a_day: int | None = None,
    rates: RateTable = GENEROUS,
    data_centres: int = 1,
    clock: Callable[[], float] | None = None,
    wire_clock: Callable[[], float] = time.time,
    now: int | None = None,
) -> AsyncIterator[DemoDataCentre]:
    """A data centre for as long as the block lasts; port 0 takes a free one.

    With ``api`` (id and hash) only these are let in. ``rates`` says when FLOOD_WAIT comes: GENEROUS or STRICT
    of rates.py, or a table of one's own; ``codes_a_day``, for each phone, is 5 if they are STRICT.
    Of several ``data_centres`` (2, 4, 1, 3 and 5 in this order) the first takes the port, the others free
    ones. ``now`` fixes the hour that the past leads up to. Without a ``clock`` of one's own,
    ``instrument.advance`` puts it forward; the protocol's times go by ``wire_clock`` (see clock.py).
    Raises ValueError for a number of chats outside 10 to 10,000, OSError if the port is taken.
    """
    ids = _IDS[:data_centres]
    if len(ids) != data_centres or not ids:
        raise ValueError("there are 1 to 5 data centres")
    if codes_a_day is None:
        codes_a_day = STRICT["auth.SendCode"].burst if rates is STRICT else CODES_A_DAY
    clock = clock or MovableClock()
    world = World(
        chats=chats, seed=seed, api=api, codes_a_day=codes_a_day, clock=clock, wire_clock=wire_clock, now=now
    )
    key = await asyncio.to_thread(RsaKey.generate) if rsa_key is None else rsa_key
    instrument = Instrument(world, rates)
    methods = Methods(MODULES)
    listeners = [Listener(world, key, number, methods, instrument) for number in ids]
    try:
        for place, listener in enumerate(listeners):
            await listener.start(host, 0 if place else port)
        yield DemoDataCentre(listeners, api)
    finally:
        await instrument.traffic(0)
        for listener in listeners:
            await listener.stop()


async def serve_forever(
    host: str,
    port: int,
    key_path: Path,
    *,
    chats: int = 200,
    seed: int = 1,
    api: tuple[int, str] | None = None,
    ready: Callable[[DemoDataCentre], None] | None = None,
    control: tuple[int, Path] | None = None,
    data_centres: int = 1,
    rates: RateTable = GENEROUS,
) -> None:
    """Run a data centre alone until cancelled; ``ready`` is called once it listens.

    The RSA key is kept at ``key_path``, so that clients need not be told of a new one after a restart.
    ``data_centres`` and ``rates`` are as for ``open_demo``.
    ``control`` is the port of the control interface and the file that its token, new each time, is put into.
    """
    key = await asyncio.to_thread(RsaKey.load_or_create, key_path)
    async with AsyncExitStack() as stack:
        demo = await stack.enter_async_context(
            open_demo(
                chats,
                seed,
                host=host,
                port=port,
                api=api,
                rsa_key=key,
                data_centres=data_centres,
                rates=rates,
            )
        )
        if control is not None:
            await _open_control(stack, demo, *control)
        if ready is not None:
            ready(demo)
        await asyncio.Event().wait()


async def _open_control(stack: AsyncExitStack, demo: DemoDataCentre, port: int, token_path: Path) -> None:
    token = secrets.token_urlsafe(32)
    control = Control(demo, token)
    await control.start(port=port)
    stack.push_async_callback(control.close)
    await asyncio.to_thread(_keep, token_path, token)
    demo.control = control.address


def _keep(path: Path, token: str) -> None:
    """For its owner's eyes only."""
    path.unlink(missing_ok=True)
    path.touch(0o600)
    path.write_text(token, "ascii")
