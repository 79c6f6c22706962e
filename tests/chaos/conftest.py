"""Stores and a data centre for each bed: what one storm has left is no concern of the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos.bed import Ground
from tests.product.telegram import telegram_in_thread
from tests.servers.postgres import Databases
from tests.servers.redis import own_redis

HERE = Path(__file__).parent
SAID = pytest.StashKey[list[str]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.chaos)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SAID] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for text in config.stash[SAID]:
        terminalreporter.write_line(f"CHAOS: {text}", bold=True)


@pytest.fixture
def say(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """For the summary."""
    return pytestconfig.stash[SAID].append


@pytest.fixture
def ground(tmp_path: Path, databases: Databases, migrated_template: str) -> Iterator[Ground]:
    url = databases.make(template=migrated_template)
    with own_redis() as redis, telegram_in_thread(tmp_path, chats=260) as telegram:
        yield Ground(tmp_path / "fleet", url, redis, telegram)
    databases.drop(url)
