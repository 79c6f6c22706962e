"""Several workers of one installation, each a process of its own on a port of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.product.process import COMMAND, PROXY, SECRETS, Product

WORKER: Final = ("-m", "tests.chaos.worker")


class Fleet:
    """``stores`` say where PostgreSQL and Redis are; ``telegram`` one environment for each worker, in turn.

    ``options`` are those of tests/chaos/worker.py; None starts the product just as its operator does.
    """

    def __init__(
        self,
        folder: Path,
        stores: Mapping[str, str],
        telegram: Sequence[Mapping[str, str]],
        *,
        public_port: int,
        options: Sequence[str] | None = None,
    ) -> None:
        self._folder, self._telegram = folder, telegram
        self._command = COMMAND if options is None else (*WORKER, *options)
        self._stores = {
            **SECRETS,
            **PROXY,
            **stores,
            "REGISTRATION": "open",
            "PUBLIC_URL": f"http://127.0.0.1:{public_port}",
        }
        self.workers: list[Product] = []
        self.stops: list[tuple[int, float]] = []
        """Exit code and seconds of each stop."""

    def new(self) -> Product:
        """One more, not started yet."""
        number = len(self.workers)
        road = self._telegram[number % len(self._telegram)]
        worker = Product(self._folder / f"worker-{number}", {**self._stores, **road}, command=self._command)
        self.workers.append(worker)
        return worker

    async def start(self, count: int) -> None:
        """All at once, and wait until all serve."""
        made = [self.new() for _ in range(count)]
        for worker in made:
            worker.start(wait=False)
        for worker in made:
            await self.ready(worker)

    async def ready(self, worker: Product) -> None:
        await asyncio.to_thread(worker.wait_for, "/health/ready", 200)

    async def stop(self, worker: Product) -> None:
        """As an operator or an orchestrator does."""
        began = time.monotonic()
        code = await asyncio.to_thread(worker.stop, signal.SIGTERM)
        self.stops.append((code, round(time.monotonic() - began, 1)))

    async def restart(self, worker: Product) -> None:
        """One step of a roll."""
        await self.stop(worker)
        worker.start(wait=False)
        await self.ready(worker)

    async def kill(self, worker: Product) -> None:
        """-9, and then another in its place."""
        worker.kill()
        worker.start(wait=False)
        await self.ready(worker)

    async def pause(self, worker: Product, seconds: float) -> None:
        """As when its machine stands still."""
        os.kill(worker.process.pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            os.kill(worker.process.pid, signal.SIGCONT)

    @property
    def ports(self) -> list[int]:
        return [worker.port for worker in self.workers]

    def complaints(self) -> list[str]:
        """Lines of the logs that nobody foresaw."""
        words = ("Traceback", "never retrieved", "never awaited")
        return [
            line
            for worker in self.workers
            for line in worker.log.splitlines()
            if any(w in line for w in words)
        ]

    def clear_up(self) -> None:
        for worker in self.workers:
            worker.clear_up()
