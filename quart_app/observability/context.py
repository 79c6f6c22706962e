"""Which request and which run a log line belongs to, without passing either through every call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from secrets import token_hex

_ABOUT: ContextVar[dict[str, str] | None] = ContextVar("log context", default=None)


def about() -> dict[str, str]:
    """What is bound here: ``request``, ``run``."""
    return _ABOUT.get() or {}


def bind_request() -> None:
    """From here on, every log line of this task carries an id of this request."""
    _ABOUT.set(about() | {"request": token_hex(6)})


@contextmanager
def bound(*, request: str = "", run: str = "") -> Iterator[None]:
    """Inside, every log line of this task and of those it starts carries these ids."""
    given = {name: value for name, value in (("request", request), ("run", run)) if value}
    token = _ABOUT.set(about() | given)
    try:
        yield
    finally:
        _ABOUT.reset(token)
