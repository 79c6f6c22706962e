"""A pytest plugin for authors of plugins: a demo Telegram with a signed-in account, and a terminal to type into.

Installed with the app (``pytest11``). Until a test asks for ``telegram`` or ``terminal`` nothing but this file is
imported. No Redis, no PostgreSQL, no web server: fixtures are plain functions, so that no other plugin is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from quart_app.testkit.telegram import Telegram
    from quart_app.testkit.terminal import Terminal
    from quart_app.testkit.thread import LoopThread

OPTION = "chat_manager_plugins"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        OPTION, "modules whose commands the fixture terminal knows beside the built-ins", type="args"
    )


@pytest.fixture(scope="session")
def _chat_manager_loop() -> Iterator[LoopThread]:
    """Telegram and terminal live on a thread of their own, whatever the tests do with theirs."""
    from quart_app.testkit.thread import loop_thread

    with loop_thread() as thread:
        yield thread


@pytest.fixture
def telegram(_chat_manager_loop: LoopThread) -> Iterator[Telegram]:
    """A demo data centre for this test alone, with an account signed in that has 60 chats."""
    from quart_app.testkit.telegram import open_telegram

    with open_telegram(_chat_manager_loop) as opened:
        yield opened


@pytest.fixture
def terminal(telegram: Telegram, pytestconfig: pytest.Config) -> Terminal:
    """Types a line for that account: ``terminal("list | count")`` returns what was shown.

    It knows the built-ins and the modules named by the setting ``chat_manager_plugins``; each of these gets every
    capability that it declares. One that can't be loaded fails the test.
    """
    from quart_app.testkit.terminal import Terminal

    made = Terminal(telegram)
    for module in pytestconfig.getini(OPTION):
        made.load(module)
    return made
