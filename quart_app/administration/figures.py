"""The figures of the dashboard, read from a worker's metrics: counts only, and no label can name a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from quart_app.observability.metrics import Sample

Buckets = dict[str, float]
"""How many took at most so many seconds, as Prometheus counts: each bucket holds those before it."""


@dataclass(slots=True)
class Calls:
    """Of one method of Telegram's: answered, failed, and how long we were told to wait."""

    ok: int = 0
    failed: int = 0
    wait_seconds: float = 0.0


@dataclass(slots=True)
class Figures:
    """Since the workers started; ``answers`` and ``runs`` are of requests and of commands."""

    sockets: int = 0
    live_sessions: int = 0
    requests: int = 0
    answers: Buckets = field(default_factory=dict)
    commands: dict[str, int] = field(default_factory=dict)
    """By how they ended."""
    runs: Buckets = field(default_factory=dict)
    calls: dict[str, Calls] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    """By kind: ``http 503``, ``telegram FloodWaitError``, ``command error``, ``plugin blocked`` and so on."""

    @property
    def failed_share(self) -> float:
        """Of all commands, from 0 to 1."""
        ran = sum(self.commands.values())
        return 0.0 if not ran else (ran - self.commands.get("ok", 0)) / ran


def read_figures(samples: Iterable[Sample]) -> Figures:
    """Of one worker's metrics."""
    figures = Figures()
    for sample in samples:
        reader = _READERS.get(sample.name)
        if reader is not None:
            reader(figures, sample.labels, sample.value)
    return figures


def _requests(figures: Figures, labels: Mapping[str, str], value: float) -> None:
    figures.requests += int(value)
    if labels["status"] >= "500":
        add(figures.errors, f"http {labels['status']}", int(value))


def _answers(figures: Figures, labels: Mapping[str, str], value: float) -> None:
    add(figures.answers, labels["le"], value)


def _commands(figures: Figures, labels: Mapping[str, str], value: float) -> None:
    add(figures.commands, labels["status"], int(value))
    if labels["status"] in ("error", "unknown"):
        add(figures.errors, f"command {labels['status']}", int(value))


def _runs(figures: Figures, labels: Mapping[str, str], value: float) -> None:
    add(figures.runs, labels["le"], value)


def _calls(figures: Figures, labels: Mapping[str, str], value: float) -> None:
    calls = figures.calls.setdefault(labels["method"], Calls())
    if labels["outcome"] == "ok":
        calls.ok += int(value)
    else:
        calls.failed += int(value)
        add(figures.errors, f"telegram {labels['outcome']}", int(value))


def _waits(figures: Figures, labels: Mapping[str, str], value: float) -> None:
    figures.calls.setdefault(labels["method"], Calls()).wait_seconds += value


def _faults(figures: Figures, labels: Mapping[str, str], value: float) -> None:
    add(figures.errors, f"plugin {labels['kind']}", int(value))


def _sockets(figures: Figures, _labels: Mapping[str, str], value: float) -> None:
    figures.sockets += int(value)


def _live(figures: Figures, _labels: Mapping[str, str], value: float) -> None:
    figures.live_sessions += int(value)


_READERS: Final[Mapping[str, Callable[[Figures, Mapping[str, str], float], None]]] = {
    "tcm_http_request_seconds_count": _requests,
    "tcm_http_request_seconds_bucket": _answers,
    "tcm_command_seconds_count": _commands,
    "tcm_command_seconds_bucket": _runs,
    "tcm_telegram_call_seconds_count": _calls,
    "tcm_telegram_flood_wait_seconds_total": _waits,
    "tcm_plugin_faults_total": _faults,
    "tcm_sockets": _sockets,
    "tcm_telegram_live_sessions": _live,
}


def add(counts: dict[str, Any], name: str, value: float) -> None:
    counts[name] = counts.get(name, 0) + value


def quantile_ms(buckets: Buckets, share: float) -> float:
    """Milliseconds that ``share`` of all stayed under, by the bucket's upper end; 0 where there were none."""
    total = buckets.get("+Inf", 0)
    for end, count in sorted(buckets.items(), key=lambda item: float(item[0])):
        if total and count >= share * total:
            return min(float(end), 30.0) * 1000
    return 0.0
