"""What may stand in the way of a start, and what is said then."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import asyncpg
import psutil
import pytest

from quart_app.embedded.binaries import Binaries
from quart_app.embedded.cluster import Cluster
from quart_app.embedded.errors import EmbeddedError
from quart_app.embedded.place import Place, place_for
from quart_app.embedded.predecessor import settle


@pytest.fixture
def place(data_directory: Path) -> Place:
    data_directory.mkdir()
    return place_for(data_directory)


async def answer(url: str) -> object:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetchval("SELECT 1")
    finally:
        await connection.close()


def test_the_process_id_of_something_else_does_not_keep_it_from_starting(place: Place) -> None:
    cluster = Cluster(place)
    cluster.start()
    cluster.stop()
    misleading = place.folder / "postgres" / "postmaster.pid"
    misleading.write_text(f"{os.getpid()}\n{place.folder / 'postgres'}\n1\n5432\n\n\n\nready\n")
    cluster.start()
    assert misleading.read_text().split("\n")[0] != str(os.getpid())
    cluster.stop()


def test_settling_spares_what_is_not_ours(place: Place) -> None:
    data = place.folder / "postgres"
    data.mkdir()
    (data / "postmaster.pid").write_text(f"{os.getppid()}\n")
    settle(data)
    assert psutil.pid_exists(os.getppid())
    for nonsense in ("", "x\n", "-1\n", "1\n", "99999999\n"):
        (data / "postmaster.pid").write_text(nonsense)
        settle(data)
    data.joinpath("postmaster.pid").unlink()
    data.rmdir()


async def test_a_path_too_long_for_a_socket_gets_a_short_one(place: Place) -> None:
    cluster = Cluster(place, name="p" * 90)
    await asyncio.to_thread(cluster.start)
    socket = Path(cluster.url.partition("?host=")[2])
    try:
        assert await answer(cluster.url) == 1
        assert not socket.is_relative_to(place.folder)
        assert socket.stat().st_mode & 0o777 == 0o700
    finally:
        await asyncio.to_thread(cluster.stop)
    assert not socket.exists()


def test_a_server_that_does_not_start_is_said_and_not_retried(
    place: Place, processes: Callable[[str, Path], list[psutil.Process]]
) -> None:
    cluster = Cluster(place, settings={"shared_buffers": "none"})
    with pytest.raises(EmbeddedError, match="does not start"):
        cluster.start()
    assert processes("postgres", place.folder) == processes("supervisor.py", place.folder) == []
    assert "shared_buffers" in (place.folder / "postgres.log").read_text()


def test_a_failed_initdb_leaves_no_half_database(place: Place) -> None:
    broken = place.folder / "broken"
    broken.mkdir()
    broken.chmod(0o755)
    (broken / "initdb").write_text("#!/bin/sh\necho 'no room' >&2\nexit 1\n")
    (broken / "initdb").chmod(0o755)
    with pytest.raises(EmbeddedError, match="no room"):
        Cluster(replace(place, binaries=Binaries(broken))).start()
    assert not (place.folder / "postgres").exists()
    cluster = Cluster(place)
    cluster.start()
    cluster.stop()
    assert (place.folder / "postgres" / "PG_VERSION").exists()


def test_a_program_that_is_not_there_is_said(place: Place) -> None:
    with pytest.raises(EmbeddedError, match="initdb can't be run"):
        Cluster(replace(place, binaries=Binaries(place.folder / "nowhere"))).start()
