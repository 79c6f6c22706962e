"""What stands before the workers: one address, each connection sent to a worker as its policy says.

It forwards bytes and knows nothing of HTTP, except that a policy may look at the head of what comes first.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, TypeAlias

Policy: TypeAlias = Callable[[bytes, Sequence[int]], int]
"""From the head of a connection and the ports to one of them."""
_ROUTE: Final = re.compile(rb"(?:tcm_route=|Bearer tcm_)([0-9a-f]{8})")
_HEAD_SECONDS: Final = 5.0


def by_route(head: bytes, ports: Sequence[int]) -> int:
    """As nginx hashes the routing tag: all of one user's to one worker."""
    found = _ROUTE.search(head)
    return ports[int(found[1], 16) % len(ports)] if found else random.choice(ports)


def anywhere(_head: bytes, ports: Sequence[int]) -> int:
    """No stickiness at all."""
    return random.choice(ports)


class Front:
    """``ports`` are those of the workers, changed while it runs as a scaled service is."""

    def __init__(self, ports: list[int], policy: Policy) -> None:
        self.ports, self.policy = ports, policy
        self.port = 0
        self._under_way: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.CancelledError):
            async with asyncio.timeout(_HEAD_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            await self._forward(head, reader, writer)
        writer.transport.abort()
        self._under_way.discard(task)

    async def _forward(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward = await self._connect(head)
        if onward is None:
            return
        inner_reader, inner_writer = onward
        inner_writer.write(head)
        ways = [
            asyncio.create_task(_pump(reader, inner_writer)),
            asyncio.create_task(_pump(inner_reader, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.wait(ways)
            with suppress(OSError):
                await writer.drain()
                writer.close()
            inner_writer.transport.abort()

    async def _connect(self, head: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """The worker that is meant, else any that is there."""
        left = list(self.ports)
        while left:
            port = self.policy(head, left)
            try:
                return await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                left.remove(port)
        return None

    async def close(self) -> None:
        for task in tuple(self._under_way):
            task.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def open_front(ports: list[int], policy: Policy = by_route) -> AsyncIterator[Front]:
    front = Front(ports, policy)
    server = await asyncio.start_server(front.serve, "127.0.0.1", 0)
    front.port = server.sockets[0].getsockname()[1]
    try:
        yield front
    finally:
        server.close()
        await front.close()
        await asyncio.sleep(0.05)  # the sockets close one turn later
