"""The dashboard's board: each worker leaves its figures in Redis, and whoever looks adds them up.

So the page shows the whole installation, whichever worker serves it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson
from redis.asyncio import Redis

from quart_app.administration.figures import Calls, Figures, add, quantile_ms, read_figures
from quart_app.observability.metrics import Sample
from quart_app.stopping import stop
from quart_app.storage import keys
from quart_app.storage.errors import StorageUnavailable, storage_errors

PUBLISH_SECONDS: Final = 5.0
KEPT_SECONDS: Final = 60
MINUTES: Final = 60
"""How far back the charts go."""


@dataclass(frozen=True, slots=True)
class Minute:
    """What one minute brought. ``at`` is Unix seconds at its end."""

    at: int
    commands: int
    slowest_ms: float
    """95 of 100 commands were faster; 0 where none ran."""


@dataclass(frozen=True, slots=True)
class Board:
    figures: Figures
    minutes: Sequence[Minute]
    """The oldest first, of all workers together."""


class Publisher:
    """One worker's: notes each minute and leaves the figures in Redis."""

    def __init__(
        self,
        redis: Redis,
        worker: str,
        samples: Callable[[], Iterable[Sample]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._redis, self._worker, self._samples, self._clock = redis, worker, samples, clock
        self._minutes: deque[Minute] = deque(maxlen=MINUTES)
        self._last = Figures()
        self._began = clock()

    async def publish(self) -> None:
        """Raises `StorageUnavailable`."""
        figures = read_figures(self._samples())
        now = self._clock()
        if now - self._began >= 60:
            self._minutes.append(_minute(int(now), self._last, figures))
            self._last, self._began = figures, now
        document = {"figures": asdict(figures), "minutes": [asdict(minute) for minute in self._minutes]}
        with storage_errors():
            await self._redis.set(keys.figures(self._worker), orjson.dumps(document), ex=KEPT_SECONDS)


def _minute(at: int, before: Figures, now: Figures) -> Minute:
    runs = {end: count - before.runs.get(end, 0) for end, count in now.runs.items()}
    ran = sum(now.commands.values()) - sum(before.commands.values())
    return Minute(at, ran, quantile_ms(runs, 0.95))


async def read_board(redis: Redis) -> Board:
    """Of all workers together. Raises `StorageUnavailable` without Redis."""
    with storage_errors():
        names = [key async for key in redis.scan_iter(match=keys.figures("*"), count=500)]
        documents = [orjson.loads(text) for text in await redis.mget(names) if text] if names else []
    total = Figures()
    by_minute: dict[int, list[Minute]] = {}
    for document in documents:
        _merge(total, document["figures"])
        for minute in document["minutes"]:
            by_minute.setdefault(minute["at"] // 60, []).append(Minute(**minute))
    minutes = [
        Minute(at * 60, sum(each.commands for each in some), max(each.slowest_ms for each in some))
        for at, some in sorted(by_minute.items())
    ]
    return Board(total, minutes[-MINUTES:])


def _merge(total: Figures, of_worker: Mapping[str, Any]) -> None:
    for name in ("sockets", "live_sessions", "requests"):
        setattr(total, name, getattr(total, name) + of_worker[name])
    for name in ("answers", "commands", "runs", "errors"):
        for key, value in of_worker[name].items():
            add(getattr(total, name), key, value)
    for method, calls in of_worker["calls"].items():
        known = total.calls.setdefault(method, Calls())
        known.ok += calls["ok"]
        known.failed += calls["failed"]
        known.wait_seconds += calls["wait_seconds"]


@asynccontextmanager
async def repeating(
    *jobs: Callable[[], Awaitable[object]], seconds: float = PUBLISH_SECONDS
) -> AsyncIterator[None]:
    """While it lasts, each job is done every few seconds; a store that is away is asked again the next time."""

    async def always() -> None:
        while True:
            for job in jobs:
                with suppress(StorageUnavailable):
                    await job()
            await asyncio.sleep(seconds)

    task = asyncio.create_task(always(), name="figures for the dashboard")
    try:
        yield
    finally:
        await stop([task])
