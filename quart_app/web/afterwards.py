"""Changes to the answer of the request being served, before it is known what the answer will be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from quart import Response, after_this_request


def afterwards(change: Callable[[Response], None]) -> None:
    def changed(response: Any) -> Any:
        change(cast(Response, response))
        return response

    after_this_request(changed)
