"""The cable between a browser and the product, in the hands of a test: cut, silent, slow, or leading nowhere."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final, Literal

RESET: Final = struct.pack("ii", 1, 0)
PIECE: Final = 65_536
Ending = Literal["reset", "silence"]


class Line:
    """One connection over the cable."""

    def __init__(self, cable: Cable, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._cable, self._near = cable, (reader, writer)
        self._far: asyncio.StreamWriter | None = None
        self.is_socket = False
        """Whether it has become a WebSocket."""
        self._came = 0
        self.is_dead = False
        """Whether nothing comes through any more, without anybody being told."""

    async def live(self, port: int) -> None:
        reader, writer = self._near
        far_reader, self._far = await asyncio.open_connection("127.0.0.1", port)
        ways = [asyncio.create_task(self._up(reader)), asyncio.create_task(self._down(far_reader, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.wait(ways)
            self.reset()

    async def _up(self, reader: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while data := await reader.read(PIECE):
                self.is_socket = self.is_socket or b"upgrade: websocket" in data.lower()
                if await self._cable.passes(self) and self._far is not None:
                    self._far.write(data)
                    await self._far.drain()

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(PIECE):
                if not await self._cable.passes(self):
                    continue
                self._came += len(data)
                last, ending = self._cable.last_of(data, self._came, is_socket=self.is_socket)
                writer.write(data[:last])
                await writer.drain()
                if ending is None:
                    continue
                self.is_dead = True
                self._cable.ended.set()
                await asyncio.sleep(0.05)  # what was written gets there before the end
                if ending == "reset":
                    return

    def reset(self) -> None:
        """Both ends are told at once, and rudely."""
        for writer in (self._near[1], self._far):
            if writer is None:
                continue
            with suppress(OSError):
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()


class Cable:
    """``port`` is where the browser plugs in."""

    def __init__(self, port: int, onward: int) -> None:
        self.port, self._onward = port, onward
        self.lines: set[Line] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.seconds = 0.0
        """How long everything takes, each way."""
        self.refuses = False
        """Whether new connections are reset."""
        self.swallows = False
        """Whether new connections are taken and never answered."""
        self._end: tuple[bytes, int, Ending] | None = None
        self.cut_files_after: int | None = None
        """Whatever is fetched, but no WebSocket, is reset after so many bytes."""
        self.ended = asyncio.Event()
        """Whether a connection has met the end that was set for it."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        line = Line(self, reader, writer)
        self._tasks.add(task)
        self.lines.add(line)
        try:
            if self.refuses:
                line.reset()
                return
            line.is_dead = self.swallows
            await line.live(self._onward)
        except (OSError, asyncio.CancelledError):
            line.reset()
        finally:
            self.lines.discard(line)
            self._tasks.discard(task)

    async def passes(self, line: Line) -> bool:
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return not line.is_dead

    def cut(self) -> None:
        """Every connection is reset."""
        for line in tuple(self.lines):
            line.reset()

    def end_at(self, sign: str, size: int = 0, ending: Ending = "reset") -> None:
        """The WebSocket over which this sign comes down next ends so many bytes after it."""
        self.ended.clear()
        self._end = (sign.encode(), size, ending)

    def last_of(self, data: bytes, came: int, *, is_socket: bool) -> tuple[int, Ending | None]:
        """How much of it still comes down, and what happens then. ``came``: bytes over this line, with these."""
        if not is_socket and self.cut_files_after is not None and came > self.cut_files_after:
            return max(0, len(data) - (came - self.cut_files_after)), "reset"
        if self._end is None or not is_socket:
            return len(data), None
        sign, left, ending = self._end
        at = data.find(sign) if sign else 0
        if at < 0:
            return len(data), None
        last = at + len(sign) + left
        if last > len(data):
            self._end = (b"", last - len(data), ending)
            return len(data), None
        self._end = None
        return last, ending

    def go_silent(self) -> None:
        """Nothing that is said over the connections of now arrives, ever; nobody is told."""
        for line in self.lines:
            line.is_dead = True

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)


@asynccontextmanager
async def open_cable(port: int, onward: int) -> AsyncIterator[Cable]:
    """A cable from this port of this machine to that."""
    cable = Cable(port, onward)
    server = await asyncio.start_server(cable.serve, "127.0.0.1", port)
    try:
        yield cable
    finally:
        server.close()
        await cable.close()
        await asyncio.sleep(0.05)  # the sockets close one turn later
