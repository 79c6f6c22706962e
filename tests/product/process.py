"""The real product, started as its operator starts it: a child process on a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import httpx
import psutil

from tests.servers.redis import free_port

ROOT: Final = Path(__file__).parents[2]
COMMAND: Final = ("-m", "quart_app", "run")
START_SECONDS: Final = 90.0
STOP_SECONDS: Final = 40.0
SECRETS: Final = {
    "SECRET_KEY": "a secret key of the tests alone, long enough",
    "PEPPER": "dGVzdHMgcGVwcGVyIG9mIHRoZSB0ZXN0cyBhbG9uZSE=",
}
PROXY: Final = {"TRUSTED_PROXIES": "127.0.0.1/32"}
"""Makes X-Forwarded-For count, so that each person of a test can have an address, and limits, of their own."""


class Product:
    """One installation: it may be stopped, killed and started again on the same port, and keeps its log.

    ``environment`` is all that it is told beside its port, at its next start; nothing of this process' own reaches it.
    ``source`` is the clone that it runs from, ``command`` what Python is told. Whatever it writes by a relative path or
    as a temporary file lands in ``folder``.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        *,
        source: Path = ROOT,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self.folder, self.port = folder, free_port()
        self._command = command
        self.log_path = folder.with_name(f"{folder.name}.log")
        self.environment, self._source = dict(environment), source
        self._process: subprocess.Popen[bytes] | None = None
        self._family: list[psutil.Process] = []
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """Standard output and standard error of all runs so far."""
        return self.log_path.read_text(errors="replace")

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "it is not running"
        return self._process

    def start(self, *, wait: bool = True) -> None:
        """Returns once requests are served; with ``wait=False`` at once."""
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._command],
                cwd=self.folder,
                env=self._all_of_the_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if wait:
            self.wait_for("/health/ready", 200)

    def wait_for(self, path: str, status: int, seconds: float = START_SECONDS) -> httpx.Response:
        """Ask until the answer has this status."""
        deadline = time.monotonic() + seconds
        seen: object = None
        with httpx.Client(base_url=self.url, trust_env=False, timeout=10) as client:
            while time.monotonic() < deadline:
                try:
                    answer = client.get(path)
                except httpx.TransportError as error:
                    seen = error
                else:
                    seen = answer.status_code
                    if seen == status:
                        return answer
                assert self.process.poll() is None, f"the product ended by itself:\n{self.log[-3000:]}"
                time.sleep(0.05)
        raise AssertionError(f"{path}: {seen!r} instead of {status}\n{self.log[-3000:]}")

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Its exit code. Nothing of it runs or listens any more."""
        family = self.family()
        self.process.send_signal(number)
        code = self.process.wait(STOP_SECONDS)
        self._process = None
        left = [each for each in family if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
        assert left == [], f"these still run: {left}"
        assert is_free(self.port)
        return code

    def kill(self) -> None:
        """As when the machine is lost."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)
        self._process = None

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def clear_up(self) -> None:
        """Whatever a test that failed has left running."""
        if self.runs:
            self.kill()

    def family(self) -> list[psutil.Process]:
        """It and all that it has started."""
        me = psutil.Process(self.process.pid)
        return [me, *me.children(recursive=True)]

    def _all_of_the_environment(self) -> dict[str, str]:
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        here = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TMPDIR": str(temporary)}
        given = {"PYTHONPATH": str(self._source), "PORT": str(self.port), **self.environment}
        return {**here, **given}


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
