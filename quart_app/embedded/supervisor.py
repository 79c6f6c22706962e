"""Runs PostgreSQL for as long as its owner lives: ``python supervisor.py SPECIFICATION``, a pipe as stdin.

The owner holds the pipe's other end and never writes to it. When it closes, be it by a stop or because the
owner was killed, PostgreSQL is stopped too. A program of its own, so that no signal for the app gets there.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import socket
import subprocess  # runs our own programs only  # nosec B404
import sys
import time
from typing import Any

STOPS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
"""PostgreSQL's fast and immediate shutdown, then force; with how long each may take, in seconds."""
STEADY_SECONDS = 2.0
"""A server that has run this long once is started again whenever it ends by itself."""
RESTART_SECONDS = 1.0


class Supervisor:
    def __init__(self, specification: dict[str, Any]) -> None:
        self._specification = specification
        self._selector = selectors.DefaultSelector()
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ, "owner")
        woken, waker = socket.socketpair()
        woken.setblocking(False)
        waker.setblocking(False)
        self._woken, self._waker = woken, waker
        self._selector.register(woken, selectors.EVENT_READ, "signal")
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        self._ending = False
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, self._end)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    def run(self) -> int:
        """0 after a stop that was asked for, 1 where the server doesn't start or doesn't stop."""
        steady = False
        while not self._ending:
            began = time.monotonic()
            server = self._start()
            self._wait(server, None)
            if server.poll() is None:
                return self._stop(server)
            steady = steady or time.monotonic() - began >= STEADY_SECONDS
            if not steady:
                return 1
            self._wait(None, RESTART_SECONDS)
        return 0

    def _end(self, _number: int, _frame: object) -> None:
        self._ending = True

    def _start(self) -> subprocess.Popen[bytes]:
        account = self._specification["account"]
        identity: dict[str, Any] = (
            {"user": account[0], "group": account[1], "extra_groups": []} if account else {}
        )
        with open(self._specification["log"], "wb") as log:  # noqa: PTH123 (starts faster without pathlib)
            return subprocess.Popen(  # our own program, no shell  # noqa: S603  # nosec B603
                self._specification["command"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._specification["folder"],
                start_new_session=True,
                umask=0o077,
                **identity,
            )

    def _wait(self, server: subprocess.Popen[bytes] | None, seconds: float | None) -> None:
        """Until the owner is gone, a signal asks for the end, the server has ended or the time is up."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while not self._ending and (server is None or server.poll() is None):
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                return
            for key, _ in self._selector.select(left):
                if key.data == "owner":
                    self._ending = not os.read(sys.stdin.fileno(), 1024)
                else:
                    self._woken.recv(1024)

    def _stop(self, server: subprocess.Popen[bytes]) -> int:
        for number, seconds in STOPS:
            server.send_signal(number)
            try:
                server.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return 0
        return 1


def main() -> int:
    specification = json.loads(sys.argv[1])
    try:
        return Supervisor(specification).run()
    finally:
        if specification["remove"]:
            shutil.rmtree(specification["remove"], ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main())
