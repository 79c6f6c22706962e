"""A long way to Telegram: all that is said arrives late, the end of a connection included."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Road:
    """From one worker to the data centre. ``seconds`` each way."""

    def __init__(self, host: str, port: int, seconds: float) -> None:
        self._there, self.seconds = (host, port), seconds
        self.port = 0
        self._under_way: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        with suppress(OSError, asyncio.CancelledError):
            far_reader, far_writer = await asyncio.open_connection(*self._there)
            try:
                await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))
            finally:
                far_writer.transport.abort()
        writer.transport.abort()
        self._under_way.discard(task)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Each piece so long after it came; the end of it too, though the other way is closed by then."""
        loop = asyncio.get_running_loop()
        more = True
        while more:
            data = b""
            with suppress(OSError):
                data = await reader.read(65_536)
            more = bool(data)
            if more:
                loop.call_later(self.seconds, writer.write, data)
            else:
                loop.call_later(self.seconds, writer.close)
        await asyncio.sleep(self.seconds)

    async def close(self) -> None:
        for task in tuple(self._under_way):
            task.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way)


@asynccontextmanager
async def open_road(host: str, port: int, seconds: float) -> AsyncIterator[Road]:
    road = Road(host, port, seconds)
    server = await asyncio.start_server(road.serve, "127.0.0.1", 0)
    road.port = server.sockets[0].getsockname()[1]
    try:
        yield road
    finally:
        server.close()
        await road.close()
        await asyncio.sleep(0.05)  # the sockets close one turn later
