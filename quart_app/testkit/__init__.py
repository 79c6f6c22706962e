"""A pytest plugin for authors of plugins: a demo Telegram with a signed-in account, and a terminal to type into.

Installed with the app (``pytest11``). Until a test asks for ``telegram`` or ``terminal`` nothing but this file is
imported. No Redis, no PostgreSQL, no web server: fixtures are plain functions, so that no other plugin is needed.
How to use them: docs/PLUGINS.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from quart_app.testkit.telegram import Telegram
    from quart_app.testkit.terminal import Terminal
    from quart_app.testkit.thread import LoopThread

OPTION = "chat_manager_plugins"
MARKER = "telegram(chats=60, seed=1): how large the demo Telegram of this test is, and which one"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        OPTION, "modules whose commands the fixture terminal knows beside the built-ins", type="args"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="session")
def _chat_manager_loop() -> Iterator[LoopThread]:
    """Telegram and terminal live on a thread of their own, whatever the tests do with theirs."""
    from quart_app.testkit.thread import loop_thread

    with loop_thread() as thread:
        yield thread


@pytest.fixture
def telegram(_chat_manager_loop: LoopThread, request: pytest.FixtureRequest) -> Iterator[Telegram]:
    """A demo data centre for this test alone, with an account signed in that has 60 chats.

    ``@pytest.mark.telegram(chats=500, seed=7)`` asks for another world: 10 to 10,000 chats.
    """
    from quart_app.testkit.telegram import open_telegram

    marker = request.node.get_closest_marker("telegram")
    with open_telegram(_chat_manager_loop, **(marker.kwargs if marker else {})) as opened:
        yield opened


@pytest.fixture
def terminal(telegram: Telegram, pytestconfig: pytest.Config) -> Iterator[Terminal]:
    """Types a line for that account: ``terminal("list | count")`` returns what was shown.

    It knows the built-ins and the modules named by the setting ``chat_manager_plugins``; each of these gets every
    capability that it declares. One that can't be loaded fails the test.
    """
    from quart_app.testkit.terminal import Terminal

    with closing(Terminal(telegram)) as made:
        for module in pytestconfig.getini(OPTION):
            made.load(module)
        yield made
