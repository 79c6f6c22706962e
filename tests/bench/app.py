"""The app as a child process, driven over its own API and socket, its CPU time read from outside."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import psutil
import websockets

from quart_app.demo import DemoDataCentre

PASSWORD: Final = "bench bench bench"
START_SECONDS: Final = 120
_PAUSE: Final = 0.11
"""Between lines: the app grants ten a second, and waiting costs no CPU."""


class App:
    """One running app with one signed-in user."""

    def __init__(self, base: str, process: psutil.Process) -> None:
        self.base, self._process = base, process
        self.http = httpx.AsyncClient(base_url=base, timeout=60)

    def cpu(self) -> float:
        """Seconds so far, of the app alone: its database is a process of its own."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    async def token(self, phone: str) -> str:
        await self.http.post("/api/v1/accounts", json={"phone": phone, "password": PASSWORD})
        answer = await self.http.post("/api/v1/tokens", json={"phone": phone, "password": PASSWORD})
        return str(answer.json()["token"])

    async def start_session(self, token: str, code: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        session = "/api/v1/telegram/session"
        (await self.http.post(session, headers=headers, json={})).raise_for_status()
        (await self.http.post(f"{session}/code", headers=headers, json={"code": code})).raise_for_status()

    async def end_session(self, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        await self.http.delete("/api/v1/telegram/session", headers=headers)

    async def run(self, token: str, line: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await self.http.post("/api/v1/commands", headers=headers, json={"line": line})
        finished = json.loads(answer.text.splitlines()[-1])
        assert finished["status"] == "ok", answer.text

    def socket(self, token: str) -> websockets.connect:
        url = self.base.replace("http", "ws", 1) + "/ws"
        headers = {"Authorization": f"Bearer {token}"}
        return websockets.connect(
            url, additional_headers=headers, subprotocols=[websockets.Subprotocol("tcm.v1")], max_size=None
        )

    async def cost(self, socket: Any, line: str, times: int) -> float:
        """CPU seconds of one run of ``line`` over an open socket."""
        before = self.cpu()
        for number in range(times):
            await socket.send(json.dumps({"type": "run", "id": f"b{number}-{before}", "line": line}))
            while (frame := json.loads(await socket.recv()))["type"] != "finished":
                pass
            assert frame["status"] == "ok", frame
            await asyncio.sleep(_PAUSE)
        return (self.cpu() - before) / times


@asynccontextmanager
async def running_app(demo: DemoDataCentre, port: int, directory: Path) -> AsyncIterator[App]:
    """The app on ``port``, pointed at ``demo`` as if that were Telegram, with everything else embedded."""
    data_centre = demo.data_centre
    key = directory / "data-centre.pem"
    key.write_text(data_centre.public_key)
    environment = {
        **os.environ,
        "PORT": str(port),
        "TELEGRAM_DC": f"{data_centre.id}@{data_centre.host}:{data_centre.port}",
        "TELEGRAM_DC_KEY": str(key),
        "TELEGRAM_API_ID": str(demo.api[0]),
        "TELEGRAM_API_HASH": demo.api[1],
        "REGISTRATION": "open",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "quart_app", "run", env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    app = App(f"http://localhost:{port}", psutil.Process(process.pid))
    try:
        await _answers(app)
        yield app
    finally:
        await app.http.aclose()
        process.terminate()
        await process.wait()


async def _answers(app: App) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                if (await app.http.get("/health/ready")).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
