"""A program with a token: one line over HTTP now and then, tried again when it is told to."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping, Sequence

import httpx
import orjson

from tests.chaos.tab import ANSWER_SECONDS, Record


class Script:
    def __init__(self, port: int, headers: Mapping[str, str], lines: Sequence[str], *, pause: float) -> None:
        self._url, self._headers = f"http://127.0.0.1:{port}/api/v1/commands", dict(headers)
        self._lines, self._pause = lines, pause
        self.record = Record()

    async def live(self) -> None:
        """Until cancelled."""
        while True:
            wait = await self._ask(random.choice(self._lines))
            await asyncio.sleep(random.uniform(0.5, 1.5) * self._pause if wait is None else wait)

    async def _ask(self, line: str) -> float | None:
        """None once it is answered, else the seconds that it is told to wait. A connection for each, as curl has."""
        try:
            async with httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as client:
                answer = await client.post(self._url, json={"line": line}, headers=self._headers)
        except httpx.TransportError:
            self.record.ends["none"] += 1
            return 1.0
        if answer.status_code != 200:
            self.record.codes[str(answer.json().get("code", answer.status_code))] += 1
            return float(answer.headers.get("Retry-After", 1))
        frames = [orjson.loads(each) for each in answer.content.splitlines()]
        ends = [frame["status"] for frame in frames if frame["type"] == "finished"]
        self.record.codes.update(frame["code"] for frame in frames if frame.get("level") == "error")
        self.record.doubled += len(ends) > 1
        self.record.ends[ends[0] if ends else "none"] += 1
        if ends == ["ok"]:
            self.record.answered_at.append(time.monotonic())
            return None
        return 1.0
