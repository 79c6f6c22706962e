"""A data directory whose PostgreSQL, wherever it keeps its data, is gone after the test."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from quart_app.embedded.removal import remove_embedded


@pytest.fixture
def data_directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tcm-", dir="/tmp") as folder:
        directory = Path(folder) / "var"
        yield directory
        remove_embedded(directory)


@pytest.fixture
def processes() -> Callable[[str, Path], list[psutil.Process]]:
    """The processes of a program (``postgres``, ``supervisor.py``) that work on what is in a folder."""

    def find(program: str, folder: Path) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter(["cmdline", "status", "ppid"]):
            line = process.info["cmdline"] or []
            named = any(Path(part).name == program for part in line[:4])
            if named and any(str(folder) in part for part in line) and process.info["status"] != "zombie":
                found.append(process)
        # A server's child has its parent's command line until it has given itself a title of its own.
        parents = {process.pid for process in found}
        return [process for process in found if process.info["ppid"] not in parents]

    return find
