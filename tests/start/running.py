"""``make run`` of one clone: from the first line it prints until nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from typing import Any, Final, Protocol

import httpx
import psutil

from tests.product.process import is_free
from tests.servers.redis import free_port
from tests.start.clone import INSTALL_SECONDS, MARK, Clone

HEALTH_SECONDS: Final = 60.0
"""From the first line of the app until it is healthy, on a slow machine; installing has a limit of its own."""
STOP_SECONDS: Final = 40.0


class Running:
    """Started by ``start``. ``interrupt`` is Ctrl-C: the whole foreground group gets it, make included."""

    def __init__(self, clone: Clone, *, port: int | None = None, again: bool = False) -> None:
        """``again``: everything is installed already, so that it has only the shorter time."""
        self.clone, self.port = clone, port or free_port()
        self.log_path = clone.folder.with_name(f"{clone.folder.name}.log")
        self._seconds = HEALTH_SECONDS if again else INSTALL_SECONDS
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def start(self, *, wait: bool = True) -> Running:
        clone = self.clone
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                clone.make("run"),
                cwd=clone.folder,
                env={**clone.environment(), "PORT": str(self.port)},
                user=clone.user,
                group=clone.user_group,
                extra_groups=None if clone.user is None else [],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        if wait:
            self.wait_until_healthy()
        return self

    def wait_until_healthy(self) -> Any:
        """What /health says then."""
        deadline = time.monotonic() + self._seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"it ended by itself:\n{self.log[-3000:]}"
            with suppress(httpx.TransportError):
                answer = httpx.get(f"{self.url}/health", trust_env=False, timeout=10)
                if answer.status_code == 200:
                    return answer.json()
            time.sleep(0.2)
        raise AssertionError(f"not healthy within {self._seconds:.0f} seconds:\n{self.log[-3000:]}")

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def interrupt(self) -> None:
        """Ctrl-C, and nothing is left."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(STOP_SECONDS)
        assert self.left() == [], f"these still run:\n{self.left()}\n{self.log[-2000:]}"
        assert is_free(self.port)
        assert "Traceback" not in self.log

    def kill(self) -> None:
        """kill -9 of all but what has left its group: PostgreSQL stays behind."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)

    def left(self) -> list[str]:
        """Processes of this clone, found by their environment, wherever they have gone."""
        return [each.name() for each in _marked(self.clone.mark)]

    def clear_up(self) -> None:
        """After a test that has failed."""
        for each in _marked(self.clone.mark):
            with suppress(psutil.Error):
                each.kill()
        if self._process is not None:
            self._process.wait(STOP_SECONDS)


class Run(Protocol):
    """The fixture of this name."""

    def __call__(self, clone: Clone, *, port: int | None = None, again: bool = False) -> Running: ...


def _marked(mark: str) -> list[psutil.Process]:
    found = []
    for each in psutil.process_iter():
        with suppress(psutil.Error):
            if each.environ().get(MARK) == mark and each.status() != psutil.STATUS_ZOMBIE:
                found.append(each)
    return found
