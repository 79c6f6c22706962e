"""A terminal as its page has it: one socket, every frame of which is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from itertools import count
from ssl import SSLContext
from typing import Any, Final

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from tests.product.answer import Answer, Frame, of_run

SECONDS: Final = 30.0


class Terminal:
    """Every run that was waited for has had exactly one ``finished``; seen to when the socket is left."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.frames: list[Frame] = []
        self.raw: list[str] = []
        self._ids = count(1)
        self._ended: list[str] = []
        self._news = asyncio.Condition()
        self._reader = asyncio.create_task(self._read(), name="frames of a terminal")

    async def _read(self) -> None:
        try:
            async for message in self.connection:
                assert isinstance(message, str)
                self.raw.append(message)
                self.frames.append(orjson.loads(message))
                await self._tell()
        except ConnectionClosed:
            pass
        finally:
            await self._tell()

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def hello(self) -> Frame:
        return await self.next("hello")

    async def run(self, line: str) -> Answer:
        """Type a line and wait for its end; somebody told to slow down does so and types it again."""
        while True:
            answer = await self.end_of(await self.begin(line))
            told = [notice for notice in answer.of("notice") if is_refusal(notice)]
            if not told:
                return answer
            await asyncio.sleep(told[0]["retry_after"])

    async def begin(self, line: str) -> str:
        """Type a line; its id."""
        run_id = f"r{next(self._ids)}"
        await self.send({"type": "run", "id": run_id, "line": line})
        return run_id

    async def end_of(self, run_id: str) -> Answer:
        await self.next("finished", id=run_id)
        self._ended.append(run_id)
        return of_run(self.frames, run_id)

    async def ask(self, kind: str, answer: str, **members: Any) -> Frame:
        """Send a frame that is no line and wait for its answer; as patiently as ``run``."""
        while True:
            frame_id = f"q{next(self._ids)}"
            frame = await self._answer_to({"type": kind, "id": frame_id, **members})
            if frame["type"] == answer:
                return frame
            await asyncio.sleep(frame["retry_after"])

    async def _answer_to(self, frame: Frame) -> Frame:
        before = len(self.frames)

        def find() -> Frame | None:
            news = self.frames[before:]
            return next((new for new in news if frame["id"] == new.get("id") or is_refusal(new)), None)

        await self.send(frame)
        return await self._until(find)

    async def send(self, frame: Frame | str | bytes) -> None:
        """A dict as a frame; a text or bytes just as they are."""
        await self.connection.send(orjson.dumps(frame).decode() if isinstance(frame, dict) else frame)

    async def next(self, kind: str, *, after: int = 0, **members: Any) -> Frame:
        """The first frame from number ``after`` on that is of this kind and has these members."""

        def fits(frame: Frame) -> bool:
            return frame["type"] == kind and all(frame.get(name) == value for name, value in members.items())

        return await self._until(lambda: next(filter(fits, self.frames[after:]), None))

    async def _until(self, find: Callable[[], Frame | None]) -> Frame:
        async with asyncio.timeout(SECONDS), self._news:
            while (found := find()) is None:
                assert not self._reader.done(), f"the socket was closed; so far: {self.frames}"
                await self._news.wait()
        return found

    async def close_code(self) -> int:
        """Wait until the other side has closed."""
        async with asyncio.timeout(SECONDS):
            await asyncio.wait({self._reader})
        assert self.connection.close_code is not None
        return self.connection.close_code

    async def leave(self) -> None:
        await self.connection.close()
        await self._reader
        for run_id in self._ended:
            assert len(of_run(self.frames, run_id).of("finished")) == 1, f"{run_id} has ended twice"


def is_refusal(frame: Frame) -> bool:
    return (frame["type"], frame.get("code")) == ("notice", "too_many")


@asynccontextmanager
async def open_terminal(
    url: str,
    headers: Mapping[str, str],
    *,
    origin: str | None = None,
    tls: SSLContext | None = None,
    query: str = "",
) -> AsyncIterator[Terminal]:
    """``url`` of the product. Raises websockets' InvalidStatus for a handshake that is refused."""
    connection = await connect(
        f"{url.replace('http', 'ws', 1)}/ws{query}",
        subprotocols=[Subprotocol("tcm.v1")],
        additional_headers=dict(headers),
        origin=None if origin is None else Origin(origin),
        ssl=tls,
        proxy=None,
        ping_interval=None,
        max_size=None,
    )
    terminal = Terminal(connection)
    try:
        yield terminal
    finally:
        await terminal.leave()
