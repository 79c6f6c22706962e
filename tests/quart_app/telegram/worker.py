"""One worker's Telegram side, wired as the app wires it, with the clock in a test's hand; and people who log in."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid4

from redis.asyncio import Redis

from quart_app.demo import DemoDataCentre
from quart_app.telegram.caller import Caller
from quart_app.telegram.client import Api, ClientFactory
from quart_app.telegram.closing import IDLE_SECONDS
from quart_app.telegram.gate import GatedClient
from quart_app.telegram.hand_over import HandOvers
from quart_app.telegram.lease import Leases
from quart_app.telegram.live import Live, Terms
from quart_app.telegram.login import Logins
from quart_app.telegram.login_state import Method
from quart_app.telegram.orphans import Orphans
from quart_app.telegram.pool import Pool
from quart_app.telegram.records import RecordStore
from quart_app.telegram.sessions import TelegramSessions
from quart_app.telegram.state import SessionState
from quart_app.telegram.vault import Vault, new_secret

PEPPER: Final = b"the pepper of the test's server."
_PATIENCE: Final = 10.0


class Clock:
    """The time of day, and as much later as a test says."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Recorded:
    """What the package reports, kept to be looked at. ``on_call`` runs after each call, before its caller goes on."""

    calls: list[tuple[str, str]] = field(default_factory=list)
    """Method and outcome."""
    floods: list[tuple[str, float]] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)
    live: int = 0
    lost: int = 0
    orphans: int = 0
    on_call: Callable[[str, str], None] = lambda _method, _outcome: None

    def telegram_call(self, method: str, outcome: str, seconds: float) -> None:
        self.calls.append((method, outcome))
        self.on_call(method, outcome)

    def flood_wait(self, method: str, seconds: float) -> None:
        self.floods.append((method, seconds))

    def live_sessions(self, count: int) -> None:
        self.live = count

    def lease_lost(self) -> None:
        self.lost += 1

    def session_orphaned(self) -> None:
        self.orphans += 1

    def session_ended(self, why: str) -> None:
        self.ended[why] += 1


@dataclass
class Person:
    """Somebody with an account at the demo data centre, on one device."""

    tail: str = "20001"
    user_id: UUID = field(default_factory=uuid4)
    secret: bytes = field(default_factory=new_secret)

    @property
    def phone(self) -> str:
        return f"+99966{self.tail}"

    @property
    def code(self) -> str:
        return self.tail[0] * 5

    @property
    def account_id(self) -> int:
        """At Telegram."""
        return 7_000_000_000 + int(self.tail)

    def other_device(self) -> Person:
        return Person(self.tail, self.user_id)


@dataclass
class Worker:
    leases: Leases
    records: RecordStore
    factory: ClientFactory
    pool: Pool
    logins: Logins
    sessions: TelegramSessions
    metrics: Recorded
    clock: Clock

    async def start(
        self,
        person: Person,
        terms: Terms | None = None,
        *,
        replace: bool = False,
        method: Method = "code",
    ) -> SessionState:
        """Ask for a code, or to be shown one."""
        return await self.sessions.start(
            person.user_id,
            person.phone,
            person.secret,
            terms or Terms(),
            old_secret=person.secret,
            replace=replace,
            method=method,
        )

    async def code(self, person: Person, code: str | None = None) -> SessionState:
        return await self.sessions.submit_code(
            person.user_id, person.phone, person.secret, person.code if code is None else code
        )

    async def password(self, person: Person, password: str) -> SessionState:
        return await self.sessions.submit_password(person.user_id, person.secret, password)

    async def state(self, person: Person) -> str:
        return (await self.sessions.state(person.user_id, person.secret)).state.value

    async def log_in(self, person: Person, terms: Terms | None = None) -> Caller:
        await self.start(person, terms)
        await self.code(person)
        return await self.caller(person)

    async def caller(self, person: Person) -> Caller:
        return await self.sessions.open(person.user_id, person.secret)

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """With its heartbeat going."""

        async def lost(user_ids: tuple[UUID, ...]) -> None:
            await asyncio.gather(self.pool.lost(user_ids), self.logins.lost(user_ids))

        task = asyncio.create_task(self.leases.keep(lost, self.pool.restored))
        try:
            yield
        finally:
            await stopped(task)

    def live(self, person: Person) -> Live:
        live = self.pool.get(person.user_id)
        assert live is not None
        return live

    def client(self, person: Person) -> GatedClient:
        return self.live(person).client


@asynccontextmanager
async def open_worker(
    demo: DemoDataCentre,
    redis: Redis,
    *,
    idle_seconds: float = IDLE_SECONDS,
    quarantine_seconds: float = 0.05,
    heartbeat: bool = True,
) -> AsyncIterator[Worker]:
    """With its first heartbeat; ``heartbeat`` False leaves it at that."""
    clock, metrics, vault = Clock(), Recorded(), Vault({1: PEPPER}, 1)
    records, leases = RecordStore(redis), Leases(redis, quarantine_seconds=quarantine_seconds)
    factory = ClientFactory(Api(*demo.api), demo.data_centre, leases, metrics)
    hand_overs = HandOvers(redis, leases)
    pool = Pool(factory, records, leases, hand_overs, metrics, idle_seconds=idle_seconds, clock=clock)
    logins = Logins(factory, records, leases, vault, pool, hand_overs, clock=clock)
    orphans = Orphans(redis, metrics, clock=clock)
    sessions = TelegramSessions(records, vault, pool, logins, hand_overs, orphans, clock=clock)
    await leases.beat()
    worker = Worker(leases, records, factory, pool, logins, sessions, metrics, clock)
    sweep = asyncio.create_task(pool.sweep())
    async with worker.beating() if heartbeat else nullcontext():
        try:
            yield worker
        finally:
            await sessions.settle()
            await logins.close()
            await pool.close(log_out_all=False)
            await orphans.settle()
            await stopped(sweep)
    await leases.resign()


async def stopped(task: asyncio.Task[None]) -> None:
    """Cancelled until it is done: on Python 3.11 a call of redis-py may swallow a cancellation."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.1)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what will be so soon; TimeoutError if it isn't within ten seconds."""
    async with asyncio.timeout(_PATIENCE):
        while not is_so():
            await asyncio.sleep(0.005)
