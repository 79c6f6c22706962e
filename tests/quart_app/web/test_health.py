"""Health, readiness and metrics: honest, quick, and with nobody's name in them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from quart import Quart

from quart_app.settings import Secret
from quart_app.storage.errors import StorageUnavailable
from quart_app.version import VERSION
from quart_app.web import health as module

BuildApp = Callable[..., Awaitable[Quart]]


async def _away() -> None:
    raise StorageUnavailable("ConnectionError")


async def _silent() -> None:
    await asyncio.Event().wait()


GONE = SimpleNamespace(ping=_away)


async def test_when_all_is_well_all_is_ok(app: Quart) -> None:
    response = await app.test_client().get("/health")
    health = await response.get_json()
    assert response.status_code == 200
    assert (health["status"], health["version"]) == ("ok", VERSION)
    assert {name: check["status"] for name, check in health["checks"].items()} == {
        "database": "ok",
        "redis": "ok",
        "telegram": "ok",
    }


@pytest.mark.parametrize(
    ("parts", "status", "code", "ready"),
    [
        ({"database": GONE}, "degraded", 200, 503),
        ({"limits": GONE}, "down", 503, 503),
        ({"limits": GONE, "database": GONE}, "down", 503, 503),
        ({"telegram": SimpleNamespace(health=lambda: {"status": "paused"})}, "degraded", 200, 200),
    ],
)
async def test_what_is_away_is_said(
    build_app: BuildApp, parts: dict[str, Any], status: str, code: int, ready: int
) -> None:
    client = (await build_app(parts=parts)).test_client()
    response = await client.get("/health")
    assert (response.status_code, (await response.get_json())["status"]) == (code, status)
    assert (await client.get("/health/ready")).status_code == ready
    assert (await client.get("/health/live")).status_code == 200


async def test_a_store_that_says_nothing_counts_as_away(
    build_app: BuildApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    app = await build_app(parts={"database": SimpleNamespace(ping=_silent)})
    health = await (await app.test_client().get("/health")).get_json()
    assert health["checks"]["database"] == {"status": "down"}


async def test_while_starting_or_stopping_it_is_not_ready(app: Quart) -> None:
    client = app.test_client()
    assert (await client.get("/health/ready")).status_code == 200
    app.extensions["readiness"].ready = False
    assert (await client.get("/health/ready")).status_code == 503
    del app.extensions["services"]
    response = await client.get("/health")
    assert (response.status_code, (await response.get_json())["status"]) == (503, "down")
    assert (await client.get("/health/live")).status_code == 200


def _peer(address: str, **headers: str) -> dict[str, Any]:
    return {"scope_base": {"client": (address, 4711)}, "headers": headers}


@pytest.mark.parametrize(
    ("asker", "status"),
    [
        (_peer("127.0.0.1"), 200),
        (_peer("::1"), 200),
        (_peer("198.51.100.1"), 403),
        (_peer("127.0.0.1", **{"X-Forwarded-For": "127.0.0.1"}), 403),
        (_peer("127.0.0.1", Forwarded="for=127.0.0.1"), 403),
        (_peer("198.51.100.1", **{"X-Forwarded-For": "127.0.0.1"}), 403),
        (_peer("198.51.100.1", Authorization="Bearer "), 403),
    ],
)
async def test_without_a_token_metrics_are_for_this_machine(
    app: Quart, asker: dict[str, Any], status: int
) -> None:
    assert (await app.test_client().get("/metrics", **asker)).status_code == status


async def test_with_the_token_they_are_read_from_elsewhere(build_app: BuildApp) -> None:
    client = (await build_app(metrics_token=Secret(b"of the metrics"))).test_client()
    right = await client.get("/metrics", **_peer("198.51.100.1", Authorization="Bearer of the metrics"))
    assert right.status_code == 200
    assert "tcm_" in await right.get_data(as_text=True)
    for wrong in ("Bearer of the metric", "of the metrics", "Bearer of the metrics "):
        response = await client.get("/metrics", **_peer("198.51.100.1", Authorization=wrong))
        assert response.status_code == 403


async def test_where_there_is_a_token_this_machine_needs_it_too(build_app: BuildApp) -> None:
    """A proxy on this machine that adds no headers looks like this machine itself."""
    client = (await build_app(metrics_token=Secret(b"of the metrics"))).test_client()
    for headers, status in (
        ({}, 403),
        ({"Authorization": "Bearer wrong"}, 403),
        ({"Authorization": "Bearer of the metrics"}, 200),
        ({"Authorization": "bearer of the metrics"}, 200),
        ({"Authorization": "Basic of the metrics"}, 403),
    ):
        assert (await client.get("/metrics", **_peer("127.0.0.1", **headers))).status_code == status
