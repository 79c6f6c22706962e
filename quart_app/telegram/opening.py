"""Puts the parts of this package together and keeps their heartbeats going while the app runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, Protocol
from uuid import UUID

from cryptg import __name__ as _cryptg  # noqa: F401 (without it each answer costs 50 to 500 times more: fail at start)
from redis.asyncio import Redis

from quart_app.settings import DataCentre
from quart_app.stopping import stop
from quart_app.storage.errors import StorageUnavailable
from quart_app.telegram import closing, gate, orphans, pool
from quart_app.telegram.client import Api, ClientFactory
from quart_app.telegram.hand_over import HandOvers
from quart_app.telegram.lease import QUARANTINE_SECONDS, Leases
from quart_app.telegram.login import Logins
from quart_app.telegram.records import RecordStore
from quart_app.telegram.sessions import TelegramSessions
from quart_app.telegram.vault import Vault

SETTLE_SECONDS: Final = 3.0
"""At the stop, for steps of logins that nobody waits for any more, and sessions on their way to another worker."""

log = logging.getLogger(__name__)


async def _at_most(seconds: float, *works: Coroutine[Any, Any, None]) -> None:
    tasks = [asyncio.create_task(work) for work in works]
    done, late = await asyncio.wait(tasks, timeout=seconds)
    await stop(late)
    failed = [error for task in done if (error := task.exception()) is not None]
    if late or failed:
        names = [type(error).__name__ for error in failed]
        log.warning("not all could be finished at the stop", extra={"late": len(late), "errors": names})


class Metrics(gate.Observer, pool.Meter, orphans.Meter, Protocol):
    """What this package reports."""


@asynccontextmanager
async def open_telegram(
    api: Api,
    data_centre: DataCentre | None,
    redis: Redis,
    vault: Vault,
    metrics: Metrics,
    *,
    log_out_at_stop: bool = False,
    idle_seconds: float = closing.IDLE_SECONDS,
    quarantine_seconds: float = QUARANTINE_SECONDS,
) -> AsyncIterator[TelegramSessions]:
    """``log_out_at_stop`` where nothing outlives this process, so that no session could be resumed."""
    records, leases = RecordStore(redis), Leases(redis, quarantine_seconds=quarantine_seconds)
    factory = ClientFactory(api, data_centre, leases, metrics)
    hand_overs = HandOvers(redis, leases)
    live = pool.Pool(factory, records, leases, hand_overs, metrics, idle_seconds=idle_seconds)
    logins = Logins(factory, records, leases, vault, live, hand_overs)
    left_behind = orphans.Orphans(redis, metrics)
    sessions = TelegramSessions(records, vault, live, logins, hand_overs, left_behind)

    async def lost(user_ids: tuple[UUID, ...]) -> None:
        await asyncio.gather(live.lost(user_ids), logins.lost(user_ids))

    with suppress(StorageUnavailable):  # Redis may come later; until then nobody may hold a client
        await leases.beat()
    tasks = {
        asyncio.create_task(leases.keep(lost, live.restored), name="heartbeat"),
        asyncio.create_task(live.sweep(), name="sweep of idle sessions"),
        asyncio.create_task(left_behind.sweep(), name="sweep of expired sessions"),
    }
    try:
        yield sessions
    finally:
        # A Telegram that is away must keep no stop waiting; what has not ended by then ends with the process.
        await _at_most(SETTLE_SECONDS, hand_overs.settle(), sessions.settle())
        await _at_most(
            closing.CLOSE_SECONDS,
            logins.close(),
            live.close(log_out_all=log_out_at_stop),
            left_behind.settle(),
        )
        await stop(tasks)
        await leases.resign()
