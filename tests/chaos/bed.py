"""Everything that a storm needs, in one place: stores, data centre, workers, the front, and people at their devices."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from quart_app.stopping import stop
from tests.chaos.fleet import Fleet
from tests.chaos.front import Front, Policy, by_route, open_front
from tests.chaos.road import open_road
from tests.chaos.script import Script
from tests.chaos.tab import Record, Tab
from tests.product.caller import Browser, Program
from tests.product.person import Crowd, Person
from tests.product.telegram import Telegram
from tests.servers.redis import RedisServer

LINES: Final = ("list --fresh", "list 5", "search offerte")
"""The first asks Telegram several times, the others answer from memory."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What outlives a bed."""

    folder: Path
    database_url: str
    redis: RedisServer
    telegram: Telegram


class Bed:
    def __init__(self, ground: Ground, fleet: Fleet, front: Front) -> None:
        self.ground, self.fleet, self.front = ground, fleet, front
        self.telegram, self.redis = ground.telegram, ground.redis
        self.records: list[Record] = []
        self.people: list[Person] = []
        self.headers: dict[str, dict[str, str]] = {}
        """By phone: what shows the device that started the session."""
        self._crowd, self._tasks = Crowd(), set[asyncio.Task[None]]()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.front.port}"

    def new_person(self) -> Person:
        """Who has never been here."""
        person = self._crowd.person()
        self.people.append(person)
        return person

    async def person(self) -> Person:
        """Somebody new, registered, logged in and with a session, open at the first worker."""
        person = self.new_person()
        program = Program(f"http://127.0.0.1:{self.fleet.ports[0]}", person)
        try:
            await program.register()
            await program.log_in()
            await program.open_session()
            await program.run("list 1")
        finally:
            await program.close()
        self.headers[person.phone] = {**program.headers(), "X-Forwarded-For": person.address}
        return person

    async def second_program(self, person: Person) -> dict[str, str]:
        """Another token of theirs, unlocked; its headers."""
        program = Program(f"http://127.0.0.1:{self.fleet.ports[0]}", person)
        try:
            await program.log_in()
            assert (await program.submit("unlock", password=person.password)).is_success
            return {**program.headers(), "X-Forwarded-For": person.address}
        finally:
            await program.close()

    async def browser(self, person: Person) -> dict[str, str]:
        """A browser of theirs, unlocked; its headers."""
        pinned, self.front.policy = self.front.policy, lambda _head, ports: ports[0]
        browser = Browser(self.url, person)
        try:
            await browser.log_in()
            assert (await browser.submit("unlock", password=person.password)).is_success
            return {"Cookie": browser.cookies(), "X-Forwarded-For": person.address, "Origin": self.url}
        finally:
            await browser.close()
            self.front.policy = pinned

    def tab(
        self,
        headers: Mapping[str, str],
        *,
        pause: float = 0.5,
        lines: Sequence[str] = LINES,
        port: int | None = None,
    ) -> Record:
        """Opened, and busy until the bed is left. ``port`` of a worker, to go by the front."""
        rest = {name: value for name, value in headers.items() if name != "Origin"}
        tab = Tab(port or self.front.port, rest, lines, pause=pause, origin=headers.get("Origin"))
        self._begin(tab.live(), tab.record)
        return tab.record

    def script(
        self, headers: Mapping[str, str], *, pause: float = 1.0, lines: Sequence[str] = LINES
    ) -> Record:
        script = Script(self.front.port, headers, lines, pause=pause)
        self._begin(script.live(), script.record)
        return script.record

    def _begin(self, life: object, record: Record) -> None:
        self.records.append(record)
        self._tasks.add(asyncio.create_task(life))  # type: ignore[arg-type]

    async def quiet(self) -> None:
        """All devices are closed."""
        failed = [task for task in self._tasks if task.done() and not task.cancelled()]
        with suppress(asyncio.CancelledError):
            await stop(self._tasks)
        self._tasks.clear()
        for task in failed:
            task.result()

    @property
    def overlaps(self) -> int:
        """Of people of this bed: the data centre is shared."""
        return len(self.telegram.overlaps())

    @property
    def held_together(self) -> int:
        return self.telegram.ask(lambda demo: len(demo.instrument.held_together(longer_than=0.1)))

    @property
    def ends(self) -> Counter[str]:
        return sum((record.ends for record in self.records), Counter())

    @property
    def codes(self) -> Counter[str]:
        return sum((record.codes for record in self.records), Counter())

    async def usernames(self, person: Person) -> list[str]:
        """Of the channels in their list."""
        program = Program(f"http://127.0.0.1:{self.fleet.ports[0]}", person)
        program.token = self.headers[person.phone]["Authorization"].removeprefix("Bearer ")
        try:
            chats = [row["chat"] for row in (await program.run("list 200")).rows]
        finally:
            await program.close()
        return [chat["username"] for chat in chats if chat["type"] == "channel" and "username" in chat]

    def verdict(self, title: str) -> str:
        """The plain counts."""
        doubled = sum(record.doubled for record in self.records)
        return (
            f"{title}; parallel uses {self.overlaps}, connections held together {self.held_together}, "
            f"runs {dict(self.ends)}, ended twice {doubled}, errors {dict(self.codes)}, "
            f"stops (exit code, seconds) {self.fleet.stops}"
        )


@asynccontextmanager
async def open_bed(
    ground: Ground,
    *,
    workers: int,
    policy: Policy = by_route,
    options: Sequence[str] | None = None,
    slow_road: float = 0.0,
) -> AsyncIterator[Bed]:
    """``slow_road``: seconds that everything takes from the first worker to Telegram."""
    async with AsyncExitStack() as stack:
        direct = ground.telegram.environment
        roads = [direct]
        if slow_road:
            identifier, _, place = direct["TELEGRAM_DC"].partition("@")
            host, _, port = place.rpartition(":")
            road = await stack.enter_async_context(open_road(host, int(port), slow_road))
            slow = {**direct, "TELEGRAM_DC": f"{identifier}@127.0.0.1:{road.port}"}
            roads = [slow, *[direct] * (workers - 1)]
        front = await stack.enter_async_context(open_front([], policy))
        stores = {"DATABASE_URL": ground.database_url, "REDIS_URL": ground.redis.url}
        fleet = Fleet(ground.folder, stores, roads, public_port=front.port, options=options)
        stack.callback(fleet.clear_up)
        await fleet.start(workers)
        front.ports.extend(fleet.ports)
        bed = Bed(ground, fleet, front)
        stack.push_async_callback(bed.quiet)
        yield bed
