"""A demo data centre for each test, and plain Telethon clients pointed at it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from telethon import TelegramClient
from telethon.crypto import rsa as telethon_rsa
from telethon.sessions import StringSession

from quart_app.demo import DemoDataCentre, RsaKey, open_demo

NOW = 1_760_000_000
"""The hour that the tests' worlds lead up to."""

NewClient = Callable[..., TelegramClient]
LogIn = Callable[..., Awaitable[TelegramClient]]


@pytest.fixture(scope="session")
def rsa_key() -> RsaKey:
    """One for all tests: making one takes long, and Telethon keeps what it trusts per process anyway."""
    key = RsaKey.generate()
    telethon_rsa.add_key(key.public_pem, old=False)
    return key


@pytest.fixture
async def demo(rsa_key: RsaKey) -> AsyncIterator[DemoDataCentre]:
    async with open_demo(60, 7, rsa_key=rsa_key, now=NOW) as demo:
        yield demo


@pytest.fixture
async def new_client(demo: DemoDataCentre) -> AsyncIterator[NewClient]:
    """Makes an unmodified client, not yet connected, for ``demo`` (or another one); all are closed at the end."""
    made: list[TelegramClient] = []

    def make(saved: str | None = None, *, at: DemoDataCentre | None = None, **options: Any) -> TelegramClient:
        centre = (at or demo).data_centre
        session = StringSession(saved)
        if saved is None:
            session.set_dc(centre.id, centre.host, centre.port)
        options.setdefault("flood_sleep_threshold", 0)
        options.setdefault("connection_retries", 1)
        client = TelegramClient(session, *(at or demo).api, **options)
        made.append(client)
        return client

    yield make
    for client in made:
        await client.disconnect()


@pytest.fixture
async def log_in(new_client: NewClient) -> LogIn:
    """A client that is logged in with a demo phone (by its last five digits)."""

    async def run(tail: str = "20001", **options: Any) -> TelegramClient:
        client = new_client(**options)
        await client.connect()
        await client.send_code_request(f"+99966{tail}")
        await client.sign_in(f"+99966{tail}", tail[0] * 5)
        return client

    return run
