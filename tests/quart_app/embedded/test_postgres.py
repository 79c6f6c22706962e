"""The embedded PostgreSQL for real: started, shared, killed and taken over, with nothing left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest

from quart_app.embedded.errors import AlreadyRunning
from quart_app.embedded.place import folder_for
from quart_app.embedded.postgres import embedded_postgres, shared_postgres
from quart_app.embedded.removal import remove_embedded

PATIENCE = 60.0
"""Longer than all that a supervisor tries one after the other before it uses force."""
Processes = Callable[[str, Path], list[psutil.Process]]
ROOT = Path(__file__).resolve().parents[3]
OWNER = """
import asyncio, signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has its jobs in the background ignore it
from quart_app.embedded.postgres import embedded_postgres
async def own():
    async with embedded_postgres(Path(sys.argv[1])) as url:
        print(url, flush=True)
        await asyncio.sleep(600)
asyncio.run(own())
"""


@contextmanager
def owner(data_directory: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that has started the embedded PostgreSQL, and the URL that it has."""
    command = [sys.executable, "-c", OWNER, str(data_directory)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


async def ask(url: str, query: str) -> object:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


async def test_it_serves_keeps_its_data_and_leaves_no_process(
    data_directory: Path, processes: Processes
) -> None:
    async with embedded_postgres(data_directory) as url:
        await ask(url, "CREATE TABLE kept AS SELECT 7 AS number")
        folder = folder_for(data_directory)
        assert len(processes("postgres", folder)) == 1
    assert processes("postgres", folder) == processes("supervisor.py", folder) == []
    async with embedded_postgres(data_directory) as url:
        assert await ask(url, "SELECT number FROM kept") == 7
        assert await ask(url, "SHOW listen_addresses") == ""
        assert await ask(url, "SHOW fsync") == "on"


async def test_nobody_else_can_reach_it(data_directory: Path) -> None:
    before = [(folder, folder.stat().st_mode) for folder in data_directory.parents]
    accounts = Path("/etc/passwd").read_bytes()
    async with embedded_postgres(data_directory):
        folder = folder_for(data_directory)
        for private in (data_directory, folder / "postgres", folder / "postgres-socket"):
            assert private.stat().st_mode & 0o777 == 0o700
        assert (folder / "postgres").stat().st_uid != 0
    assert [(folder, folder.stat().st_mode) for folder in data_directory.parents] == before
    assert Path("/etc/passwd").read_bytes() == accounts


async def test_a_second_owner_is_told_and_a_task_beside_it_may_share(data_directory: Path) -> None:
    with owner(data_directory) as (_, url):
        with pytest.raises(AlreadyRunning, match="Another process"):
            async with embedded_postgres(data_directory):
                pass
        async with shared_postgres(data_directory) as shared:
            assert shared == url
            assert await ask(shared, "SELECT 1") == 1
    async with shared_postgres(data_directory) as own:
        assert await ask(own, "SELECT 1") == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_its_owner(data_directory: Path, processes: Processes, number: signal.Signals) -> None:
    with owner(data_directory) as (process, _):
        folder = folder_for(data_directory)
        assert processes("postgres", folder)
        process.send_signal(number)
        process.wait(PATIENCE)
        assert until(lambda: not processes("postgres", folder) and not processes("supervisor.py", folder))


def test_ctrl_c_reaches_the_owner_only(data_directory: Path, processes: Processes) -> None:
    with owner(data_directory) as (process, _):
        (server,) = processes("postgres", folder_for(data_directory))
        groups = {os.getpgid(server.pid), os.getpgid(process.pid)}
        assert len(groups) == 2
        assert os.getsid(server.pid) != os.getsid(process.pid)


async def test_what_a_killed_owner_and_supervisor_left_is_taken_over(
    data_directory: Path, processes: Processes
) -> None:
    with owner(data_directory) as (process, url):
        await ask(url, "CREATE TABLE kept AS SELECT 7 AS number")
        folder = folder_for(data_directory)
        (supervisor,) = processes("supervisor.py", folder)
        (server,) = processes("postgres", folder)
        supervisor.kill()
        process.kill()
        process.wait(PATIENCE)
    # The control: nothing but the next start ends it.
    assert processes("postgres", folder) == [server]
    async with embedded_postgres(data_directory) as url:
        (successor,) = processes("postgres", folder)
        assert successor != server
        assert await ask(url, "SELECT number FROM kept") == 7
    assert processes("postgres", folder) == []


async def test_a_start_after_everything_was_killed(data_directory: Path, processes: Processes) -> None:
    with owner(data_directory) as (_, url):
        await ask(url, "CREATE TABLE kept AS SELECT 7 AS number")
        folder = folder_for(data_directory)
        for each in (*processes("supervisor.py", folder), *processes("postgres", folder)):
            each.kill()
    async with embedded_postgres(data_directory) as url:
        assert await ask(url, "SELECT number FROM kept") == 7


async def test_a_server_that_dies_is_started_again(data_directory: Path, processes: Processes) -> None:
    async with embedded_postgres(data_directory) as url:
        folder = folder_for(data_directory)
        (server,) = processes("postgres", folder)
        await asyncio.sleep(2.2)
        server.kill()
        for _ in range(200):
            try:
                assert await ask(url, "SELECT 1") == 1
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(0.1)
            else:
                break
        assert [each.pid for each in processes("postgres", folder)] not in ([], [server.pid])
    assert processes("postgres", folder) == []


async def test_a_cancelled_start_leaves_nothing(data_directory: Path, processes: Processes) -> None:
    async def start() -> None:
        async with embedded_postgres(data_directory):
            await asyncio.sleep(600)

    for pause in (0.05, 0.3):
        task = asyncio.create_task(start())
        await asyncio.sleep(pause)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        folder = folder_for(data_directory)
        assert processes("postgres", folder) == processes("supervisor.py", folder) == []


async def test_removal_takes_all_of_it_but_not_from_under_a_running_app(data_directory: Path) -> None:
    async with embedded_postgres(data_directory):
        folder = folder_for(data_directory)
        with pytest.raises(AlreadyRunning):
            remove_embedded(data_directory)
    remove_embedded(data_directory)
    assert not data_directory.exists()
    assert not folder.exists()
