"""What each request leaves behind: a number in the metrics and one line in the log, with no path, query or person."""

from __future__ import annotations

import logging
import time
from typing import Final

from quart import Quart, Response, g, request

from quart_app.observability.context import bind_request
from quart_app.web.current import known_services

logger = logging.getLogger(__name__)
_QUIET: Final = ("health.", "static")


def install(app: Quart) -> None:
    app.before_request(_begin)
    app.before_websocket(_begin)
    app.after_request(_end)


async def _begin() -> None:
    g.started = time.perf_counter()
    bind_request()


async def _end(response: Response) -> Response:
    """The route's pattern stands for the path: a path may hold a ticket."""
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    route = request.url_rule.rule if request.url_rule is not None else "none"
    services = known_services()
    if services is not None:
        services.metrics.http_request(request.method, route, response.status_code, seconds)
    if not (request.endpoint or "").startswith(_QUIET):
        about = {
            "method": request.method,
            "route": route,
            "status": response.status_code,
            "seconds": round(seconds, 4),
        }
        logger.info("request", extra=about)
    return response
