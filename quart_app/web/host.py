"""Under which names this server answers: PUBLIC_URL's and, on the machine itself, those of loopback.

A page of another site whose own name suddenly means our address is served from there, to the browser's mind, and may
read what we answer: it must get nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from quart import Quart, has_request_context, request, websocket

from quart_app.web.current import settings
from quart_app.web.problems import Problem

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
BY_ANY_NAME: Final = frozenset({"/health", "/health/live", "/health/ready", "/metrics"})
"""Probes and collectors ask by a container's address. Of these, /metrics has a rule of its own."""
_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")


def name_of(host: str) -> str | None:
    """The name in a Host header, in lower case and without port; None if it has none."""
    found = _HOST.fullmatch(host.lower())
    return found[1] if found else None


def host_allowed(host: str, names: Collection[str] = LOOPBACK) -> bool:
    return name_of(host) in names


def own_names() -> frozenset[str]:
    public = name_of(urlsplit(settings().public_url).netloc)
    return LOOPBACK if public is None else LOOPBACK | {public}


async def check_host() -> None:
    """Before every request and handshake."""
    asked = request if has_request_context() else websocket
    if asked.path in BY_ANY_NAME or host_allowed(asked.headers.get("Host", ""), own_names()):
        return
    raise Problem(
        421, "host", "This server does not answer under this name. Its operator sets it: PUBLIC_URL."
    )


def install(app: Quart) -> None:
    app.before_request(check_host)
    app.before_websocket(check_host)
