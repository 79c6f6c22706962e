"""The edge alone, over real PostgreSQL and Redis: everything but Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import bcrypt
import pytest
from quart import Quart
from quart.typing import TestClientProtocol
from redis.asyncio import Redis

from plugins.loading import load
from quart_app.accounts.accounts import AccountRules, Accounts
from quart_app.accounts.passwords import Passwords
from quart_app.accounts.pending_log_ins import PendingLogIns
from quart_app.accounts.pending_recoveries import PendingRecoveries
from quart_app.accounts.phone_sealer import PhoneSealer
from quart_app.accounts.routing import Routing
from quart_app.accounts.second_factors import SecondFactors
from quart_app.accounts.sign_in import SignIns
from quart_app.administration.administration import Administration
from quart_app.observability.metrics import Metrics
from quart_app.settings import Settings
from quart_app.storage.audit import AuditLog
from quart_app.storage.database import Database
from quart_app.storage.limits import Limits
from quart_app.telegram.state import SessionPhase, SessionState
from quart_app.terminal.downloads import MemoryDownloads
from quart_app.web import install

ORIGIN = "http://localhost:8080"
PHONE = "+9996610001"
PASSWORD = "a long enough phrase"


@dataclass
class NoTelegram:
    """Stands where the Telegram sessions are: says what it is told to, and remembers what it was asked."""

    phase: SessionPhase = SessionPhase.NONE
    status: str = "ok"
    shared: list[tuple[UUID, bytes, bytes]] = field(default_factory=list)
    left: list[tuple[UUID, bytes | None]] = field(default_factory=list)
    owners: dict[bytes, UUID] = field(default_factory=dict)
    ended_everywhere: list[tuple[UUID, bytes | None]] = field(default_factory=list)
    forgotten: list[tuple[UUID, str]] = field(default_factory=list)

    async def state(self, user_id: UUID, secret: bytes | None) -> SessionState:
        return SessionState(self.phase, expires_at=None)

    def health(self) -> dict[str, str | int]:
        return {"status": self.status, "live": 0}

    async def share(self, user_id: UUID, secret: bytes, other: bytes) -> bool:
        self.shared.append((user_id, secret, other))
        return True

    async def owner_of(self, secret: bytes) -> UUID | None:
        return self.owners.get(secret)

    async def end_everywhere(self, user_id: UUID, secret: bytes | None) -> bool:
        self.ended_everywhere.append((user_id, secret))
        return True

    async def forget_device(self, user_id: UUID, device: str) -> None:
        self.forgotten.append((user_id, device))

    async def leave(self, user_id: UUID, secret: bytes | None) -> None:
        self.left.append((user_id, secret))


BuildApp = Callable[..., Awaitable[Quart]]


@pytest.fixture
async def build_app(
    settings: Callable[..., Settings], database: Database, redis: Redis
) -> AsyncIterator[BuildApp]:
    """Makes the application with the settings and parts that a test gives by name."""
    made: list[Passwords] = []

    async def build(*, parts: dict[str, Any] | None = None, **changes: Any) -> Quart:
        chosen = settings(**changes)
        passwords = Passwords(chosen.peppers, chosen.pepper_id, cost=4)
        made.append(passwords)
        phones = PhoneSealer(chosen.peppers, chosen.pepper_id)
        metrics = Metrics()
        factors = SecondFactors(database, chosen.peppers, chosen.pepper_id)
        rules = AccountRules(chosen.registration, demo=chosen.demo)
        given: dict[str, Any] = {
            "downloads": MemoryDownloads("/downloads/"),
            "settings": chosen,
            "database": database,
            "redis": redis,
            "limits": Limits(redis),
            "accounts": Accounts(database, passwords, phones, factors, rules),
            "sign_ins": SignIns(redis, Routing(chosen.secret_key.reveal())),
            "pending_log_ins": PendingLogIns(redis),
            "pending_recoveries": PendingRecoveries(redis, phones),
            "passwords": passwords,
            "phones": phones,
            "telegram": NoTelegram(),
            "metrics": metrics,
            "administration": Administration(database, redis),
            "plugins": load("", ""),
            "audit": AuditLog(database, metrics, days=chosen.audit_days),
        }
        app = Quart("quart_app", static_folder=None)
        install(app, chosen)
        app.extensions["services"] = SimpleNamespace(**given | (parts or {}))
        app.extensions["readiness"] = SimpleNamespace(ready=True)
        return app

    yield build
    for passwords in made:
        passwords.close()


@pytest.fixture
async def app(build_app: BuildApp) -> Quart:
    return await build_app()


@pytest.fixture
def client(app: Quart) -> TestClientProtocol:
    return app.test_client()


class Browser:
    """A person's browser: sends its Origin, keeps cookies, and reads the CSRF token off the page."""

    def __init__(self, client: TestClientProtocol) -> None:
        self.client = client
        self.headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}

    async def register(self, phone: str = PHONE, password: str = PASSWORD, **more: str) -> Any:
        form = {"phone": phone, "password": password, **more}
        return await self.client.post("/register", form=form, headers=self.headers)

    async def log_in(self, phone: str = PHONE, password: str = PASSWORD, **more: str) -> Any:
        form = {"phone": phone, "password": password, **more}
        return await self.client.post("/login", form=form, headers=self.headers)

    async def csrf(self) -> str:
        page = await (await self.client.get("/terminal")).get_data(as_text=True)
        return page.partition('name="csrf-token" content="')[2].partition('"')[0]

    async def log_out(self) -> Any:
        form = {"csrf_token": await self.csrf()}
        return await self.client.post("/logout", form=form, headers=self.headers)

    def cookie(self, name: str = "tcm") -> str | None:
        assert self.client.cookie_jar is not None
        return next((cookie.value for cookie in self.client.cookie_jar if cookie.name == name), None)


@pytest.fixture
def browser(client: TestClientProtocol) -> Browser:
    return Browser(client)


@pytest.fixture
async def signed_in_browser(browser: Browser) -> Browser:
    await browser.register()
    response = await browser.log_in()
    assert response.status_code == 303
    return browser


@pytest.fixture
def new_browser(app: Quart) -> Callable[[], Browser]:
    return lambda: Browser(app.test_client())


@pytest.fixture
async def bearer(app: Quart) -> dict[str, str]:
    """The headers of a program that is signed in."""
    client = app.test_client()
    body = {"phone": PHONE, "password": PASSWORD}
    await client.post("/api/v1/accounts", json=body)
    answer = await (await client.post("/api/v1/tokens", json=body)).get_json()
    return {"Authorization": f"Bearer {answer['token']}"}


@pytest.fixture
def bcrypts(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The kind and cost of every hash that is made."""
    salts: list[bytes] = []
    real = bcrypt.hashpw

    def counted(password: bytes, salt: bytes) -> bytes:
        salts.append(salt[:7])
        return real(password, salt)

    monkeypatch.setattr(bcrypt, "hashpw", counted)
    return salts
