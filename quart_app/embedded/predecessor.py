"""What an owner that was killed may have left behind: its PostgreSQL, still running or half gone."""

from __future__ import annotations

import os
import signal
import subprocess  # runs our own programs only  # nosec B404
import time
from pathlib import Path
from typing import Final

from quart_app.embedded.errors import EmbeddedError

PATIENCE: Final = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
"""Fast and immediate shutdown, then force, each with its seconds. Its supervisor may be saying the same."""
POLL_SECONDS: Final = 0.02


def settle(data: Path) -> None:
    """Afterwards no PostgreSQL runs on ``data``. Raises EmbeddedError.

    Only for whoever holds the lock of this data directory.
    """
    for number, seconds in PATIENCE:
        process = _postmaster(data)
        if process is None:
            _drop_misleading_file(data)
            return
        _signal(process, number)
        deadline = time.monotonic() + seconds
        while _postmaster(data) is not None and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
    if _postmaster(data) is not None:
        raise EmbeddedError(f"A PostgreSQL that was left running on {data} does not stop.")


def _postmaster(data: Path) -> int | None:
    """The process id of the PostgreSQL that runs on ``data``."""
    process = _noted(data)
    return process if process is not None and f"-D {data} " in _command_of(process) else None


def _noted(data: Path) -> int | None:
    """The process id in the pid file."""
    try:
        process = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return process if process > 1 else None


def _drop_misleading_file(data: Path) -> None:
    """Where the pid is something else's by now, or a corpse that nobody buries, no server would start.

    A pid of nobody is left to PostgreSQL, which then looks for what a crash may have left in shared memory.
    """
    process = _noted(data)
    if process is not None and _exists(process):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _command_of(process: int) -> str:
    """The command line of a living process, empty without one."""
    entry = Path(f"/proc/{process}/cmdline")
    if Path("/proc/self").exists():
        try:
            return os.fsdecode(entry.read_bytes()).replace("\0", " ")
        except OSError:
            return ""
    answer = subprocess.run(  # no shell, nothing from outside  # noqa: S603  # nosec B603
        ["/bin/ps", "-o", "command=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()


def _signal(process: int, number: int) -> None:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return
    except PermissionError as error:
        raise EmbeddedError(f"PostgreSQL is still running as somebody else (process {process}).") from error
