"""What tests see of the data centre, and how they disturb it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telethon import errors, events
from telethon import functions as fn
from telethon.errors.common import AuthKeyNotFound

from quart_app.demo import DemoDataCentre


async def test_calls_are_recorded(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    account_id = (await client.get_me()).id
    await client.get_dialogs(limit=5)
    seen = demo.instrument.calls("messages.GetDialogs")
    assert [(call.method, call.user_id) for call in seen] == [("messages.GetDialogs", account_id)]
    assert demo.instrument.calls("messages.GetDialogs", user_id=1) == []
    assert demo.instrument.counts["auth.SendCode"] == 1
    methods = {call.method for call in demo.instrument.calls()}
    assert {"help.GetConfig", "auth.SignIn", "updates.GetState"} <= methods
    assert [call.time for call in demo.instrument.calls()] == sorted(
        call.time for call in demo.instrument.calls()
    )


async def test_connections_are_recorded(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    key_id = demo.instrument.devices((await client.get_me()).id)[0].key_id
    assert [record.closed_at for record in demo.instrument.connections_of(key_id)] == [None]
    await client.disconnect()
    closed = demo.instrument.connections_of(key_id)[0]
    while closed.closed_at is None:
        await asyncio.sleep(0.01)
    assert closed.opened_at <= closed.closed_at
    assert closed.requests >= 4


async def test_flood(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    demo.instrument.flood("contacts.ResolveUsername", 30)
    request = fn.contacts.ResolveUsernameRequest("scontierrati")
    with pytest.raises(errors.FloodWaitError) as caught:
        await client(request)
    assert caught.value.seconds == 30
    count = demo.instrument.counts["contacts.ResolveUsername"]
    with pytest.raises(errors.FloodWaitError):
        await client(request)
    assert demo.instrument.counts["contacts.ResolveUsername"] == count, "Telethon waits by itself"


async def test_faults_are_used_up(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    demo.instrument.fault("contacts.ResolveUsername", 400, "USERNAME_NOT_OCCUPIED", times=2)
    for _ in range(2):
        with pytest.raises(errors.UsernameNotOccupiedError):
            await client(fn.contacts.ResolveUsernameRequest("scontierrati"))
    assert await client(fn.contacts.ResolveUsernameRequest("scontierrati"))
    demo.instrument.fault("contacts.ResolveUsername", 400, "USERNAME_NOT_OCCUPIED")
    demo.instrument.clear_faults()
    assert await client(fn.contacts.ResolveUsernameRequest("scontierrati"))


async def test_revoked_from_the_phone(demo: DemoDataCentre, log_in: Any) -> None:
    client, other = await log_in("20001"), await log_in("20003")
    account_id = (await client.get_me()).id
    assert demo.instrument.revoke(account_id) == 1
    with pytest.raises(errors.AuthKeyUnregisteredError):
        await client(fn.updates.GetStateRequest())
    assert demo.instrument.devices(account_id) == []
    assert (await other.get_me()).username == "demo_20003"


async def test_forgotten_keys(demo: DemoDataCentre, log_in: Any, new_client: Any) -> None:
    client = await log_in()
    saved = client.session.save()
    await client.disconnect()
    demo.instrument.forget_keys()
    with pytest.raises(AuthKeyNotFound):
        await new_client(saved).connect()


async def test_refused_connections(demo: DemoDataCentre, new_client: Any) -> None:
    await demo.instrument.refuse_connections(True)
    with pytest.raises(ConnectionError):
        await new_client(connection_retries=0).connect()
    await demo.instrument.refuse_connections(False)
    client = new_client()
    await client.connect()
    assert client.is_connected()


async def test_silence_holds_everything_up(demo: DemoDataCentre, log_in: Any, new_client: Any) -> None:
    client = await log_in()
    heard: asyncio.Queue[Any] = asyncio.Queue()
    client.add_event_handler(heard.put, events.NewMessage())
    demo.instrument.silence(True)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(new_client().connect(), 0.2)
    pending = asyncio.ensure_future(client(fn.updates.GetStateRequest()))
    demo.world.post("scontierrati", "held up")
    await asyncio.sleep(0.1)
    assert not pending.done()
    assert heard.empty()
    demo.instrument.silence(False)
    assert (await asyncio.wait_for(pending, 5)).pts
    assert (await asyncio.wait_for(heard.get(), 5)).raw_text == "held up"
