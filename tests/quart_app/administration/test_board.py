"""Figures of several workers, added up through a real Redis, and nothing in them that names anybody."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from quart_app.administration.board import KEPT_SECONDS, Minute, Publisher, read_board
from quart_app.administration.figures import Calls, quantile_ms, read_figures
from quart_app.observability.metrics import Metrics
from quart_app.storage import keys


def worked(commands: int) -> Metrics:
    metrics = Metrics()
    metrics.socket_opened()
    metrics.live_sessions(2)
    metrics.http_request("GET", "/terminal", 200, 0.004)
    metrics.http_request("GET", "/terminal", 503, 0.004)
    metrics.telegram_call("messages.getDialogs", "ok", 0.1)
    metrics.telegram_call("messages.getDialogs", "FloodWaitError", 0.1)
    metrics.flood_wait("messages.getDialogs", 37)
    for at in range(commands):
        metrics.command_finished("list", "ok" if at else "error", 0.02)
    return metrics


def test_a_workers_metrics_are_read() -> None:
    figures = read_figures(worked(10).samples())
    assert (figures.sockets, figures.live_sessions, figures.requests) == (1, 2, 2)
    assert figures.commands == {"ok": 9, "error": 1}
    assert figures.failed_share == pytest.approx(0.1)
    assert figures.calls == {"messages.getDialogs": Calls(ok=1, failed=1, wait_seconds=37.0)}
    assert figures.errors == {"http 503": 1, "telegram FloodWaitError": 1, "command error": 1}
    assert quantile_ms(figures.runs, 0.95) == 25.0
    assert quantile_ms({}, 0.95) == 0.0


async def test_what_all_workers_count_is_added_up(redis: Redis) -> None:
    now = 1_000_000.0
    busy = worked(10)
    publishers = [
        Publisher(redis, "aa", busy.samples, lambda: now),
        Publisher(redis, "bb", worked(5).samples, lambda: now),
    ]
    for publisher in publishers:
        await publisher.publish()
    board = await read_board(redis)
    assert board.minutes == []
    assert (board.figures.sockets, board.figures.requests) == (2, 4)
    assert board.figures.commands == {"ok": 13, "error": 2}
    assert board.figures.calls["messages.getDialogs"] == Calls(ok=2, failed=2, wait_seconds=74.0)

    now += 60
    busy.command_finished("list", "ok", 2.0)
    for publisher in publishers:
        await publisher.publish()
    assert (await read_board(redis)).minutes == [Minute(at=1_000_020, commands=16, slowest_ms=2500.0)]
    assert 0 < await redis.ttl(keys.figures("aa")) <= KEPT_SECONDS


async def test_without_any_worker_there_is_nothing(redis: Redis) -> None:
    board = await read_board(redis)
    assert (board.figures.requests, board.minutes) == (0, [])
