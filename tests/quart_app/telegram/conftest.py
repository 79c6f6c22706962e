"""A demo data centre for each test, workers that share its Redis, and somebody who logs in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from redis.asyncio import Redis

from quart_app.demo import DemoDataCentre, RsaKey, open_demo
from quart_app.telegram import client, closing, lease, watching
from tests.quart_app.telegram.worker import Person, Worker, open_worker


@pytest.fixture(scope="session")
def rsa_key() -> RsaKey:
    """One for all tests: Telethon trusts what it was told for the whole process."""
    return RsaKey.generate()


@pytest.fixture
async def demo(rsa_key: RsaKey) -> AsyncIterator[DemoDataCentre]:
    """20 chats for each account. No test may end with a key having been used over two connections at once;
    one that does so on purpose clears ``overlaps``."""
    async with open_demo(20, 3, rsa_key=rsa_key) as demo:
        yield demo
        assert demo.instrument.overlaps == []


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for seconds in the app waits for moments here."""
    monkeypatch.setattr(client, "_RETRY_SECONDS", 0.01)
    monkeypatch.setattr(lease, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(closing, "SWEEP_SECONDS", 0.02)
    monkeypatch.setattr(watching, "BACKOFF_SECONDS", (0.02,) * 100)


@pytest.fixture
async def new_worker(demo: DemoDataCentre, redis: Redis) -> AsyncIterator[Callable[..., Awaitable[Worker]]]:
    """Opens workers, as many as a test asks for, which are closed at its end."""
    async with AsyncExitStack() as stack:

        async def open_one(**options: float | bool) -> Worker:
            return await stack.enter_async_context(open_worker(demo, redis, **options))  # type: ignore[arg-type]

        yield open_one


@pytest.fixture
async def worker(new_worker: Callable[..., Awaitable[Worker]]) -> Worker:
    return await new_worker()


@pytest.fixture
def person() -> Person:
    return Person()
