"""Once the heartbeat is overdue, no byte leaves for Telegram and no connection is made."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from telethon.network.connection import ConnectionTcpFull

from quart_app.telegram import fence
from quart_app.telegram.fence import fenced_connection
from quart_app.telegram.lease import LeaseLost
from tests.quart_app.telegram.worker import until

PACKET = b"\x01\x02\x03\x04" * 8


@dataclass
class Heart:
    alive: bool = True


class Listener:
    """A TCP server that counts what reaches it."""

    def __init__(self) -> None:
        self.connections = 0
        self.received = 0
        self.port = 0
        self.handling: set[asyncio.Task[object]] = set()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self.handling.add(task)
        with suppress(OSError):
            while data := await reader.read(4096):
                self.received += len(data)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    made = Listener()
    server = await asyncio.start_server(made.accept, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await asyncio.gather(*made.handling)


def connection_to(listener: Listener, kind: type[ConnectionTcpFull]) -> ConnectionTcpFull:
    loggers: defaultdict[str, logging.Logger] = defaultdict(lambda: logging.getLogger("test"))
    return kind("127.0.0.1", listener.port, 2, loggers=loggers)


async def test_bytes_flow_while_the_heart_beats(listener: Listener) -> None:
    connection = connection_to(listener, fenced_connection(Heart()))
    await connection.connect()
    await connection.send(PACKET)
    await until(lambda: listener.received > len(PACKET))
    await connection.disconnect()


async def test_no_byte_leaves_once_the_heartbeat_is_overdue(listener: Listener) -> None:
    heart = Heart()
    connection = connection_to(listener, fenced_connection(heart))
    await connection.connect()
    await connection.send(PACKET)
    await until(lambda: listener.received > 0)
    before, heart.alive = listener.received, False
    for _ in range(3):
        with suppress(ConnectionError):
            await connection.send(PACKET)
        await asyncio.sleep(0.02)
    await connection.disconnect()
    assert listener.received == before


async def test_who_waits_for_an_answer_is_told(listener: Listener) -> None:
    heart = Heart()
    connection = connection_to(listener, fenced_connection(heart))
    await connection.connect()
    waiting = asyncio.create_task(connection.recv())
    await asyncio.sleep(0)
    heart.alive = False
    await connection.send(PACKET)
    async with asyncio.timeout(5):
        with pytest.raises(ConnectionError):
            await waiting
    await connection.disconnect()


async def test_what_waits_to_be_sent_does_not_leave_either(listener: Listener) -> None:
    heart = Heart()
    connection = connection_to(listener, fenced_connection(heart))
    await connection.connect()
    await connection.send(PACKET)  # queued: Telethon's send loop has not had its turn
    heart.alive = False
    await asyncio.sleep(0.05)
    await connection.disconnect()
    assert listener.received == 0


async def test_no_connection_is_made_either(listener: Listener) -> None:
    connection = connection_to(listener, fenced_connection(Heart(alive=False)))
    with pytest.raises(LeaseLost):
        await connection.connect()
    await asyncio.sleep(0.02)
    assert listener.connections == 0


async def test_a_connection_of_telethon_knows_no_such_thing(listener: Listener) -> None:
    """The control: without the fence both would have happened."""
    connection = connection_to(listener, ConnectionTcpFull)
    await connection.connect()
    await connection.send(PACKET)
    await until(lambda: listener.received > len(PACKET))
    assert listener.connections == 1
    await connection.disconnect()


async def test_each_worker_has_a_fence_of_its_own(listener: Listener) -> None:
    stopped, going = fenced_connection(Heart(alive=False)), fenced_connection(Heart())
    with pytest.raises(LeaseLost):
        await connection_to(listener, stopped).connect()
    connection = connection_to(listener, going)
    await connection.connect()
    await until(lambda: listener.connections == 1)
    await connection.disconnect()


def test_telethon_takes_it_for_a_lost_connection() -> None:
    assert issubclass(LeaseLost, ConnectionError)


MUCH = b"\x00" * 16_000_000
"""More than the two ends of a connection keep for a peer that doesn't read."""


class Deaf(Listener):
    """Accepts, and reads nothing until told to."""

    def __init__(self) -> None:
        super().__init__()
        self.hears = asyncio.Event()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.handling.add(task)
        await self.hears.wait()
        await super().accept(reader, writer)


@pytest.fixture
async def deaf() -> AsyncIterator[Deaf]:
    made = Deaf()
    server = await asyncio.start_server(made.accept, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    made.hears.set()
    server.close()
    await asyncio.gather(*made.handling)


@pytest.mark.parametrize("alive", [False, True])
async def test_what_a_peer_does_not_read_is_thrown_away_at_the_end(
    deaf: Deaf, monkeypatch: pytest.MonkeyPatch, alive: bool
) -> None:
    """At once when the lease is gone; else after a moment: Telethon alone would wait ten seconds."""
    monkeypatch.setattr(fence, "CLOSE_SECONDS", 0.1 if alive else 60.0)
    heart = Heart()
    connection = connection_to(deaf, fenced_connection(heart))
    await connection.connect()
    await connection.send(MUCH)
    await asyncio.sleep(0.1)
    heart.alive = alive
    async with asyncio.timeout(5):
        await connection.disconnect()
    deaf.hears.set()
    await asyncio.gather(*deaf.handling)
    assert deaf.received < len(MUCH)
