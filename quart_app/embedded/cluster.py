"""One PostgreSQL data directory: made, started under a supervisor, and stopped."""

from __future__ import annotations

import json
import os
import shutil
import subprocess  # runs our own programs only  # nosec B404
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from quart_app.embedded import supervisor
from quart_app.embedded.errors import EmbeddedError
from quart_app.embedded.place import Account, Place
from quart_app.embedded.predecessor import settle

NAME: Final = "postgres"
ROLE: Final = "postgres"
SOCKET_NAME: Final = "/.s.PGSQL.5432"
SOCKET_PATH_BYTES: Final = 103
"""What the shortest of today's systems allows (macOS; Linux has 107)."""
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 35.0
POLL_SECONDS: Final = 0.02
SERVER: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "25",
    "shared_buffers": "16MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    "jit": "off",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_line_prefix": "%t ",
}
"""A socket only, small, and no statement in any log."""
INITDB: Final = (
    "--auth=trust",
    f"--username={ROLE}",
    "--encoding=UTF8",
    "--no-locale",
    "--no-sync",
    "--no-instructions",
)


class Cluster:
    """Blocking; each of start and stop belongs into a thread. Not for two owners at once."""

    def __init__(
        self, place: Place, *, name: str = "postgres", settings: Mapping[str, str] | None = None
    ) -> None:
        self._place = place
        self._data = place.folder / name
        self._log = place.folder / f"{name}.log"
        self._settings = {**SERVER, **(settings or {})}
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._socket = place.folder

    @property
    def url(self) -> str:
        """For asyncpg; valid once started."""
        return _url(self._socket)

    def start(self) -> None:
        """Returns once connections are accepted. Raises EmbeddedError, with nothing left running."""
        settle(self._data)
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        removed = self._prepare_socket()
        before = _status(self._data)[:3]
        self._supervisor = _spawn(self._specification(removed))
        deadline = time.monotonic() + START_SECONDS
        while (status := _status(self._data))[:3] == before or not _is_ready(status):
            if self._supervisor.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise EmbeddedError(f"The embedded PostgreSQL does not start ({self._last_words()}).")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Returns once nothing of it runs any more."""
        if self._supervisor is None:
            return
        with self._supervisor as process:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        self._supervisor = None
        # Where the supervisor itself was killed.
        settle(self._data)

    def _last_words(self) -> str:
        try:
            lines = self._log.read_text("utf-8", "replace").split("\n")
        except OSError:
            lines = []
        telling = [line for line in lines if "FATAL" in line] or [f"see {self._log}"]
        return telling[-1].strip()

    def _initialise(self) -> None:
        draft = self._data.with_name(f"{self._data.name}-draft")
        shutil.rmtree(draft, ignore_errors=True)
        self._make_private(draft)
        account = self._place.account
        identity: dict[str, Any] = {}
        if account is not None:
            identity = {"user": account.user, "group": account.group, "extra_groups": []}
        command = [str(self._place.binaries.initdb), *INITDB, "-D", str(draft)]
        try:
            # In a session of its own: Ctrl-C must not leave half a database.
            made = subprocess.run(  # our own program, no shell  # noqa: S603  # nosec B603
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                cwd=self._place.folder,
                start_new_session=True,
                check=False,
                **identity,
            )
        except OSError as error:
            raise EmbeddedError(
                f"PostgreSQL's initdb can't be run ({error.strerror}). Set DATABASE_URL."
            ) from error
        if made.returncode != 0:
            raise EmbeddedError(f"PostgreSQL's initdb fails: {made.stderr.strip()[-500:]}")
        draft.rename(self._data)

    def _prepare_socket(self) -> str:
        """Makes the socket's directory, empty; answers its path if it is to be removed at the end."""
        self._socket = self._data.with_name(f"{self._data.name}-socket")
        path = os.fsencode(self._socket)
        # A socket's lock file names a process, as the pid file does, and misleads like it.
        shutil.rmtree(self._socket, ignore_errors=True)
        if len(path) + len(SOCKET_NAME) <= SOCKET_PATH_BYTES and b"," not in path:
            self._make_private(self._socket)
            return ""
        self._socket = Path(tempfile.mkdtemp(prefix="tcm-", dir="/tmp"))  # private, and short enough  # nosec B108
        self._make_private(self._socket)
        return str(self._socket)

    def _make_private(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        if self._place.account is not None:
            os.chown(folder, self._place.account.user, self._place.account.group)

    def _specification(self, removed: str) -> dict[str, Any]:
        options = {**self._settings, "unix_socket_directories": str(self._socket)}
        account = self._place.account
        return {
            "command": [
                str(self._place.binaries.postgres),
                "-D",
                str(self._data),
                *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
            ],
            "account": _identity(account),
            "log": str(self._log),
            "folder": str(self._place.folder),
            "remove": removed,
        }


def running_url(folder: Path) -> str | None:
    """The URL of a server that another process has started in the folder of a place, once it is ready."""
    status = _status(folder / NAME)
    return _url(Path(status[4])) if _is_ready(status) else None


def _url(socket: Path) -> str:
    return f"postgresql://{ROLE}@/postgres?host={quote(str(socket), safe='/')}"


def _status(data: Path) -> list[str]:
    """What PostgreSQL says of itself: process, data directory, start, port, socket directory, ..., state."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _is_ready(status: list[str]) -> bool:
    return len(status) > 7 and status[7].strip() == "ready"


def _identity(account: Account | None) -> Sequence[int] | None:
    return None if account is None else (account.user, account.group)


def _spawn(specification: dict[str, Any]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # our own program, no shell  # noqa: S603  # nosec B603
        [sys.executable, "-I", "-S", str(supervisor.__file__), json.dumps(specification)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
