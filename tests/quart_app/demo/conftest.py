"""A demo data centre for each test, and plain Telethon clients pointed at it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol

import pytest
from telethon import TelegramClient
from telethon.crypto import rsa as telethon_rsa
from telethon.sessions import StringSession

from quart_app.demo import DemoDataCentre, RsaKey, open_demo
from tests.independent.corpus.documented import complaint, method_of
from tests.quart_app.demo.raw_client import Wire, new_key

LogIn = Callable[..., Awaitable[TelegramClient]]


class NewClient(Protocol):
    def __call__(
        self, saved: str | None = None, *, at: DemoDataCentre | None = None, **options: Any
    ) -> TelegramClient: ...


class MovableClock:
    """The time of day, and as much later as a test says."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture(scope="session")
def rsa_key() -> RsaKey:
    """One for all tests: making one takes long, and Telethon trusts what it was told for the whole process."""
    key = RsaKey.generate()
    telethon_rsa.add_key(key.public_pem, old=False)
    return key


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def demo(rsa_key: RsaKey, clock: MovableClock) -> AsyncIterator[DemoDataCentre]:
    """60 chats for each account; five codes a day, as at Telegram."""
    async with open_demo(60, 7, rsa_key=rsa_key, clock=clock, codes_a_day=5) as demo:
        yield demo
    wrong = [complaint(method_of(each.method), each.code, each.message) for each in demo.instrument.refusals]
    assert not any(wrong), "every error is one that Telegram documents for this method"


@pytest.fixture
async def new_client(demo: DemoDataCentre) -> AsyncIterator[NewClient]:
    """Makes unmodified clients, not yet connected, for ``demo`` or another one; all are closed at the end."""
    made: list[TelegramClient] = []

    def make(saved: str | None = None, *, at: DemoDataCentre | None = None, **options: Any) -> TelegramClient:
        centre = (at or demo).data_centre
        session = StringSession(saved)
        if saved is None:
            session.set_dc(centre.id, centre.host, centre.port)
        # One exchange in 256 has to be repeated (see key_exchange.py); with four retries none fails by chance.
        settings: dict[str, Any] = {"flood_sleep_threshold": 0, "connection_retries": 4, "retry_delay": 0.05}
        client = TelegramClient(session, *(at or demo).api, **{**settings, **options})
        made.append(client)
        return client

    yield make
    for client in made:
        await client.disconnect()


@pytest.fixture
async def log_in(new_client: NewClient) -> LogIn:
    """A client that is logged in with a demo phone, given by its last five digits."""

    async def run(tail: str = "20001", **options: Any) -> TelegramClient:
        client = new_client(**options)
        await client.connect()
        await client.send_code_request(f"+99966{tail}")
        await client.sign_in(f"+99966{tail}", tail[0] * 5)
        return client

    return run


@pytest.fixture
async def wire(demo: DemoDataCentre) -> AsyncIterator[Wire]:
    """A raw connection to ``demo``, with a key of its own that nobody is logged in with."""
    wire = await Wire.open(demo, new_key(demo))
    yield wire
    wire.writer.close()
