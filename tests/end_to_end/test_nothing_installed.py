"""A clone on a machine with nothing but Python: its own PostgreSQL and Redis, and nothing left running after Ctrl-C."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import ROOT, Product
from tests.product.telegram import Telegram

SOURCES = ("quart_app", "commands", "plugins", "migrations")
PATIENCE = 40.0
"""Seconds that PostgreSQL may take to notice that its owner is gone, and to stop."""


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Path]:
    """The product's sources without anything that was ever made by running them."""
    clone = tmp_path / "clone"
    for name in SOURCES:
        shutil.copytree(ROOT / name, clone / name)
    yield clone
    # What `make clean` does; as root there is something outside the clone, too.
    subprocess.run([sys.executable, "-m", "quart_app.embedded.removal"], cwd=clone, check=True)
    assert not (clone / "var").exists()


@pytest.fixture
def product(clone: Path, tmp_path: Path) -> Iterator[Product]:
    """With no setting at all but its port."""
    product = Product(tmp_path / "folder", {}, source=clone)
    yield product
    product.clear_up()


async def test_it_runs_stops_and_remembers(
    product: Product, clone: Path, crowd: Crowd, devices: Devices, telegram: Telegram
) -> None:
    product.start()
    assert f"http://localhost:{product.port}" in product.log
    assert "+9996620002 (code 22222)" in product.log
    assert product.wait_for("/health", 200).json()["status"] == "ok"
    browser = devices.browser(product, crowd.person())
    await browser.register()
    await browser.log_in()
    await browser.open_session()
    async with browser.terminal() as terminal:
        assert (await terminal.run("search offerte")).rows
        assert len(product.family()) > 1, "the control: PostgreSQL is one of the family"
        assert await asyncio.to_thread(product.stop) == 0
        assert await terminal.close_code() == 1012
    secrets = [clone / "var" / name for name in ("secret_key", "pepper")]
    assert {path.stat().st_mode & 0o777 for path in secrets} == {0o600}
    assert (clone / "var").stat().st_mode & 0o777 == 0o700

    product.environment |= telegram.environment
    product.start()
    await browser.log_in()
    assert (await browser.state())["state"] == "none", "accounts stay, the session went with the Redis inside"
    await browser.open_session()
    assert len(telegram.devices(browser.person.phone)) == 1
    assert product.stop() == 0
    assert telegram.devices(browser.person.phone) == [], (
        "nothing could be resumed, so it is ended at Telegram"
    )

    product.start()
    family = product.family()
    assert len(family) > 1
    product.kill()
    assert left_of(family) == [], "nor does anything outlive a kill"


def left_of(family: list[psutil.Process]) -> list[psutil.Process]:
    """Who still runs, after time enough to stop."""
    deadline = time.monotonic() + PATIENCE
    while left := [each for each in family if _runs(each)]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    return left


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
