"""The encrypted layer as Telethon uses it: salts, pings, containers, compression, dropped connections."""

from __future__ import annotations

from typing import Any

import pytest
from telethon import errors
from telethon import functions as fn
from telethon import types as t

from quart_app.demo import DemoDataCentre


async def test_new_salts_are_taken_up(demo: DemoDataCentre, log_in: Any, clock: Any) -> None:
    client = await log_in()
    before = demo.instrument.bad_salts
    for key in demo.world.keys:
        key.salt_from = 0
    assert await client.get_me()
    assert demo.instrument.bad_salts > before


async def test_pings_are_answered(log_in: Any) -> None:
    client = await log_in()
    assert (await client(fn.PingRequest(77))).ping_id == 77
    assert (await client(fn.PingDelayDisconnectRequest(78, 60))).ping_id == 78
    assert (await client(fn.GetFutureSaltsRequest(1))).salts
    assert isinstance(await client(fn.DestroySessionRequest(1)), t.DestroySessionNone)


async def test_many_requests_in_one_container(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    answers = await client([fn.users.GetUsersRequest([t.InputUserSelf()]) for _ in range(30)])
    assert [users[0].is_self for users in answers] == [True] * 30
    ordered = await client([fn.users.GetUsersRequest([t.InputUserSelf()]) for _ in range(3)], ordered=True)
    assert len(ordered) == 3


async def test_compressed_request(log_in: Any) -> None:
    """Telethon compresses what is longer than 512 bytes."""
    client = await log_in()
    text = "a long message, " * 100
    await client.send_message("me", text)
    assert (await client.get_messages("me", limit=1))[0].raw_text == text.strip()


async def test_requests_survive_a_dropped_connection(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    demo.instrument.drop_connections()
    assert (await client.get_me()).is_self
    assert len(demo.instrument.connections) == 2


async def test_a_client_whose_clock_is_wrong_is_corrected(
    demo: DemoDataCentre, log_in: Any, clock: Any
) -> None:
    client = await log_in()
    clock.ahead = 400
    assert (await client.get_me()).is_self


async def test_a_key_must_introduce_itself(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    for key in demo.world.keys:
        key.initialised = False
    with pytest.raises(errors.ConnectionNotInitedError):
        await client(fn.updates.GetStateRequest())


async def test_a_method_that_fails_says_so_and_keeps_the_connection(
    demo: DemoDataCentre, log_in: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = await log_in()

    def fail(_name: str) -> None:
        raise RuntimeError("+9996620001 typed 22222")

    monkeypatch.setattr(demo.world, "account", fail)
    with pytest.raises(errors.BadRequestError):
        await client(fn.updates.GetStateRequest())
    monkeypatch.undo()
    assert await client(fn.updates.GetStateRequest())
    assert len(demo.instrument.connections) == 1
    records = [record for record in caplog.records if record.name.startswith("quart_app.demo")]
    assert [getattr(record, "error", None) for record in records] == ["RuntimeError"]
    assert all("22222" not in str(record.__dict__) for record in records)
