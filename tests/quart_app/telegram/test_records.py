"""What lies in Redis: always with its expiry, written by the holder alone, found by its owner alone."""

from __future__ import annotations

import time
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from quart_app.storage import keys
from quart_app.storage.errors import StorageUnavailable
from quart_app.storage.redis import open_redis
from quart_app.telegram.lease import Lease, LeaseLost, Leases
from quart_app.telegram.records import RecordStore, SealedLogin, SealedRecord
from quart_app.telegram.vault import RecordId
from tests.servers.redis import own_redis

SLOT = b"\x00slot\xff"


@pytest.fixture
def store(redis: Redis) -> RecordStore:
    return RecordStore(redis)


@pytest.fixture
async def leases(redis: Redis) -> Leases:
    made = Leases(redis, quarantine_seconds=0)
    await made.beat()
    return made


@pytest.fixture
async def lease(leases: Leases) -> Lease:
    return await leases.acquire(uuid4())


def in_a_day() -> int:
    return int(time.time()) + keys.SESSION_SECONDS


def record_of(user_id: UUID, *, generation: int = 0, blob: bytes = b"\xffblob") -> SealedRecord:
    return SealedRecord(RecordId(user_id, uuid4(), in_a_day()), generation, blob, "full", "24h")


def login_of(user_id: UUID) -> SealedLogin:
    identity = RecordId(user_id, uuid4(), int(time.time()) + keys.LOGIN_SECONDS)
    return SealedLogin(identity, 1, "a" * 64, SLOT, b"\xffblob", "code_sent")


async def created(store: RecordStore, lease: Lease, lookup: str = "a" * 64) -> SealedRecord:
    record = record_of(lease.user_id)
    await store.create(record, lease, lookup=lookup, slot=SLOT)
    return record


async def later_lease(redis: Redis, leases: Leases, lease: Lease) -> Lease:
    """Of another worker, after the first has died."""
    await redis.delete(keys.worker(leases.worker_id))
    other = Leases(redis, quarantine_seconds=0)
    await other.beat()
    return await other.acquire(lease.user_id)


async def test_what_is_written_is_read(store: RecordStore, lease: Lease) -> None:
    assert await store.read(lease.user_id) is None
    record = await created(store, lease)
    assert await store.read(lease.user_id) == record
    assert await store.slot(record.identity, "a" * 64) == SLOT
    assert await store.slots(record.identity) == {"a" * 64: SLOT}


async def test_a_hundred_saves_do_not_move_the_expiry(redis: Redis, store: RecordStore, lease: Lease) -> None:
    record = await created(store, lease)
    user = keys.UserKeys(lease.user_id)
    names = user.telegram_session, user.telegram_slots, keys.telegram_slot("a" * 64)
    for generation in range(1, 101):
        await store.save(replace(record, generation=generation, blob=b"x"), lease)
    assert {await redis.expiretime(name) for name in names} == {record.identity.expires_at}
    read = await store.read(lease.user_id)
    assert read == replace(record, generation=100, blob=b"x")


async def test_no_expiry_can_be_saved_later(redis: Redis, store: RecordStore, lease: Lease) -> None:
    record = await created(store, lease)
    longer = replace(record.identity, expires_at=record.identity.expires_at + 1000)
    await store.save(SealedRecord(longer, 1, b"x", "full", "24h"), lease)
    read = await store.read(lease.user_id)
    assert read is not None
    assert read.identity == record.identity
    name = keys.UserKeys(lease.user_id).telegram_session
    assert await redis.expiretime(name) == record.identity.expires_at


async def test_a_former_holder_writes_nothing(
    redis: Redis, store: RecordStore, leases: Leases, lease: Lease
) -> None:
    record = await created(store, lease)
    await later_lease(redis, leases, lease)
    with pytest.raises(LeaseLost):
        await store.save(replace(record, generation=1), lease)
    with pytest.raises(LeaseLost):
        await store.create(record_of(lease.user_id), lease, lookup="b" * 64, slot=SLOT)
    with pytest.raises(LeaseLost):
        await store.put_login(login_of(lease.user_id), lease)
    with pytest.raises(LeaseLost):
        await store.publish(record, lease, {})
    assert await store.read(lease.user_id) == record
    assert await store.read_login(lease.user_id) is None
    assert await redis.exists(keys.telegram_slot("b" * 64)) == 0


async def test_the_later_holder_writes(
    redis: Redis, store: RecordStore, leases: Leases, lease: Lease
) -> None:
    """The control of the test above."""
    record = await created(store, lease)
    later = await later_lease(redis, leases, lease)
    await store.save(replace(record, generation=1), later)
    read = await store.read(lease.user_id)
    assert read is not None
    assert read.generation == 1


async def test_a_save_brings_nothing_back(redis: Redis, store: RecordStore, lease: Lease) -> None:
    record = await created(store, lease)
    await store.delete(lease.user_id)
    with pytest.raises(LeaseLost):
        await store.save(replace(record, generation=1), lease)
    assert await redis.exists(keys.UserKeys(lease.user_id).telegram_session) == 0


async def test_a_save_does_not_touch_the_record_that_came_after(store: RecordStore, lease: Lease) -> None:
    old = await created(store, lease)
    new = await created(store, lease, "b" * 64)
    with pytest.raises(LeaseLost):
        await store.save(replace(old, generation=5), lease)
    assert await store.read(lease.user_id) == new


@pytest.mark.parametrize("generation", [0, 1, 2])
async def test_a_generation_is_not_written_twice(store: RecordStore, lease: Lease, generation: int) -> None:
    record = await created(store, lease)
    await store.save(replace(record, generation=2, blob=b"second"), lease)
    with pytest.raises(LeaseLost):
        await store.save(replace(record, generation=generation, blob=b"again"), lease)
    read = await store.read(lease.user_id)
    assert read is not None
    assert read.blob == b"second"


async def test_a_slot_is_found_under_its_own_user_and_record_only(store: RecordStore, lease: Lease) -> None:
    identity = (await created(store, lease)).identity
    assert await store.slot(identity, "a" * 64) == SLOT
    assert await store.slot(replace(identity, user_id=uuid4()), "a" * 64) is None
    assert await store.slot(replace(identity, record_id=uuid4()), "a" * 64) is None
    assert await store.slot(identity, "b" * 64) is None


async def test_an_end_takes_every_slot_along(redis: Redis, store: RecordStore, lease: Lease) -> None:
    record = await created(store, lease)
    for letter in "bcd":
        assert await store.add_slot(record.identity, lookup=letter * 64, slot=SLOT)
    assert len(await redis.keys("tg_slot:*")) == 4
    await store.delete(lease.user_id)
    assert await redis.keys("tg_s*") == []


async def test_a_new_session_takes_the_slots_of_the_old_along(
    redis: Redis, store: RecordStore, lease: Lease
) -> None:
    old = await created(store, lease)
    await store.add_slot(old.identity, lookup="b" * 64, slot=SLOT)
    new = await created(store, lease, "c" * 64)
    assert await redis.keys("tg_slot:*") == [keys.telegram_slot("c" * 64).encode()]
    assert await store.slots(new.identity) == {"c" * 64: SLOT}


async def test_an_end_that_comes_late_spares_the_next_session(store: RecordStore, lease: Lease) -> None:
    old = await created(store, lease)
    new = await created(store, lease, "b" * 64)
    await store.delete(lease.user_id, old.identity.record_id)
    assert await store.read(lease.user_id) == new
    assert await store.slot(new.identity, "b" * 64) == SLOT


async def test_no_slot_for_a_session_that_is_gone(redis: Redis, store: RecordStore, lease: Lease) -> None:
    record = await created(store, lease)
    await store.delete(lease.user_id)
    assert not await store.add_slot(record.identity, lookup="b" * 64, slot=SLOT)
    assert await redis.keys("tg_s*") == []


async def test_a_further_slot_ends_with_the_session(redis: Redis, store: RecordStore, lease: Lease) -> None:
    record = await created(store, lease)
    await store.add_slot(record.identity, lookup="b" * 64, slot=SLOT)
    assert await redis.expiretime(keys.telegram_slot("b" * 64)) == record.identity.expires_at


async def test_one_device_goes_and_the_others_stay(store: RecordStore, lease: Lease) -> None:
    record = await created(store, lease)
    await store.add_slot(record.identity, lookup="b" * 64, slot=SLOT)
    assert await store.remove_slot(record.identity, "a" * 64) == 1
    assert await store.slots(record.identity) == {"b" * 64: SLOT}
    assert await store.remove_slot(record.identity, "b" * 64) == 0


async def test_a_redis_that_lost_its_data_is_told_again(
    redis: Redis, store: RecordStore, leases: Leases, lease: Lease
) -> None:
    record = await created(store, lease)
    await redis.flushall()
    slots = {"a" * 64: SLOT, "b" * 64: b"other"}
    await store.publish(replace(record, generation=7), lease, slots)
    assert await store.read(lease.user_id) == replace(record, generation=7)
    assert await store.slots(record.identity) == slots
    user = keys.UserKeys(lease.user_id)
    names = user.telegram_session, user.telegram_slots, keys.telegram_slot("a" * 64)
    assert {await redis.expiretime(name) for name in names} == {record.identity.expires_at}


async def test_what_redis_still_knows_is_not_said_over(store: RecordStore, lease: Lease) -> None:
    record = await created(store, lease)
    await store.publish(replace(record, generation=7, blob=b"x"), lease, {"b" * 64: SLOT})
    assert await store.read(lease.user_id) == record
    assert await store.slots(record.identity) == {"a" * 64: SLOT}


async def test_a_login_is_kept_for_ten_minutes_from_its_start(
    redis: Redis, store: RecordStore, lease: Lease
) -> None:
    login, name = login_of(lease.user_id), keys.UserKeys(lease.user_id).telegram_login
    await store.put_login(login, lease)
    assert await store.read_login(lease.user_id) == login
    for generation in range(2, 20):
        await store.put_login(replace(login, generation=generation, phase="password_needed"), lease)
    assert await redis.expiretime(name) == login.identity.expires_at
    assert 590 < await redis.ttl(name) <= keys.LOGIN_SECONDS == 600
    await store.delete_login(lease.user_id)
    assert await store.read_login(lease.user_id) is None


async def test_nothing_of_a_user_is_found_under_another(store: RecordStore, leases: Leases) -> None:
    mine, theirs = await leases.acquire(uuid4()), await leases.acquire(uuid4())
    record = await created(store, mine)
    await store.put_login(login_of(mine.user_id), mine)
    assert await store.read(theirs.user_id) is None
    assert await store.read_login(theirs.user_id) is None
    await store.delete(theirs.user_id)
    assert await store.read(mine.user_id) == record


async def test_a_redis_that_is_away_is_said() -> None:
    with own_redis() as server:
        async with open_redis(server.url) as redis:
            store, leases = RecordStore(redis), Leases(redis)
            await leases.beat()
            lease = await leases.acquire(uuid4())
            server.stop()
            record, login = record_of(lease.user_id), login_of(lease.user_id)
            for question in (
                store.read(lease.user_id),
                store.create(record, lease, lookup="a" * 64, slot=SLOT),
                store.save(record, lease),
                store.slots(record.identity),
                store.add_slot(record.identity, lookup="a" * 64, slot=SLOT),
                store.remove_slot(record.identity, "a" * 64),
                store.publish(record, lease, {}),
                store.delete(lease.user_id),
                store.read_login(lease.user_id),
                store.put_login(login, lease),
                store.delete_login(lease.user_id),
            ):
                with pytest.raises(StorageUnavailable):
                    await question
