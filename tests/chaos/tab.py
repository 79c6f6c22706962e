"""A tab as its page behaves: it comes back by itself, types lines, and remembers what became of them and when."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Any, Final, NoReturn

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.typing import Subprotocol

RESTART: Final = 1012
HANDSHAKE_SECONDS: Final = 4.0
ANSWER_SECONDS: Final = 30.0
GONE: Final = (OSError, TimeoutError, InvalidHandshake, InvalidMessage, ConnectionClosed)


@dataclass
class Record:
    """Of one device, times by the monotonic clock."""

    ends: Counter[str] = field(default_factory=Counter)
    """How runs ended; ``none`` where the connection was gone before their end, ``unheard`` before their beginning."""
    codes: Counter[str] = field(default_factory=Counter)
    """Errors that were said."""
    closes: Counter[int] = field(default_factory=Counter)
    answered_at: list[float] = field(default_factory=list)
    doubled: int = 0
    """Runs that ended more than once."""

    def longest_gap(self, since: float, until: float) -> float:
        """Between two good answers."""
        times = [since, *(moment for moment in self.answered_at if since < moment < until), until]
        return max(after - before for before, after in pairwise(times))

    def share_live(self, since: float, until: float, patience: float) -> float:
        """Of the time; a good answer counts for as long as ``patience`` after it."""
        times = [max(moment, since) for moment in self.answered_at if since - patience <= moment <= until]
        times.append(until)
        covered = sum(min(after - before, patience) for before, after in pairwise(times))
        return covered / (until - since)


class Tab:
    def __init__(
        self,
        port: int,
        headers: Mapping[str, str],
        lines: Sequence[str],
        *,
        pause: float,
        origin: str | None = None,
    ) -> None:
        self._url, self._headers, self._origin = f"ws://127.0.0.1:{port}/ws", dict(headers), origin
        self._lines, self._pause = lines, pause
        self._ids = count(1)
        self._moves = self._tries = 0
        self.record = Record()

    async def live(self) -> None:
        """Until cancelled."""
        while True:
            code = await self._once()
            self.record.closes[code] += 1
            await asyncio.sleep(self._wait(code))

    def _wait(self, code: int) -> float:
        """As static/js/socket.js does."""
        if code == RESTART:
            self._moves += 1
            return random.uniform(0, 0.25) if self._moves == 1 else random.uniform(0.2, 0.8)
        self._tries += 1
        return min(30.0, random.uniform(0, 3.0 * 2 ** (self._tries - 1)))

    async def _once(self) -> int:
        """From the handshake to the close; its code."""
        connection: ClientConnection | None = None
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                connection = await connect(
                    self._url,
                    subprotocols=[Subprotocol("tcm.v1")],
                    additional_headers=self._headers,
                    origin=self._origin,  # type: ignore[arg-type]
                    proxy=None,
                    ping_interval=None,
                    max_size=None,
                )
            await self._type(connection)
        except GONE as error:
            if isinstance(error, ConnectionClosed) and error.rcvd is not None:
                return error.rcvd.code
            return 1006
        finally:
            if connection is not None:
                with suppress(*GONE):
                    async with asyncio.timeout(1):
                        await connection.close()

    async def _type(self, connection: ClientConnection) -> NoReturn:
        assert (await self._next(connection))["type"] == "hello"
        opened = time.monotonic()
        while True:
            await self._run(connection, random.choice(self._lines))
            if time.monotonic() - opened > 5:
                self._moves = self._tries = 0
            await asyncio.sleep(random.uniform(0.5, 1.5) * self._pause)

    async def _run(self, connection: ClientConnection, line: str) -> None:
        run_id = f"r{next(self._ids)}"
        end = "unheard"
        try:
            await connection.send(orjson.dumps({"type": "run", "id": run_id, "line": line}).decode())
            while True:
                frame = await self._next(connection)
                if frame["type"] == "notice" and frame["level"] == "error" and frame.get("id") == run_id:
                    self.record.codes[frame["code"]] += 1
                if frame["type"] == "started":
                    end = "none"
                if frame["type"] == "finished":
                    if frame["id"] == run_id:
                        end = frame["status"]
                        break
                    self.record.doubled += 1
        finally:
            self.record.ends[end] += 1
        if end == "ok":
            self.record.answered_at.append(time.monotonic())

    @staticmethod
    async def _next(connection: ClientConnection) -> Any:
        async with asyncio.timeout(ANSWER_SECONDS):
            return orjson.loads(await connection.recv())
