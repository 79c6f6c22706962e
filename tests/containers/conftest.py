"""An engine, images and installations for these tests, and a summary that says aloud what could not be tried here."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.containers import stand_ins, tools
from tests.containers.engine import Engine, NoEngine, open_engine
from tests.containers.outside import NoNamespaces, other_host
from tests.containers.stack import Stack
from tests.containers.tools import Tools
from tests.product.person import Crowd
from tests.product.telegram import Telegram, telegram_in_thread

HERE = Path(__file__).parent
SAID = pytest.StashKey[list[str]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.containers)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SAID] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    said: list[str] = config.stash[SAID]
    for text in dict.fromkeys(said):
        terminalreporter.write_line(f"CONTAINERS: {text}", yellow=True, bold=True)


@pytest.fixture(scope="session")
def not_here(pytestconfig: pytest.Config) -> Callable[[str], NoReturn]:
    """End the test, since this machine can't do it, and say so."""

    def end(why: str) -> NoReturn:
        pytestconfig.stash[SAID].append(f"NOT TRIED: {why}")
        pytest.skip(why)

    return end


@pytest.fixture(scope="session")
def programs() -> Tools:
    return tools.install()


@pytest.fixture(scope="session")
def ground() -> Iterator[Path]:
    """A folder for engine and installations; a socket's path must be short."""
    folder = Path(tempfile.mkdtemp(prefix="tcm-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def engine(
    ground: Path, not_here: Callable[[str], NoReturn], pytestconfig: pytest.Config
) -> Iterator[Engine]:
    """With all base images in it."""
    folder = ground / "engine"
    folder.mkdir()
    try:
        with open_engine(folder) as opened:
            kind = stand_ins.provide(opened, ground)
            if kind == "stand-ins":
                pytestconfig.stash[SAID].append(
                    "NOT TRIED: the official images; stand-ins made of Debian's packages took their places"
                )
            yield opened
    except (NoEngine, stand_ins.CannotMake) as error:
        not_here(str(error))


@pytest.fixture(scope="session")
def gateway(engine: Engine) -> str:
    """This machine's own address on the engine's bridge: nothing but containers of this machine is behind it."""
    return engine.docker(
        "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"
    ).strip()


@pytest.fixture(scope="session")
def telegram(gateway: str, ground: Path) -> Iterator[Telegram]:
    with telegram_in_thread(ground, host=gateway) as opened:
        yield opened


@pytest.fixture(scope="session")
def outside(stack: Stack, not_here: Callable[[str], NoReturn]) -> Iterator[tuple[str, str]]:
    """Host and port of a listener beyond this machine, as containers see it."""
    try:
        with other_host() as place:
            yield place
    except NoNamespaces as error:
        not_here(str(error))


@pytest.fixture(scope="session")
def crowd() -> Crowd:
    return Crowd()


@pytest.fixture(scope="session")
def stack(engine: Engine, programs: Tools, ground: Path, telegram: Telegram) -> Iterator[Stack]:
    """The production file with three backends, built and started as its operator does it."""
    folder = ground / "production"
    folder.mkdir()
    settings: dict[str, Any] = telegram.environment
    settings["TELEGRAM_DC_KEY"] = Path(settings["TELEGRAM_DC_KEY"]).read_text("ascii")
    made = Stack(engine, programs, folder, {**settings, "TCM_VERSION": "tested"})
    try:
        made.compose("build", "--quiet")
        made.up("--scale", "backend=3")
        made.wait_for_front(3)
        yield made
    finally:
        made.down()
