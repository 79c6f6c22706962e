"""A container engine: the one that answers here, else a ``dockerd`` that is started for these tests alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from tests.containers import machine

START_SECONDS: Final = 60.0
OWN_NETWORK: Final = "172.29.255.1/24"
"""Of the bridge of an engine of ours; hosts of this network exist on this machine only."""


class NoEngine(Exception):
    """Why there is no engine here."""


class Engine:
    def __init__(self, host: str | None, *, own: bool) -> None:
        self.own = own
        self.environment = {**os.environ, **({} if host is None else {"DOCKER_HOST": host})}

    def docker(
        self, *arguments: str, stdin: IO[bytes] | None = None, text: str | None = None, check: bool = True
    ) -> str:
        """What it printed. AssertionError, with its errors, where it fails."""
        return self.run(["docker", *arguments], stdin=stdin, text=text, check=check).stdout

    def run(
        self,
        command: list[str],
        *,
        stdin: IO[bytes] | None = None,
        text: str | None = None,
        check: bool = True,
        folder: Path | None = None,
        environment: dict[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        given: dict[str, object] = (
            {"input": text} if text is not None else {"stdin": stdin or subprocess.DEVNULL}
        )
        ended = subprocess.run(  # type: ignore[call-overload]
            command,
            env=self.environment | (environment or {}),
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            **given,
        )
        assert not check or ended.returncode == 0, (
            f"{command}:\n{ended.stdout[-3000:]}\n{ended.stderr[-6000:]}"
        )
        return ended  # type: ignore[no-any-return]

    def answers(self) -> bool:
        return (
            shutil.which("docker") is not None and self.run(["docker", "info"], check=False).returncode == 0
        )

    def has_image(self, name: str) -> bool:
        return self.run(["docker", "image", "inspect", name], check=False).returncode == 0

    def pulled(self, name: str) -> bool:
        return self.run(["docker", "pull", "--quiet", name], check=False).returncode == 0


@contextmanager
def open_engine(folder: Path) -> Iterator[Engine]:
    """Raises NoEngine. ``folder`` is for the data of an engine of our own."""
    given = Engine(None, own=os.environ.get("STAND_INS") == "1")
    if given.answers():
        yield given
        return
    if shutil.which("dockerd") is None or shutil.which("docker") is None:
        raise NoEngine("no engine answers, and dockerd isn't installed (Debian: docker.io)")
    if os.geteuid() != 0:
        raise NoEngine("no engine answers, and only root can start one")
    socket = folder / "docker.sock"
    command = [
        *("dockerd", "--host", f"unix://{socket}", "--pidfile", str(folder / "pid")),
        *("--data-root", str(folder / "data"), "--exec-root", str(folder / "exec")),
        *("--bip", OWN_NETWORK, "--default-ulimit", "nofile=16384:16384"),
    ]
    with machine.kept(), (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        engine = Engine(f"unix://{socket}", own=True)
        try:
            _wait(engine, process, folder / "log")
            yield engine
        finally:
            process.terminate()
            process.wait(60)


def _wait(engine: Engine, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not engine.answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise NoEngine(f"dockerd does not start here:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.5)
