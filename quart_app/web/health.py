"""Whether the application lives, is ready for work, and what of it is away; and its metrics."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal

from quart import Blueprint, Response, current_app, request

from quart_app.storage.errors import StorageUnavailable
from quart_app.version import VERSION
from quart_app.web.client_address import is_direct_loopback
from quart_app.web.current import services, settings
from quart_app.web.host import host_allowed
from quart_app.web.json_answers import json_answer
from quart_app.web.limits import PROBES, per_minute
from quart_app.web.problems import Problem

blueprint: Final = Blueprint("health", __name__)
Status = Literal["ok", "degraded", "down"]
PATIENCE: Final = 1.5
"""Seconds a store has to answer before it counts as away."""


@blueprint.get("/health")
@per_minute(PROBES)
async def health() -> Response:
    """The whole picture. 200 while open terminals can be served, which takes Redis but not the database."""
    checks = await run_checks()
    status = overall(checks)
    answer = {"status": status, "version": VERSION, "checks": checks}
    return json_answer(answer, 503 if status == "down" else 200)


@blueprint.get("/health/live")
@per_minute(PROBES)
async def live() -> Response:
    """That the loop turns."""
    return json_answer({"status": "ok"})


@blueprint.get("/health/ready")
@per_minute(PROBES)
async def ready() -> Response:
    """Whether new requests should be sent here: not while starting or stopping, nor without a store."""
    if not is_ready():
        return json_answer({"status": "down"}, 503)
    database, redis = await asyncio.gather(_check(_database), _check(_redis))
    up = database["status"] == redis["status"] == "ok"
    return json_answer({"status": "ok" if up else "down"}, 200 if up else 503)


@blueprint.get("/metrics")
@per_minute(PROBES)
async def metrics() -> Response:
    """For Prometheus: with METRICS_TOKEN; where none is set, from this machine without a proxy in between."""
    if not _may_read_metrics():
        raise Problem(403, "forbidden", "Metrics take the token of METRICS_TOKEN.")
    return Response(services().metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


async def run_checks() -> dict[str, dict[str, Any]]:
    """Each with ``status`` ``ok`` or ``down``; none with an id, an address or a secret."""
    if "services" not in current_app.extensions:
        return {name: {"status": "down"} for name in ("database", "redis", "telegram")}
    database, redis = await asyncio.gather(_check(_database), _check(_redis))
    return {"database": database, "redis": redis, "telegram": services().telegram.health()}


def overall(checks: dict[str, dict[str, Any]]) -> Status:
    if checks["redis"]["status"] != "ok":
        return "down"
    return "ok" if all(check.get("status", "ok") == "ok" for check in checks.values()) else "degraded"


def is_ready() -> bool:
    """As the lifecycle says; before it says anything, no."""
    readiness = current_app.extensions.get("readiness")
    return readiness is not None and bool(readiness.ready) and "services" in current_app.extensions


async def _check(ask: Callable[[], Awaitable[object]]) -> dict[str, Any]:
    try:
        async with asyncio.timeout(PATIENCE):
            await ask()
    except (StorageUnavailable, TimeoutError):
        return {"status": "down"}
    return {"status": "ok"}


async def _database() -> None:
    await services().database.ping()


async def _redis() -> None:
    await services().limits.ping()


def _may_read_metrics() -> bool:
    token = settings().metrics_token
    if token is not None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        is_right = hmac.compare_digest(given.encode("utf-8", "replace"), token.reveal())
        return is_right and scheme.lower() == "bearer"
    return is_direct_loopback() and host_allowed(request.headers.get("Host", ""))
