"""Two versions side by side, as during every roll: the code of before the newest revisions, on the tables of now."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from quart_app.storage.migrate import SCRIPTS
from tests.end_to_end.conftest import serving
from tests.product.caller import Program
from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import PROXY, ROOT, SECRETS, Product
from tests.servers.redis import RedisServer

REVISIONS = sorted(path.name for path in (SCRIPTS / "versions").glob("0*.py"))
REACH = 2
"""Versions that have to get on; what was dropped before may be gone."""


@pytest.fixture(scope="module")
def older(
    tmp_path_factory: pytest.TempPathFactory, product: Product, redis_of_product: RedisServer
) -> Iterator[Product]:
    """The code of before, beside the code of now, on the same PostgreSQL and Redis."""
    folder = tmp_path_factory.mktemp("older")
    source = unpacked(before(REVISIONS[-REACH]), folder / "source")
    environment = {
        **SECRETS,
        **PROXY,
        "DATABASE_URL": product.environment["DATABASE_URL"],
        "REDIS_URL": redis_of_product.url,
    }
    yield from serving(Product(folder / "run", environment, source=source))


def before(revision: str) -> str:
    """The last commit without this revision."""
    asked = ["git", "log", "--diff-filter=A", "--format=%H", "--", f"migrations/versions/{revision}"]
    history = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    added = history.stdout.split()
    if history.returncode or not added or not known(f"{added[-1]}~1"):
        pytest.skip("NOT TRIED: two versions side by side; this copy comes without its history")
    return f"{added[-1]}~1"


def known(commit: str) -> bool:
    asked = ["git", "cat-file", "-e", f"{commit}^{{commit}}"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, check=False).returncode == 0


def unpacked(commit: str, folder: Path) -> Path:
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def test_it_is_older_code(older: Product) -> None:
    """The control: it knows fewer revisions than the database has, and says so."""
    assert "the database is newer than this version" in older.log


async def test_accounts_of_either_log_in_at_the_other(
    older: Product, product: Product, crowd: Crowd, devices: Devices
) -> None:
    for here, there in ((older, product), (product, older)):
        person = crowd.person()
        await devices.program(here, person).register()
        for each in (here, there):
            await devices.program(each, person).log_in()


async def test_a_sign_in_of_before_is_good_after(
    older: Product, product: Product, crowd: Crowd, devices: Devices
) -> None:
    before_roll = devices.program(older, crowd.person())
    await before_roll.register()
    await before_roll.log_in()
    after_roll: Program = devices.program(product, before_roll.person, token=before_roll.token)
    assert (await after_roll.state())["state"] == "none"
