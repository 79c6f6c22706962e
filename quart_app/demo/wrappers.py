"""What API requests are wrapped in: the layer, the introduction, and how they are to be invoked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from telethon.tl import functions as fn

_WRAPPERS = (
    fn.InvokeWithLayerRequest,
    fn.InitConnectionRequest,
    fn.InvokeWithoutUpdatesRequest,
    fn.InvokeAfterMsgRequest,
    fn.InvokeAfterMsgsRequest,
    fn.InvokeWithTakeoutRequest,
)


@dataclass(frozen=True, slots=True)
class Request:
    """``query`` is the request itself."""

    query: Any
    layer: int = 0
    """0 if the client did not say."""
    introduction: Any = None
    """An InitConnectionRequest."""
    updates: bool = True
    after: tuple[int, ...] = ()
    """Message ids of requests that must be answered before."""
    takeout: int = 0


def unwrap(request: Any) -> Request:
    fields: dict[str, Any] = {}
    while isinstance(request, _WRAPPERS):
        if isinstance(request, fn.InitConnectionRequest):
            fields["introduction"] = request
        elif isinstance(request, fn.InvokeWithoutUpdatesRequest):
            fields["updates"] = False
        elif isinstance(request, fn.InvokeWithLayerRequest):
            fields["layer"] = request.layer
        elif isinstance(request, fn.InvokeAfterMsgRequest):
            fields["after"] = (request.msg_id,)
        elif isinstance(request, fn.InvokeAfterMsgsRequest):
            fields["after"] = tuple(request.msg_ids)
        elif isinstance(request, fn.InvokeWithTakeoutRequest):
            fields["takeout"] = request.takeout_id
        request = request.query
    return Request(query=request, **fields)
