"""A loop that stands still serves nobody: somebody outside of it has to notice, and says where it stands."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from plugins.watchdog import LoopWatch, watching


async def test_the_apps_own_loop_is_watched_too(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("plugins.watchdog.BLOCKED_SECONDS", 10.0)
    blocked: list[float] = []

    def said() -> list[logging.LogRecord]:
        return [each for each in caplog.records if "nobody is served" in each.message]

    with (
        caplog.at_level(logging.ERROR),
        watching([], LoopWatch(asyncio.get_running_loop(), blocked.append), seconds=0.02),
    ):
        await asyncio.sleep(0.1)
        assert blocked == []
        monkeypatch.setattr("plugins.watchdog.BLOCKED_SECONDS", 0.1)
        deadline = time.monotonic() + 30
        while not said() and time.monotonic() < deadline:
            time.sleep(0.02)
        monkeypatch.setattr("plugins.watchdog.BLOCKED_SECONDS", 10.0)
        await asyncio.sleep(0.1)
    assert blocked
    (record,) = said()
    assert "test_the_apps_own_loop_is_watched_too" in record.message
