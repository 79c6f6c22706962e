"""What a request may be wrapped in, and the request itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from telethon import functions

WRAPPERS: Final[tuple[type[Any], ...]] = (
    functions.InvokeWithLayerRequest,
    functions.InitConnectionRequest,
    functions.InvokeWithoutUpdatesRequest,
    functions.InvokeAfterMsgRequest,
    functions.InvokeAfterMsgsRequest,
    functions.InvokeWithMessagesRangeRequest,
)
"""Those that change nothing about what the request inside may do. All others count as requests of their own."""


def innermost(request: Any) -> Any:
    """The request that all known wrappers are about."""
    while isinstance(request, WRAPPERS):
        request = request.query
    return request


def each_innermost(request: Any) -> Iterator[Any]:
    """Of one request or of several that are sent together."""
    for one in request if isinstance(request, (list, tuple)) else (request,):
        yield innermost(one)
