"""What the files of containers say agrees with the code, and keeps its promises; no engine is needed to see it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest
import yaml  # type: ignore[import-untyped]
from prometheus_client.parser import text_string_to_metric_families

from quart_app.observability.metrics import Metrics
from quart_app.version import VERSION
from quart_app.web.headers import STRICT_TRANSPORT
from tests.contracts.test_repository import documented

ROOT = Path(__file__).resolve().parents[2]
LASTING = ("backend", "nginx", "postgres", "redis")
DASHBOARD = ROOT / "deploy" / "grafana" / "dashboards" / "telegram-chat-manager.json"


def read(name: str) -> dict[str, Any]:
    return cast(dict[str, Any], yaml.safe_load((ROOT / name).read_text("utf-8")))


PRODUCTION = read("docker-compose.yml")["services"]
SETTINGS = re.compile(r"[A-Z][A-Z_]+")


@pytest.mark.parametrize("name", PRODUCTION)
def test_every_container_is_hardened_and_bounded(name: str) -> None:
    service = PRODUCTION[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["ulimits"]["core"] == 0
    assert service["memswap_limit"] == service["mem_limit"], "no swap"
    assert service["pids_limit"]
    assert service["cpus"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_has_time_to_stop_and_is_asked_how_it_is(name: str) -> None:
    service = PRODUCTION[name]
    assert service["stop_grace_period"] == "30s"
    assert service["restart"] == "unless-stopped"
    assert name == "backend" or service["healthcheck"]["test"][0] == "CMD"


def test_only_the_front_is_published() -> None:
    assert [name for name, service in PRODUCTION.items() if "ports" in service] == ["nginx"]


def test_stores_are_alone_with_those_who_need_them() -> None:
    networks = read("docker-compose.yml")["networks"]
    assert {name for name, one in networks.items() if one.get("internal")} == {"web", "cache", "database"}
    assert set(PRODUCTION["redis"]["networks"]) == {"cache"}
    assert set(PRODUCTION["postgres"]["networks"]) == {"database"}
    assert "telegram" in PRODUCTION["backend"]["networks"]
    assert not {"cache", "database", "telegram"} & set(PRODUCTION["nginx"]["networks"])


def test_no_secret_is_passed_as_a_variable() -> None:
    given = PRODUCTION["backend"]["environment"]
    assert {f"{name}_FILE" for name in ("SECRET_KEY", "PEPPER", "DATABASE_URL", "REDIS_URL")} <= given.keys()
    assert not {"SECRET_KEY", "PEPPER", "DATABASE_URL", "REDIS_URL", "TELEGRAM_API_HASH"} & given.keys()


@pytest.mark.parametrize("file", ["docker-compose.yml", "docker-compose.dev.yml"])
def test_backends_are_told_of_settings_that_exist(file: str) -> None:
    given = {name.removesuffix("_FILE") for name in read(file)["services"]["backend"]["environment"]}
    assert given - {"PYTHONPATH"} <= documented().keys() | {"SECRET_KEY_PREVIOUS", "PEPPER_PREVIOUS"}


def test_the_kustomization_tells_them_of_settings_that_exist() -> None:
    (settings,) = read("deploy/kubernetes/kustomization.yaml")["configMapGenerator"]
    assert {line.partition("=")[0] for line in settings["literals"]} <= documented().keys()


def test_every_port_for_development_is_this_machines_alone() -> None:
    services = read("docker-compose.dev.yml")["services"]
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_image_has_the_version_of_the_code() -> None:
    assert f"ARG VERSION={VERSION}\n" in (ROOT / "Dockerfile").read_text("utf-8")
    (image,) = read("deploy/kubernetes/kustomization.yaml")["images"]
    assert image["newTag"] == VERSION


def test_the_front_says_of_tls_what_the_app_says() -> None:
    assert f'"{STRICT_TRANSPORT}" always' in (ROOT / "nginx" / "headers.conf").read_text("utf-8")


def test_nothing_goes_to_the_builder_unless_it_is_named() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert next(line for line in lines if not line.startswith("#")) == "*"
    assert not [line for line in lines if line.startswith(("!secrets", "!.env", "!var", "!.git", "!."))]


def test_redis_keeps_nothing() -> None:
    lines = set((ROOT / "deploy" / "redis" / "redis.conf").read_text("utf-8").splitlines())
    assert {'save ""', "appendonly no", "maxmemory-policy noeviction"} <= lines
    assert not PRODUCTION["redis"]["volumes"][0].startswith("database")


def names_of_metrics() -> set[str]:
    """Samples as Prometheus stores them, also of counters and histograms that have counted nothing yet."""
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
    families = text_string_to_metric_families(Metrics().exposition().decode())
    return {f"{each.name}{suffix}" for each in families for suffix in suffixes[each.type]} | {"up"}


def names_asked_for(text: str) -> set[str]:
    return set(re.findall(r"\b(?:tcm|process)_[a-z_]+", text))


@pytest.mark.parametrize("file", [DASHBOARD, ROOT / "deploy" / "prometheus" / "alerts.yml"])
def test_dashboard_and_alerts_ask_for_metrics_that_exist(file: Path) -> None:
    asked = names_asked_for(file.read_text("utf-8"))
    assert len(asked) > 5
    assert asked <= names_of_metrics()


def test_every_metric_of_ours_is_on_the_dashboard() -> None:
    shown = names_asked_for(DASHBOARD.read_text("utf-8"))
    families = text_string_to_metric_families(Metrics().exposition().decode())
    ours = {family.name for family in families if re.match("tcm_(?!.*_created$)", family.name)}
    assert {name for name in ours if not any(each.startswith(name) for each in shown)} == set()


def test_the_dashboard_can_be_imported() -> None:
    board = json.loads(DASHBOARD.read_text("utf-8"))
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids)) > 10
    assert all(panel["targets"] for panel in board["panels"])


def test_every_alert_has_its_paragraph_for_the_operator() -> None:
    operations = (ROOT / "docs" / "OPERATIONS.md").read_text("utf-8")
    (group,) = read("deploy/prometheus/alerts.yml")["groups"]
    alerts = [rule["alert"] for rule in group["rules"]]
    assert [alert for alert in alerts if f"`{alert}`" not in operations] == []


def test_every_alert_is_tried_once_ringing_and_once_silent() -> None:
    (group,) = read("deploy/prometheus/alerts.yml")["groups"]
    tried = [
        rule
        for test in read("deploy/prometheus/alerts.test.yml")["tests"]
        for rule in test["alert_rule_test"]
    ]
    alerts = {rule["alert"] for rule in group["rules"]}
    assert {rule["alertname"] for rule in tried if rule["exp_alerts"]} == alerts
    assert {rule["alertname"] for rule in tried if not rule["exp_alerts"]} == alerts
