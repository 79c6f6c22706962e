"""A prompt over a Telegram in memory: our commands are tested by typing them."""

from __future__ import annotations

import pytest

from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram


@pytest.fixture
def telegram() -> MemoryTelegram:
    return MemoryTelegram.world()


@pytest.fixture
def terminal(telegram: MemoryTelegram) -> LineTerminal:
    return LineTerminal(telegram)
