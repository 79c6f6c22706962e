"""The dashboard's board as its page, its script and other programs read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import BaseModel, Field

from quart_app.administration.board import Board
from quart_app.administration.figures import quantile_ms
from quart_app.web.json_answers import iso_time

MOST_METHODS: Final = 12
MOST_KINDS: Final = 12
_SHARE: Final = 0.95


class MinuteAnswer(BaseModel):
    """What one minute brought; ``at`` is its end."""

    at: str
    commands: int
    slowest_ms: float


class CallsAnswer(BaseModel):
    """Of one method of Telegram's."""

    method: str
    ok: int
    failed: int
    wait_seconds: int


class ErrorAnswer(BaseModel):
    """A kind of error, such as ``telegram FloodWaitError``."""

    kind: str
    count: int


class BoardAnswer(BaseModel):
    """Counts of all workers together since they started; milliseconds are 95th percentiles."""

    terminals: int
    live_sessions: int
    requests: int
    answer_ms: float
    commands: int
    command_ms: float
    failed_percent: float
    minutes: list[MinuteAnswer]
    calls: Annotated[list[CallsAnswer], Field(description="The most asked for first.")]
    errors: list[ErrorAnswer]
    workers: Annotated[dict[str, int], Field(description="Live sessions by worker.")]


def board_answer(board: Board, workers: Mapping[str, int]) -> BoardAnswer:
    figures = board.figures
    calls = sorted(figures.calls.items(), key=lambda item: -(item[1].ok + item[1].failed))
    errors = sorted(figures.errors.items(), key=lambda item: -item[1])
    return BoardAnswer(
        terminals=figures.sockets,
        live_sessions=figures.live_sessions,
        requests=figures.requests,
        answer_ms=quantile_ms(figures.answers, _SHARE),
        commands=sum(figures.commands.values()),
        command_ms=quantile_ms(figures.runs, _SHARE),
        failed_percent=round(100 * figures.failed_share, 1),
        minutes=[
            MinuteAnswer(at=iso_time(minute.at), commands=minute.commands, slowest_ms=minute.slowest_ms)
            for minute in board.minutes
        ],
        calls=[
            CallsAnswer(method=method, ok=one.ok, failed=one.failed, wait_seconds=round(one.wait_seconds))
            for method, one in calls[:MOST_METHODS]
        ],
        errors=[ErrorAnswer(kind=kind, count=count) for kind, count in errors[:MOST_KINDS]],
        workers=dict(workers),
    )
