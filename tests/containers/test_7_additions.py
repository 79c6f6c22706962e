"""What may be added to an installation: its numbers in Prometheus, and a certificate by ACME."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import httpx
import pytest
import yaml  # type: ignore[import-untyped]
from cryptography import x509

from tests.containers.acme_server import NoAuthority, authority
from tests.containers.engine import Engine
from tests.containers.stack import Stack
from tests.containers.test_4_use import served
from tests.containers.tools import Tools
from tests.product.caller import Browser
from tests.product.person import Crowd
from tests.product.process import ROOT
from tests.product.telegram import Telegram
from tests.servers.redis import free_port

DOMAIN = "chat.example.org"
BOARD = ROOT / "deploy" / "grafana" / "dashboards" / "telegram-chat-manager.json"
RULES = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())["groups"][0]["rules"]
QUIET = ("What Telegram answers that is no answer", "Flood waits", "Plugins: ")
"""Panels, by how their titles begin, that show nothing while nothing is amiss and no plugin is there."""


class Added(Stack):
    """The production file and the two that may be added to it."""

    def compose(self, *arguments: str, check: bool = True):  # type: ignore[no-untyped-def]
        files = ("docker-compose.yml", "deploy/compose/metrics.yml", "deploy/compose/acme.yml", "trust.yml")
        named = [part for file in files for part in ("--file", file)]
        return super().compose(*named, *arguments, check=check)


@pytest.fixture(scope="module")
def added(engine: Engine, programs: Tools, ground: Path, stack: Stack) -> Iterator[Added]:
    """From nothing, with Prometheus from its first start. Grafana's image can't be made of Debian's packages."""
    folder = ground / "added"
    folder.mkdir()
    settings = {
        "BACKENDS": "2",
        "DOMAIN": DOMAIN,
        "EMAIL": "somebody@example.org",
        "PROMETHEUS_PORT": str(free_port()),
    }
    made = Added(engine, programs, folder, {**stack.environment, **settings})
    (folder / "trusted.pem").touch()
    trust = {
        "environment": {"REQUESTS_CA_BUNDLE": "/trusted.pem"},
        "volumes": ["./trusted.pem:/trusted.pem:ro,z"],
    }
    (folder / "trust.yml").write_text(json.dumps({"services": {"acme": trust}}))
    try:
        made.up("nginx", "prometheus")
        made.wait_for_front(2)
        yield made
    finally:
        made.down()


class Prometheus:
    def __init__(self, added: Added) -> None:
        self._url = f"http://127.0.0.1:{added.environment['PROMETHEUS_PORT']}/api/v1"

    def get(self, path: str, **query: str) -> Any:
        answer = httpx.get(f"{self._url}/{path}", params=query, trust_env=False, timeout=20).json()
        assert answer["status"] == "success", answer
        assert not answer.get("warnings"), answer
        return answer["data"]

    def values(self, expression: str) -> list[float]:
        return [float(each["value"][1]) for each in self.get("query", query=expression)["result"]]

    def wait(self, expression: str, holds: Callable[[list[float]], bool], seconds: float = 120) -> None:
        """It starts beside the rest, and asks every 15 seconds."""
        deadline = time.monotonic() + seconds
        values: list[float] = []
        while True:
            with suppress(httpx.TransportError):
                if holds(values := self.values(expression)):
                    return
            assert time.monotonic() < deadline, (expression, values)
            time.sleep(1)


async def use(added: Added, person: Browser) -> None:
    invite = added.inside("backend", "python", "-m", "quart_app", "admin", "invite").stdout.strip()
    await person.fill_in("/register", **person.person.credentials, invite=invite)
    await person.log_in()
    await person.open_session()
    async with person.terminal() as terminal:
        await terminal.hello()
        assert len((await terminal.run("list 5")).rows) == 5


async def test_prometheus_asks_each_backend_and_the_dashboard_has_something_to_show(
    added: Added, crowd: Crowd, telegram: Telegram
) -> None:
    prometheus = Prometheus(added)
    await asyncio.to_thread(prometheus.wait, "up", lambda values: values == [1, 1])
    browser = Browser(added.url, crowd.person(), tls=added.tls())
    try:
        await use(added, browser)
        await asyncio.to_thread(prometheus.wait, "sum(tcm_telegram_live_sessions)", lambda seen: seen == [1])
    finally:
        await browser.end()
        await browser.close()
    ended = "count(tcm_telegram_sessions_ended_total)"
    await asyncio.to_thread(prometheus.wait, ended, lambda seen: seen == [1])
    # A rate needs two points.
    once_more = "min(count_over_time(tcm_telegram_sessions_ended_total[5m]))"
    await asyncio.to_thread(prometheus.wait, once_more, lambda seen: seen >= [2])
    asked = [
        (panel["title"], target["expr"])
        for panel in json.loads(BOARD.read_text())["panels"]
        for target in panel["targets"]
    ]
    empty = [(title, expression) for title, expression in asked if not prometheus.values(expression)]
    assert [each for each in empty if not each[0].startswith(QUIET)] == []
    assert prometheus.values("tcm_imagined_total") == [], "an empty answer can be told from one that is not"


def test_prometheus_has_read_the_alerts_and_none_rings(added: Added) -> None:
    prometheus = Prometheus(added)
    (group,) = prometheus.get("rules")["groups"]
    assert {rule["name"]: rule["health"] for rule in group["rules"]} == {
        rule["alert"]: "ok" for rule in RULES
    }
    firing = {
        each["labels"]["alertname"]
        for each in prometheus.get("alerts")["alerts"]
        if each["state"] == "firing"
    }
    assert firing <= {"LoopBlocked"}, "on a busy machine a worker may really have stood still"


def test_a_backend_that_stops_without_a_word_rings(added: Added) -> None:
    """Pending counts: that it rings after two minutes is what promtool sees."""
    paused, *_ = added.ids("backend")
    added.engine.docker("pause", paused)
    try:
        Prometheus(added).wait('ALERTS{alertname="BackendAway"}', lambda seen: seen == [1])
    finally:
        added.engine.docker("unpause", paused)
    deadline = time.monotonic() + 120
    while added.inspect(paused)["State"]["Health"]["Status"] != "healthy":
        assert time.monotonic() < deadline, added.log("backend")[-3000:]
        time.sleep(1)


async def test_a_certificate_by_acme_comes_is_renewed_and_is_shown(
    added: Added, gateway: str, tmp_path: Path, not_here: Callable[[str], NoReturn]
) -> None:
    try:
        with authority(tmp_path, gateway, urlsplit(added.plain).port or 80) as (server, trusted):
            (added.folder / "trusted.pem").write_bytes(trusted.read_bytes())
            added.environment["ACME_SERVER"] = server
            first = served(added)
            await asyncio.to_thread(added.up, "--no-recreate", "acme")
            assert len(added.ids("backend")) == 2, "what is added takes no backend away"
            second = await another(added, first)
            assert names(second) == [DOMAIN]
            force = ("certbot", "renew", "--force-renewal", "--no-random-sleep-on-renew")
            await asyncio.to_thread(added.inside, "acme", *force)
            await asyncio.to_thread(added.compose, "restart", "acme")
            third = await another(added, second)
            assert names(third) == [DOMAIN]
    except NoAuthority as error:
        not_here(str(error))


async def another(added: Added, than: str) -> str:
    """The next certificate that the front shows."""
    try:
        async with asyncio.timeout(90):
            while (now := await asyncio.to_thread(served, added)) == than:
                await asyncio.sleep(0.5)
    except TimeoutError:
        raise AssertionError(added.log("acme")) from None
    return now


def names(certificate: str) -> list[str]:
    loaded = x509.load_pem_x509_certificate(certificate.encode())
    extension = loaded.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return extension.value.get_values_for_type(x509.DNSName)
