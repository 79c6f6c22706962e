"""A key that is used over two connections at once is dead; one that moves from connection to connection is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telethon import errors
from telethon import functions as fn
from telethon.errors.common import AuthKeyNotFound

from quart_app.demo import DemoDataCentre, RsaKey, open_demo
from quart_app.demo.parallel_use import NEARLY_AT_ONCE, ConnectionRecord, other_in_use
from tests.quart_app.demo.raw_client import Wire, new_key


@pytest.fixture
async def demo(rsa_key: RsaKey, clock: Any) -> AsyncIterator[DemoDataCentre]:
    """Here the protocol's own clock moves as well."""
    async with open_demo(60, 7, rsa_key=rsa_key, clock=clock, wire_clock=clock, codes_a_day=5) as demo:
        yield demo


async def test_a_copied_session_kills_the_key(demo: DemoDataCentre, log_in: Any, new_client: Any) -> None:
    client = await log_in()
    account_id = (await client.get_me()).id
    copy = new_client(client.session.save())
    with pytest.raises(errors.AuthKeyDuplicatedError):
        await copy.connect()
    with pytest.raises(errors.AuthKeyDuplicatedError):
        await client(fn.updates.GetStateRequest())
    assert [overlap.user_id for overlap in demo.instrument.overlaps] == [account_id]
    assert demo.instrument.devices(account_id) == []
    late = new_client(client.session.save())
    with pytest.raises(AuthKeyNotFound):
        await late.connect()


async def test_files_have_connections_of_their_own(
    demo: DemoDataCentre, log_in: Any, new_client: Any
) -> None:
    """As at a data centre for media, which is where other clients fetch them."""
    client = await log_in()
    saved = await Wire.open(demo, next(iter(demo.world.keys)))
    saved.call(fn.upload.SaveFilePartRequest(1, 0, b"part"))
    assert (await saved.one()).error is None
    assert await client.get_me()
    assert demo.instrument.overlaps == []
    saved.writer.close()


async def test_taking_turns_kills_it_however_slowly(
    demo: DemoDataCentre, log_in: Any, new_client: Any, clock: Any
) -> None:
    client = await log_in()
    copy = new_client(client.session.save())
    clock.ahead += 10
    await copy.connect()
    assert demo.instrument.overlaps == []
    clock.ahead += 10
    with pytest.raises(errors.AuthKeyDuplicatedError):
        await client(fn.updates.GetStateRequest())
    assert len(demo.instrument.overlaps) == 1


async def test_one_after_the_other_is_fine(demo: DemoDataCentre, log_in: Any, new_client: Any) -> None:
    client = await log_in()
    saved = client.session.save()
    for _ in range(5):
        await client.disconnect()
        client = new_client(saved)
        await client.connect()
        assert await client.get_me()
    assert demo.instrument.overlaps == []


async def test_reconnecting_after_a_drop_is_fine(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    for _ in range(3):
        assert demo.instrument.drop_connections() == 1
        assert await client.get_me()
    assert demo.instrument.overlaps == []
    assert len(demo.instrument.connections) == 4


async def test_requests_that_silence_held_up_are_not_parallel(demo: DemoDataCentre, clock: Any) -> None:
    """The old connection was given up before the new one was opened; both are read afterwards, at once."""
    key = new_key(demo, initialised=True)
    key.log_in(demo.world.account_for("9996620001").id, demo.world.clock())
    old = await Wire.open(demo, key)
    old.send(fn.PingRequest(1))
    await old.one()
    demo.instrument.silence(True)
    old.send(fn.updates.GetStateRequest())
    old.writer.close()
    clock.ahead = 2
    new = await Wire.open(demo, key)
    new.send(fn.updates.GetStateRequest(), session=2)
    await asyncio.sleep(0.05)
    demo.instrument.silence(False)
    assert (await new.one()).error is None
    new.writer.close()
    assert demo.instrument.counts["updates.GetState"] == 2, "the old request was read"
    assert demo.instrument.overlaps == []


async def test_two_logins_of_one_account_are_two_keys(demo: DemoDataCentre, log_in: Any) -> None:
    first, second = await log_in(), await log_in()
    for _ in range(3):
        await first.get_me()
        await second.get_me()
    assert demo.instrument.overlaps == []
    assert len(demo.instrument.devices((await first.get_me()).id)) == 2


def record(
    number: int, opened: float, requested: float | None, closed: float | None = None
) -> ConnectionRecord:
    return ConnectionRecord(number, opened, closed_at=closed, requested_at=requested)


@pytest.mark.parametrize(
    ("other", "guilty"),
    [
        (record(1, 0, None), False),
        (record(1, 0, 50), False),
        (record(1, 0, 99.9), False),
        (record(1, 0, 100 + 20 - NEARLY_AT_ONCE / 2), True),
        (record(1, 0, 100), True),
        (record(1, 0, 119.9, closed=119.95), False),
        (record(1, 110, 115), True),
        (record(1, 110, None), False),
    ],
)
def test_the_rule(other: ConnectionRecord, guilty: bool) -> None:
    """A request at 120 on a connection that was opened at 100."""
    this = record(2, 100, 110)
    assert (other_in_use(this, [this, other], 120) is other) is guilty


def test_a_request_from_before_the_other_connection() -> None:
    old, new = record(1, 0, None), record(2, 100, 100)
    assert other_in_use(old, [old, new], 99) is None
    assert other_in_use(old, [old, new], 100) is new


def test_hasty_reconnect_is_parallel_while_the_old_connection_is_open() -> None:
    old, new = record(1, 0, 99.5), record(2, 100, None)
    assert other_in_use(new, [old, new], 100.1) is old
    assert other_in_use(new, [old, new], 101) is None
