"""Under a Hypercorn that its operator starts, the app has the same limits as under our own command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from tests.product.process import PROXY, ROOT, SECRETS
from tests.servers.redis import free_port

SECONDS = 60.0
CREDENTIALS = {"phone": "+9996617999", "password": "an honest long phrase"}


@pytest.fixture
def served(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[str]:
    port = free_port()
    stores = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "PORT": str(port)}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "hypercorn", "--bind", f"127.0.0.1:{port}", "quart_app.asgi:app"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **SECRETS, **PROXY, **stores},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, tmp_path / "log")
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS)


def wait_for(address: str, log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/health/ready", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(log.read_text())


def test_a_message_may_have_64_kib_and_nothing_names_the_server(served: str) -> None:
    with httpx.Client(base_url=served, trust_env=False) as client:
        assert client.post("/api/v1/accounts", json=CREDENTIALS).status_code == 201
        answer = client.post("/api/v1/tokens", json=CREDENTIALS)
        assert "server" not in answer.headers
        bearer = {"Authorization": f"Bearer {answer.json()['token']}"}
    with connect(f"{served.replace('http', 'ws')}/ws", additional_headers=bearer, proxy=None) as socket:
        assert '"hello"' in socket.recv(SECONDS)
        socket.send("[" * 70_000)
        with pytest.raises(ConnectionClosedError) as closed:
            socket.recv(SECONDS)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009
    assert closed.value.rcvd.reason != "A message was too big.", "not collected first and only then refused"
