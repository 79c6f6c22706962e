"""What opens when the app starts and closes, in reverse order, when it stops."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from typing import Any, Final
from uuid import UUID

from redis.asyncio import Redis

from commands.expressions import warm
from plugins.discovery import parse_allow_list
from plugins.loading import load
from plugins.manager import PluginManager
from plugins.reloading import Sources
from plugins.watchdog import LoopWatch, watching
from quart_app.accounts.opening import open_accounts
from quart_app.accounts.pending_log_ins import PendingLogIns
from quart_app.accounts.pending_recoveries import PendingRecoveries
from quart_app.accounts.peppers_in_use import forget_old_lookups
from quart_app.accounts.phone_sealer import PhoneSealer
from quart_app.accounts.routing import Routing
from quart_app.accounts.sign_in import SignIns
from quart_app.accounts.unproven import purge_unproven
from quart_app.administration.administration import Administration
from quart_app.administration.board import Publisher, repeating
from quart_app.demo import open_demo
from quart_app.embedded.postgres import embedded_postgres
from quart_app.housekeeping import Job, housekeeping
from quart_app.live_reload import reloading
from quart_app.observability.metrics import Metrics
from quart_app.services import Services
from quart_app.settings import DataCentre, Settings
from quart_app.stopping import stop
from quart_app.storage.audit import AuditLog
from quart_app.storage.audit_acts import Act
from quart_app.storage.database import Database, open_database
from quart_app.storage.errors import StorageUnavailable
from quart_app.storage.events import hear_user_events
from quart_app.storage.limits import Limits
from quart_app.storage.migrate import migrate
from quart_app.storage.redis import open_redis
from quart_app.telegram.client import Api
from quart_app.telegram.new_session import Started
from quart_app.telegram.opening import open_telegram
from quart_app.telegram.sessions import TelegramSessions
from quart_app.telegram.vault import Vault
from quart_app.terminal.budget import Budgets
from quart_app.terminal.downloads import MemoryDownloads
from quart_app.terminal.open_sessions import OpenSessions
from quart_app.terminal.sittings import Sittings

VERIFY_SECONDS: Final = 30.0
DOWNLOADS: Final = "/downloads/"

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Everything that a serving app needs. A store that is away does not fail the start: health says so."""
    async with AsyncExitStack() as stack:
        metrics = Metrics()
        load_plugins = partial(load, settings.plugins, settings.plugin_grants, observer=metrics)
        plugins = await asyncio.to_thread(load_plugins)
        stack.push_async_callback(asyncio.to_thread, plugins.close)
        loop = LoopWatch(asyncio.get_running_loop(), metrics.loop_blocked)
        stack.enter_context(watching(plugins.hosts.values(), loop))
        database = await stack.enter_async_context(_database(settings))
        audit = AuditLog(database, metrics, days=settings.audit_days)
        stack.push_async_callback(audit.settle)
        redis = await stack.enter_async_context(open_redis(settings.redis_url))
        telegram = await stack.enter_async_context(_telegram(settings, redis, metrics))
        telegram.on_end(lambda user_id, why: audit.note("session_ended", user_id, why=why))
        telegram.on_start(partial(_note_session, audit))
        sign_ins = SignIns(redis, Routing(settings.secret_key.reveal()))
        open_sessions = OpenSessions()
        telegram.on_hand_over(open_sessions.move)
        await stack.enter_async_context(_hearing(redis, sign_ins, open_sessions, telegram))
        await stack.enter_async_context(housekeeping(_jobs(settings, database, audit, sign_ins)))
        _note_plugins(plugins, audit)
        if settings.debug:
            sources = Sources(parse_allow_list(settings.plugins))
            await stack.enter_async_context(reloading(plugins, load_plugins, sources, open_sessions))
        accounts = stack.enter_context(open_accounts(settings, database))
        figures = Publisher(redis, secrets.token_hex(8), metrics.samples)
        await stack.enter_async_context(repeating(figures.publish, accounts.policies.refresh))
        await asyncio.to_thread(warm)
        sittings = Sittings()
        stack.push_async_callback(sittings.close)
        yield Services(
            settings=settings,
            database=database,
            audit=audit,
            limits=Limits(redis),
            accounts=accounts,
            administration=Administration(database, redis),
            sign_ins=sign_ins,
            pending_log_ins=PendingLogIns(redis),
            pending_recoveries=PendingRecoveries(redis, PhoneSealer(settings.peppers, settings.pepper_id)),
            telegram=telegram,
            plugins=plugins,
            budgets=Budgets(),
            downloads=MemoryDownloads(DOWNLOADS),
            open_sessions=open_sessions,
            sittings=sittings,
            metrics=metrics,
        )


def _jobs(settings: Settings, database: Database, audit: AuditLog, sign_ins: SignIns) -> list[Job]:
    async def unproven() -> int:
        gone = await purge_unproven(database)
        for user_id in gone:
            await audit.record("account_purged", None, reason="unproven")
            await sign_ins.close_all(user_id)
        return len(gone)

    lookups = partial(forget_old_lookups, database, settings.peppers, settings.pepper_id)
    return [audit.purge, lookups, unproven]


def _note_session(audit: AuditLog, started: Started) -> None:
    terms = started.terms
    audit.note("session_started", started.user_id, method=started.method, scope=terms.scope, keep=terms.keep)


def _note_plugins(plugins: PluginManager, audit: AuditLog) -> None:
    """Whose code runs in this process from now on, and whose was turned away."""
    for status in plugins.statuses:
        origin = status.origin
        if origin.builtin or status.state == "unlisted":
            continue
        act: Act = "plugin_loaded" if status.state == "ready" else "plugin_refused"
        if act == "plugin_refused":
            log.error("a plugin is left out", extra={"plugin": str(origin), "error": status.error})
        audit.note(act, None, plugin=origin.distribution, version=origin.version)


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    async with AsyncExitStack() as stack:
        url = settings.database_url
        if url is None:
            url = await stack.enter_async_context(embedded_postgres(settings.data_directory))
        yield await stack.enter_async_context(open_database(url, prepare=migrate))


@asynccontextmanager
async def _telegram(settings: Settings, redis: Redis, metrics: Metrics) -> AsyncIterator[TelegramSessions]:
    async with AsyncExitStack() as stack:
        api, data_centre = await _world(settings, stack)
        vault = Vault(settings.peppers, settings.pepper_id)
        # With Redis inside this process, nothing of a session is left after the stop: end it at Telegram then.
        opened = open_telegram(
            api, data_centre, redis, vault, metrics, log_out_at_stop=settings.redis_url is None
        )
        yield await stack.enter_async_context(opened)


async def _world(settings: Settings, stack: AsyncExitStack) -> tuple[Api, DataCentre | None]:
    if settings.telegram_api is None:
        demo = await stack.enter_async_context(open_demo(settings.demo_chats, settings.demo_seed))
        return Api(*demo.api), demo.data_centre
    api_id, api_hash = settings.telegram_api
    return Api(api_id, api_hash.reveal_text()), settings.telegram_dc


@asynccontextmanager
async def _hearing(
    redis: Redis, sign_ins: SignIns, open_sessions: OpenSessions, telegram: TelegramSessions
) -> AsyncIterator[None]:
    """While it lasts, whoever signs out on any worker loses their terminals here, and sessions can be asked for."""

    def heard(user_id: UUID, event: dict[str, Any]) -> None:
        sign_ins.hear(user_id, event)
        match event.get("kind"):
            case "signed_out":
                open_sessions.signed_out(user_id, event["digest"])
            case "signed_out_everywhere":
                open_sessions.signed_out(user_id)
                telegram.end_live(user_id)
            case _:
                telegram.hear(user_id, event)

    async def verify() -> None:
        with suppress(StorageUnavailable):
            await open_sessions.verify(sign_ins.still_open)

    async def verify_always() -> None:
        while True:
            await asyncio.sleep(VERIFY_SECONDS)
            await verify()

    tasks = [
        asyncio.create_task(hear_user_events(redis, heard, verify), name="events of other workers"),
        asyncio.create_task(verify_always(), name="sign-ins of open terminals"),
        asyncio.create_task(sign_ins.remembered.keep(), name="sign-ins that Redis may forget"),
    ]
    try:
        yield
    finally:
        await stop(tasks)
