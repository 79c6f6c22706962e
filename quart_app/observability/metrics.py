"""What is counted and measured, in Prometheus' terms. No label can name a person or grow without bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

MOST_VALUES: Final = 200
MOST_PLUGINS: Final = 50
SECONDS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """One value: a metric's full name as Prometheus spells it, and its labels."""

    name: str
    labels: Mapping[str, str]
    value: float


class Bounded:
    """Passes on the first ``most`` different values of a label; what comes later is ``other``."""

    def __init__(self, most: int = MOST_VALUES) -> None:
        self._most = most
        self._known: set[str] = set()

    def __call__(self, value: str) -> str:
        if value not in self._known:
            if len(self._known) >= self._most:
                return "other"
            self._known.add(value)
        return value


class Metrics:
    """One app's metrics, in a registry of its own."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._routes, self._commands = Bounded(), Bounded()
        self._methods, self._outcomes, self._ends = Bounded(), Bounded(), Bounded(50)
        self._http = Histogram(
            "tcm_http_request_seconds", "Time to answer a request", ("method", "route", "status"),
            buckets=SECONDS, registry=registry,
        )  # fmt: skip
        self._runs = Histogram(
            "tcm_command_seconds", "Time that a command ran", ("command", "status"),
            buckets=SECONDS, registry=registry,
        )  # fmt: skip
        self._calls = Histogram(
            "tcm_telegram_call_seconds", "Time that Telegram took to answer", ("method", "outcome"),
            buckets=SECONDS, registry=registry,
        )  # fmt: skip
        self._floods = Counter(
            "tcm_telegram_flood_wait_seconds", "Seconds that Telegram asked us to wait", ("method",),
            registry=registry,
        )  # fmt: skip
        self._sockets = Gauge("tcm_sockets", "Open terminals", registry=registry)
        self._live = Gauge("tcm_telegram_live_sessions", "Connected Telegram sessions", registry=registry)
        self._ended = Counter(
            "tcm_telegram_sessions_ended",
            "Telegram sessions that ended, by reason",
            ("why",),
            registry=registry,
        )
        self._orphans = Counter(
            "tcm_telegram_orphans",
            "Sessions that nobody can open and that Telegram still lists",
            registry=registry,
        )
        self._audit = Counter(
            "tcm_audit_lost", "Acts that could not be written to the audit log", registry=registry
        )
        self._leases = Counter(
            "tcm_leases_lost", "Sessions given up because the lease was lost", registry=registry
        )
        self._plugins = Bounded(MOST_PLUGINS)
        self._plugin_runs = Histogram(
            "tcm_plugin_run_seconds", "Time that runs took in which a plugin's command had a part",
            ("plugin", "status"), buckets=SECONDS, registry=registry,
        )  # fmt: skip
        self._plugin_blocked = Counter(
            "tcm_plugin_blocked_seconds", "Time that a plugin's own thread did not answer", ("plugin",),
            registry=registry,
        )  # fmt: skip
        self._plugin_faults = Counter(
            "tcm_plugin_faults", "What plugins did that they should not", ("plugin", "kind"),
            registry=registry,
        )  # fmt: skip
        self._loop_blocked = Counter(
            "tcm_loop_blocked_seconds", "Time that the event loop stood still, and nobody was served",
            registry=registry,
        )  # fmt: skip

    def http_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """``route`` is the pattern, never the path that was asked for."""
        verb = method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
        self._http.labels(verb, self._routes(route), str(status)).observe(seconds)

    def command_finished(self, command: str, status: str, seconds: float) -> None:
        """Of a pipe, the command at its start counts."""
        name = command.partition("|")[0].strip()
        self._runs.labels(self._commands(name), status).observe(seconds)

    def telegram_call(self, method: str, outcome: str, seconds: float) -> None:
        """``outcome`` is ``ok`` or the name of the error."""
        self._calls.labels(self._methods(method), self._outcomes(outcome)).observe(seconds)

    def flood_wait(self, method: str, seconds: float) -> None:
        self._floods.labels(self._methods(method)).inc(seconds)

    def socket_opened(self) -> None:
        self._sockets.inc()

    def socket_closed(self) -> None:
        self._sockets.dec()

    def live_sessions(self, count: int) -> None:
        self._live.set(count)

    def session_ended(self, why: str) -> None:
        self._ended.labels(self._ends(why)).inc()

    def session_orphaned(self) -> None:
        self._orphans.inc()

    def audit_lost(self) -> None:
        self._audit.inc()

    def lease_lost(self) -> None:
        self._leases.inc()

    def plugins_ran(self, plugins: str, status: str, seconds: float) -> None:
        """``plugins`` as ``Finished`` has them: all of a pipe, each named once."""
        for plugin in filter(None, plugins.split(", ")):
            self._plugin_runs.labels(self._plugins(plugin), status).observe(seconds)

    def plugin_blocked(self, plugin: str, seconds: float) -> None:
        self._plugin_blocked.labels(self._plugins(plugin)).inc(seconds)

    def plugin_fault(self, plugin: str, kind: str) -> None:
        """``kind`` is one of a few words: see ``plugins.host.Observer``."""
        self._plugin_faults.labels(self._plugins(plugin), kind).inc()

    def loop_blocked(self, seconds: float) -> None:
        self._loop_blocked.inc(seconds)

    def samples(self) -> Iterator[Sample]:
        """Every value there is now, for the dashboard."""
        for family in self._registry.collect():
            for each in family.samples:
                yield Sample(each.name, each.labels, each.value)

    def exposition(self) -> bytes:
        """Prometheus' text format, version 0.0.4."""
        return generate_latest(self._registry)
