"""One owner at a time for a data directory."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quart_app.embedded.errors import AlreadyRunning


@contextmanager
def held_lock(path: Path) -> Iterator[None]:
    """The kernel lets go of it when the owner dies, however it dies. Raises AlreadyRunning."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning from None
        yield
