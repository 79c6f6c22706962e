"""A real PostgreSQL for one test session, without durability, and databases in it for one test each."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from quart_app.embedded.binaries import Binaries, copied_binaries, wheel_binaries
from quart_app.embedded.cluster import Cluster
from quart_app.embedded.place import Place, unprivileged_account
from quart_app.storage.address import data_source_name

Result = TypeVar("Result")
FAST: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
}
DEBIAN: Final = Path("/usr/lib/postgresql")


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a server: DATABASE_URL, else one of our own that is gone afterwards."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield data_source_name(given)
        return
    with own_cluster() as cluster:
        yield cluster.url


@contextmanager
def own_cluster(binaries: Binaries | None = None) -> Iterator[Cluster]:
    """Started; a test may stop and start it."""
    # Not below pytest's directories: another account must be able to enter, and a socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="tcm-test-", dir="/tmp"))
    folder.chmod(0o755)
    root = os.geteuid() == 0
    programs = binaries or installed_binaries() or wheel_binaries()
    if root and not programs.folder.is_relative_to(DEBIAN):
        programs = copied_binaries(wheel_binaries(), folder)
    cluster = Cluster(Place(folder, programs, unprivileged_account() if root else None), settings=FAST)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def installed_binaries() -> Binaries | None:
    """The newest server of Debian's packages."""
    found = sorted(DEBIAN.glob("*/bin/postgres"), key=lambda path: int(path.parents[1].name), reverse=True)
    return Binaries(found[0].parent) if found else None


class Databases:
    """Databases on one server, each with a name nobody else uses."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._made: list[str] = []

    def make(self, *, template: str | None = None) -> str:
        """The URL of a new database: empty, or a copy of the one whose URL ``template`` is."""
        name = f"tcm_test_{secrets.token_hex(6)}"
        source = f' TEMPLATE "{name_in(template)}"' if template else ""
        self._say(f'CREATE DATABASE "{name}"{source}')
        self._made.append(name)
        return urlunsplit(urlsplit(self._server_url)._replace(path=f"/{name}"))

    def drop(self, url: str) -> None:
        self._say(f'DROP DATABASE IF EXISTS "{name_in(url)}" WITH (FORCE)')

    def drop_all(self) -> None:
        for name in self._made:
            self._say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _say(self, statement: str) -> None:
        async def say() -> None:
            connection = await asyncpg.connect(self._server_url, timeout=10)
            try:
                await connection.execute(statement)
            finally:
                with suppress(OSError):
                    await connection.close(timeout=5)

        in_own_loop(say)


def name_in(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def in_own_loop(work: Callable[[], Awaitable[Result]]) -> Result:
    """Runs it in a thread, so that whatever loop pytest has is left alone."""

    async def run() -> Result:
        return await work()

    def call() -> Any:
        return asyncio.run(run())

    with ThreadPoolExecutor(1) as pool:
        result: Result = pool.submit(call).result()
    return result
