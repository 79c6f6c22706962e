"""JSON answers, written by orjson."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from quart import Response


def iso_time(seconds: float) -> str:
    """Unix seconds as every time in our JSON: ISO 8601, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def json_answer(document: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, content_type="application/json")
