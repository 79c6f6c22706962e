"""JSON answers, written by orjson."""

from __future__ import annotations

from typing import Any

import orjson
from quart import Response


def json_answer(document: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, content_type="application/json")
