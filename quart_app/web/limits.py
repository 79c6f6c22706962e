"""How often anyone may ask: coarse limits declared on every route, exact ones where guessing must not pay."""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from quart import Quart, current_app
from quart.typing import RouteCallable
from quart_rate_limiter import RateLimiter, rate_limit
from quart_rate_limiter.store import RateLimiterStoreABC

from commands import say
from commands.phrases import Said
from quart_app.storage.limits import Take
from quart_app.terminal.budget import Budgets
from quart_app.web.client_address import current_bucket
from quart_app.web.current import services, settings
from quart_app.web.problems import Problem

MOST_CLIENTS: Final = 20_000
"""Remembered by one worker for its coarse limits; the longest unseen is forgotten first."""

_MINUTE: Final = timedelta(minutes=1)
PAGES: Final = 300
API: Final = 600
CREDENTIALS: Final = 120
PROBES: Final = 1200
HANDSHAKES: Final = 1200
HANDSHAKES_OF_USER: Final = 120
_HANDSHAKES: Final = "handshakes"


def per_minute(count: int) -> Callable[[RouteCallable], RouteCallable]:
    """Declares on a route how often one client may ask for it, by this worker's count."""
    return rate_limit(count, _MINUTE)


class ClientStore(RateLimiterStoreABC):
    """The worker's own memory, bounded. Coarse limits need no more, and so hold when Redis is away."""

    def __init__(self, most: int = MOST_CLIENTS) -> None:
        self._most = most
        self._arrivals: OrderedDict[str, datetime] = OrderedDict()

    def __len__(self) -> int:
        return len(self._arrivals)

    async def before_serving(self) -> None:
        """Nothing to open."""

    async def after_serving(self) -> None:
        """Nothing to close."""

    async def get(self, key: str, default: datetime) -> datetime:
        return self._arrivals.get(key, default)

    async def set(self, key: str, tat: datetime) -> None:
        self._arrivals[key] = tat
        self._arrivals.move_to_end(key)
        now = datetime.now(UTC)
        while self._arrivals:
            oldest, due = next(iter(self._arrivals.items()))
            if due > now and len(self._arrivals) <= self._most:
                return
            del self._arrivals[oldest]


async def _client() -> str:
    return current_bucket()


def install(app: Quart) -> None:
    RateLimiter(app, key_function=_client, store=ClientStore())
    app.extensions[_HANDSHAKES] = Budgets(rate=HANDSHAKES / 60, burst=HANDSHAKES)


def limit_handshakes_of_client() -> None:
    """Before anything is asked of a store; by this worker's count. Raises the problem ``too_many``."""
    budgets: Budgets = current_app.extensions[_HANDSHAKES]
    refuse_over(
        budgets.of(current_bucket()).take(), say("Too many terminals were asked for from your address.")
    )


async def limit_handshakes_of_user(user_id: UUID) -> None:
    """Opening a terminal costs more than keeping one. Raises the problem ``too_many``."""
    wait = await services().limits.take("handshake", str(user_id), limit=HANDSHAKES_OF_USER, seconds=60)
    refuse_over(wait, say("Too many terminals were opened. Wait a little and try again."))


def address_key() -> str:
    """The client's address as limits in Redis know it: a keyed hash."""
    key = hmac.digest(settings().secret_key.reveal(), b"tcm/limit/v1", "sha256")
    return hmac.digest(key, current_bucket().encode(), "sha256").hex()[:32]


async def limit_log_in(phone_key: str, device: str | None = None) -> None:
    """Five attempts a minute on one account from one address, and looser limits on each alone: a team behind one
    address is not locked out, nor an owner by a stranger. Raises the problem ``too_many``.

    ``device``: a browser in which somebody has logged in to this account before. What strangers try, from however many
    addresses, leaves its five attempts alone.
    """
    address = address_key()
    takes = [Take(scope="login-address", key=address, limit=30, seconds=60)]
    if device is None:
        takes += [
            Take(scope="login", key=f"{phone_key[:32]}:{address}", limit=5, seconds=60),
            Take(scope="login-account", key=phone_key[:32], limit=20, seconds=60),
        ]
    else:
        takes.append(Take(scope="login-device", key=f"{phone_key[:32]}:{device}", limit=5, seconds=60))
    refuse_over(
        await services().limits.take_all(takes),
        say("Too many attempts to log in. Wait a little and try again."),
    )


async def limit_registration() -> None:
    """Sixty accounts an hour from one address. Raises the problem ``too_many``."""
    wait = await services().limits.take("register", address_key(), limit=60, seconds=3600)
    refuse_over(wait, say("Too many accounts were asked for from your address. Try again later."))


def too_many(retry_after: float, detail: Said) -> Problem:
    return Problem(429, "too_many", detail, retry_after=retry_after)


def refuse_over(wait: float | None, detail: Said) -> None:
    """Raises the problem ``too_many`` if a limit says to wait."""
    if wait is not None:
        raise too_many(wait, detail)
