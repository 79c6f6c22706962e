"""What a session may do and how long it is kept: agreed on once, and not to be changed in Redis afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from redis.asyncio import Redis

from quart_app.demo import DemoDataCentre
from quart_app.storage import keys
from quart_app.telegram.live import Terms
from quart_app.telegram.vault import RecordId, VaultError, open_record, seal_record
from tests.quart_app.telegram.login_answers import devices
from tests.quart_app.telegram.outcome import code_of
from tests.quart_app.telegram.worker import Person, open_worker

VIEW = Terms("view", "until_left")


@pytest.mark.parametrize("change", [{"scope": "full"}, {"keep": "24h"}])
async def test_whoever_changes_them_in_redis_gets_nothing(
    demo: DemoDataCentre, redis: Redis, person: Person, change: Any
) -> None:
    async with open_worker(demo, redis) as worker:
        await worker.log_in(person, VIEW)
    await redis.hset(keys.UserKeys(person.user_id).telegram_session, mapping=change)
    async with open_worker(demo, redis) as worker:
        caller = await worker.caller(person)
        assert await code_of(caller.telegram.chats()) == "session_ended"
        assert worker.pool.get(person.user_id) is None


async def test_unchanged_it_opens(demo: DemoDataCentre, redis: Redis, person: Person) -> None:
    """The control."""
    async with open_worker(demo, redis) as worker:
        await worker.log_in(person, VIEW)
    async with open_worker(demo, redis) as worker:
        caller = await worker.caller(person)
        assert len(await caller.telegram.chats()) == 20
        assert worker.live(person).terms == VIEW
        assert (await caller.state()).scope == "view"


def test_the_seal_knows_them() -> None:
    person = Person()
    identity = RecordId(person.user_id, person.user_id, 4_000_000_000)
    sealed = seal_record(bytes(32), identity, 1, b"session", terms=str(VIEW))
    assert open_record(bytes(32), identity, 1, sealed, now=0, terms="view until_left") == b"session"
    for other in ("full until_left", "view 24h", "", "viewuntil_left"):
        with pytest.raises(VaultError):
            open_record(bytes(32), identity, 1, sealed, now=0, terms=other)


async def test_what_nobody_can_open_was_not_ended_at_telegram(
    demo: DemoDataCentre, redis: Redis, person: Person
) -> None:
    """A record that was tampered with is erased; Telegram still lists the device, and that is said."""
    async with open_worker(demo, redis) as worker:
        await worker.log_in(person)
    name = keys.UserKeys(person.user_id).telegram_session
    blob: Any = await redis.hget(name, "blob")
    await redis.hset(name, "blob", blob[:-1] + bytes([blob[-1] ^ 1]))
    async with open_worker(demo, redis) as worker:
        assert await worker.sessions.end(person.user_id, person.secret) is False
        assert await worker.state(person) == "none"
        assert len(devices(demo, person)) == 1
    assert worker.metrics.orphans == 1


async def test_what_telegram_has_ended_itself_counts_as_ended(
    demo: DemoDataCentre, redis: Redis, person: Person
) -> None:
    async with open_worker(demo, redis) as worker:
        await worker.log_in(person)
    demo.instrument.revoke(person.account_id)
    async with open_worker(demo, redis) as worker:
        assert await worker.sessions.end(person.user_id, person.secret) is True
    assert worker.metrics.orphans == 0
