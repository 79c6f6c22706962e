"""Connections that end while nobody looks."""

from __future__ import annotations

import asyncio
import gc
from functools import partial
from typing import Any

from quart_app.demo import DemoDataCentre
from quart_app.telegram.client import connect, disconnect
from tests.quart_app.telegram.worker import Worker, until


def _is_down(client: Any) -> bool:
    return not client.is_connected()


async def test_nobody_complains_of_a_ping_that_was_never_answered(
    demo: DemoDataCentre, worker: Worker
) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, about: complaints.append(about))
    client: Any = worker.factory.create(worker.factory.new_session(), expires_at=0)
    await connect(client)
    demo.instrument.silence(True)
    client._sender._keepalive_ping(7)
    await asyncio.sleep(0.05)
    demo.instrument.drop_connections()
    await until(partial(_is_down, client))
    demo.instrument.silence(False)
    await disconnect(client)
    client = None
    gc.collect()
    await asyncio.sleep(0)
    assert complaints == []


async def test_nobody_complains_of_a_connection_that_nobody_watched(
    demo: DemoDataCentre, worker: Worker
) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, about: complaints.append(about))
    client: Any = worker.factory.create(worker.factory.new_session(), expires_at=0)
    for _ in range(2):
        await connect(client)
        demo.instrument.drop_connections()
        await until(partial(_is_down, client))
    await disconnect(client)
    client = None
    gc.collect()
    await asyncio.sleep(0)
    assert complaints == []
