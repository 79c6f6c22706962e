"""What tests have planned for API calls: errors, delays, and connections that break before or after them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal, TypeVar

from quart_app.demo.errors import RpcError

_Planned = TypeVar("_Planned")
Moment = Literal["before", "after"]
ANY = "*"
"""Instead of a method: whichever is called next."""


@dataclass(frozen=True, slots=True)
class Plan:
    """For one call. ``drop``: break its connection before it is applied, or after that and unanswered."""

    error: RpcError | None = None
    delay: float = 0.0
    """Seconds."""
    drop: Moment | None = None


NOTHING = Plan()


class Disturbances:
    """By method, first planned, first used. A standing delay holds for every call until it is cleared."""

    def __init__(self) -> None:
        self._errors: dict[str, deque[RpcError]] = {}
        self._drops: dict[str, deque[Moment]] = {}
        self._delays: dict[str, deque[float]] = {}
        self._standing: dict[str, float] = {}

    def error(self, method: str, code: int, message: str, times: int) -> None:
        self._errors.setdefault(method, deque()).extend(RpcError(code, message) for _ in range(times))

    def drop(self, method: str, moment: Moment, times: int) -> None:
        if moment not in {"before", "after"}:
            raise ValueError("a connection breaks before or after a call")
        self._drops.setdefault(method, deque()).extend([moment] * times)

    def delay(self, method: str, seconds: float, times: int | None) -> None:
        """``times`` None: until cleared; 0 seconds ends that."""
        if times is None:
            self._standing[method] = seconds
        else:
            self._delays.setdefault(method, deque()).extend([seconds] * times)

    def clear(self) -> None:
        for planned in (self._errors, self._drops, self._delays, self._standing):
            planned.clear()

    def next(self, method: str) -> Plan:
        """What happens to the call that comes now; it is used up thereby."""
        if not (self._errors or self._drops or self._delays or self._standing):
            return NOTHING
        standing = self._standing.get(method, self._standing.get(ANY, 0.0))
        delay = _pop(self._delays, method)
        return Plan(
            error=_pop(self._errors, method),
            delay=standing if delay is None else delay,
            drop=_pop(self._drops, method),
        )


def _pop(planned: dict[str, deque[_Planned]], method: str) -> _Planned | None:
    for name in (method, ANY):
        queue = planned.get(name)
        if queue:
            found = queue.popleft()
            if not queue:
                del planned[name]
            return found
    return None
