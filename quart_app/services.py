"""The long-lived objects of one running app: opened and closed by the lifecycle, used by the web edge."""

from __future__ import annotations

from dataclasses import dataclass

from plugins.manager import PluginManager
from quart_app.accounts.accounts import Accounts
from quart_app.accounts.pending_log_ins import PendingLogIns
from quart_app.accounts.pending_recoveries import PendingRecoveries
from quart_app.accounts.sign_in import SignIns
from quart_app.administration.administration import Administration
from quart_app.observability.metrics import Metrics
from quart_app.settings import Settings
from quart_app.storage.audit import AuditLog
from quart_app.storage.database import Database
from quart_app.storage.limits import Limits
from quart_app.telegram.sessions import TelegramSessions
from quart_app.terminal.budget import Budgets
from quart_app.terminal.downloads import MemoryDownloads
from quart_app.terminal.open_sessions import OpenSessions
from quart_app.terminal.sittings import Sittings


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    settings: Settings
    database: Database
    audit: AuditLog
    limits: Limits
    accounts: Accounts
    administration: Administration
    sign_ins: SignIns
    pending_log_ins: PendingLogIns
    pending_recoveries: PendingRecoveries
    telegram: TelegramSessions
    plugins: PluginManager
    budgets: Budgets
    downloads: MemoryDownloads
    open_sessions: OpenSessions
    sittings: Sittings
    metrics: Metrics


@dataclass(slots=True)
class Readiness:
    """Whether new work should be sent here: not while starting, not while stopping."""

    ready: bool = False
