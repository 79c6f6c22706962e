"""The demo data centre as a whole: open one, point a client at it, look inside."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from quart_app.demo.api import MODULES
from quart_app.demo.instrument import Instrument
from quart_app.demo.listener import Listener
from quart_app.demo.methods import Methods
from quart_app.demo.rsa_key import RsaKey
from quart_app.demo.world import CODES_A_DAY, World
from quart_app.settings import DataCentre

DATA_CENTRE_ID = 2
ANY_API = (12345, "0123456789abcdef0123456789abcdef")
"""What clients may call themselves where no API id is asked for."""


class DemoDataCentre:
    """One that runs. ``world`` is its state, ``instrument`` what tests hold in their hands."""

    def __init__(self, listener: Listener, api: tuple[int, str] | None) -> None:
        self._listener = listener
        self.world: World = listener.world
        self.instrument: Instrument = listener.instrument
        self.api: tuple[int, str] = api or ANY_API

    @property
    def data_centre(self) -> DataCentre:
        """Where it is and its public key (PEM, PKCS#1), for a client."""
        host, port = self._listener.address
        return DataCentre(self._listener.data_centre_id, host, port, self._listener.rsa_key.public_pem)


@asynccontextmanager
async def open_demo(
    chats: int = 200,
    seed: int = 1,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    api: tuple[int, str] | None = None,
    rsa_key: RsaKey | None = None,
    codes_a_day: int = CODES_A_DAY,
    clock: Callable[[], float] = time.time,
    now: int | None = None,
) -> AsyncIterator[DemoDataCentre]:
    """A data centre for as long as the block lasts; port 0 takes a free one.

    With ``api`` (id and hash) only these are let in. ``now`` fixes the hour that the past leads up to.
    Raises ValueError for a number of chats outside 10 to 10,000, OSError if the port is taken.
    """
    world = World(chats=chats, seed=seed, api=api, codes_a_day=codes_a_day, clock=clock, now=now)
    key = await asyncio.to_thread(RsaKey.generate) if rsa_key is None else rsa_key
    listener = Listener(world, key, DATA_CENTRE_ID, Methods(MODULES))
    await listener.start(host, port)
    try:
        yield DemoDataCentre(listener, api)
    finally:
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
) -> None:
    """Run a data centre alone until cancelled; ``ready`` is called once it listens.

    The RSA key is kept at ``key_path``, so that clients need not be told of a new one after a restart.
    """
    key = await asyncio.to_thread(RsaKey.load_or_create, key_path)
    async with open_demo(chats, seed, host=host, port=port, api=api, rsa_key=key) as demo:
        if ready is not None:
            ready(demo)
        await asyncio.Event().wait()
