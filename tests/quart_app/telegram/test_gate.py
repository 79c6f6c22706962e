"""The gate: no call that must wait, none that waits for ever, none that is repeated by itself."""

from __future__ import annotations

import asyncio

import pytest
from telethon import errors
from telethon import functions as fn
from telethon.tl import types

from commands import TelegramError
from quart_app.demo import DemoDataCentre
from quart_app.telegram import gate
from quart_app.telegram.client import connect
from quart_app.telegram.gate import Gate, GatedClient, method_name
from tests.quart_app.telegram.worker import Person, Recorded, Worker, until

DIALOGS = fn.messages.GetPinnedDialogsRequest(folder_id=0)
METHOD = "messages.GetPinnedDialogs"


class Watch:
    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def client(worker: Worker, person: Person) -> GatedClient:
    """Logged in, with nothing counted so far."""
    await worker.log_in(person)
    worker.metrics.calls.clear()
    return worker.client(person)


def test_methods_are_named_as_in_the_documentation() -> None:
    assert method_name(DIALOGS) == METHOD
    assert method_name(fn.help.GetConfigRequest()) == "help.GetConfig"
    assert method_name(fn.InvokeWithLayerRequest(1, fn.help.GetConfigRequest())) == "InvokeWithLayer"
    assert method_name([DIALOGS, DIALOGS]) == METHOD


def test_a_flood_wait_is_counted_down_for_its_method_alone() -> None:
    watch, seen = Watch(), Recorded()
    one = Gate(seen, clock=watch)
    one.finished("a.B", 50.0, errors.FloodWaitError(request=None, capture=37))
    assert (one.wait("a.B"), one.wait("a.C")) == (38, 0)
    watch.now += 36.5
    assert one.wait("a.B") == 1
    watch.now += 0.5
    assert one.wait("a.B") == 0
    assert seen.floods == [("a.B", 37)]


def test_other_errors_ask_for_no_wait() -> None:
    one = Gate(Recorded(), clock=Watch())
    for error in (
        None,
        errors.ChannelPrivateError(None),
        errors.SlowModeWaitError(None, capture=5),
        OSError(),
    ):
        one.finished("a.B", 50.0, error)
    assert one.wait("a.B") == 0


async def test_a_call_during_a_known_wait_does_not_reach_telegram(
    demo: DemoDataCentre, client: GatedClient
) -> None:
    demo.instrument.flood(METHOD, 37)
    for _ in range(3):
        with pytest.raises(errors.FloodWaitError) as caught:
            await client(DIALOGS)
        assert 36 <= caught.value.seconds <= 38
    assert demo.instrument.counts[METHOD] == 1
    assert await client(fn.updates.GetStateRequest())


async def test_once_it_is_over_the_call_goes_out_again(demo: DemoDataCentre, client: GatedClient) -> None:
    watch = Watch()
    client.gate = Gate(Recorded(), clock=watch)
    demo.instrument.flood(METHOD, 2)
    with pytest.raises(errors.FloodWaitError):
        await client(DIALOGS)
    watch.now += 2
    assert await client(DIALOGS)
    assert demo.instrument.counts[METHOD] == 2


async def test_no_flood_wait_is_slept_through(demo: DemoDataCentre, client: GatedClient) -> None:
    demo.instrument.flood(METHOD, 1)
    with pytest.raises(errors.FloodWaitError):
        await client(DIALOGS)
    assert demo.instrument.counts[METHOD] == 1


async def test_each_client_has_waits_of_its_own(demo: DemoDataCentre, worker: Worker) -> None:
    one, other = Person("20001"), Person("20003")
    await worker.log_in(one)
    await worker.log_in(other)
    demo.instrument.flood(METHOD, 37)
    with pytest.raises(errors.FloodWaitError):
        await worker.client(one)(DIALOGS)
    assert await worker.client(other)(DIALOGS)


async def test_in_silence_a_call_ends(
    demo: DemoDataCentre, client: GatedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "CALL_SECONDS", 0.1)
    demo.instrument.silence(True)
    with pytest.raises(TimeoutError):
        await client(DIALOGS)
    demo.instrument.silence(False)


async def test_a_disconnection_is_no_cancellation(demo: DemoDataCentre, client: GatedClient) -> None:
    demo.instrument.silence(True)
    waiting = asyncio.create_task(client(DIALOGS))
    await asyncio.sleep(0.02)
    await client.disconnect()
    with pytest.raises(ConnectionError):
        await waiting
    demo.instrument.silence(False)


async def test_a_connection_that_breaks_is_said_as_such(demo: DemoDataCentre, client: GatedClient) -> None:
    demo.instrument.silence(True)
    waiting = asyncio.create_task(client(DIALOGS))
    await asyncio.sleep(0.02)
    demo.instrument.silence(False)
    demo.instrument.drop_connections()
    with pytest.raises(ConnectionError):
        await waiting


@pytest.mark.parametrize(
    "error",
    [asyncio.IncompleteReadError(b"", 8), BufferError(), errors.SecurityError(), errors.AuthKeyNotFound()],
)
async def test_however_it_breaks(client: GatedClient, error: Exception) -> None:
    """What Telethon hands to the calls that wait; an auth key that is unknown is no broken connection."""
    waiting = asyncio.create_task(client(DIALOGS))
    await asyncio.sleep(0)
    await client._sender._disconnect(error=error)
    expected = type(error) if isinstance(error, errors.AuthKeyNotFound) else ConnectionError
    with pytest.raises(expected):
        await waiting


async def test_a_call_into_a_breaking_connection_fails_soon_and_is_not_sent_later(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    """However far Telethon has come in noticing: it keeps what it could not send for the next connection."""
    await worker.log_in(person)
    client = worker.client(person)
    for turns in range(12):
        demo.instrument.drop_connections()
        for _ in range(turns):
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            with pytest.raises(ConnectionError):
                await client(DIALOGS)
        await until(lambda: not client.is_connected())
        counted = demo.instrument.counts[METHOD]
        await client.disconnect()
        await connect(client)
        await client(fn.updates.GetStateRequest())
        assert demo.instrument.counts[METHOD] == counted


async def test_who_cancels_a_call_is_obeyed(demo: DemoDataCentre, client: GatedClient) -> None:
    demo.instrument.silence(True)
    waiting = asyncio.create_task(client(DIALOGS))
    await asyncio.sleep(0.02)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    demo.instrument.silence(False)


async def test_a_timeout_of_the_caller_is_the_callers(demo: DemoDataCentre, client: GatedClient) -> None:
    demo.instrument.silence(True)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05) as limit:
            await client(DIALOGS)
    assert limit.expired()
    demo.instrument.silence(False)


@pytest.mark.parametrize(("code", "message"), [(500, "INTERNAL"), (400, "RPC_CALL_FAIL"), (-503, "Timeout")])
async def test_nothing_is_repeated_after_an_error_of_the_server(
    demo: DemoDataCentre, client: GatedClient, monkeypatch: pytest.MonkeyPatch, code: int, message: str
) -> None:
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(min(seconds, 0.05))

    monkeypatch.setattr(asyncio, "sleep", noted)
    demo.instrument.fault(METHOD, code, message)
    with pytest.raises(errors.RPCError):
        await client(DIALOGS)
    assert demo.instrument.counts[METHOD] == 1
    assert [pause for pause in pauses if pause >= 1] == [], "whoever asked hears of it at once"
    assert await client(DIALOGS)


async def test_of_several_requests_an_error_ends_the_rest(demo: DemoDataCentre, client: GatedClient) -> None:
    first, second = await client([fn.updates.GetStateRequest(), DIALOGS])
    assert (type(first).__name__, type(second).__name__) == ("State", "PeerDialogs")
    demo.instrument.fault("updates.GetState", 400, "REFUSED")
    with pytest.raises(errors.RPCError):
        await client([fn.updates.GetStateRequest(), DIALOGS])
    assert demo.instrument.counts[METHOD] == 1


async def test_calls_are_counted_by_method_and_outcome(
    demo: DemoDataCentre, client: GatedClient, worker: Worker
) -> None:
    await client(DIALOGS)
    demo.instrument.flood(METHOD, 9)
    with pytest.raises(errors.FloodWaitError):
        await client(DIALOGS)
    assert worker.metrics.calls == [(METHOD, "ok"), (METHOD, "FloodWaitError")]
    assert worker.metrics.floods == [(METHOD, 9)]


async def test_updates_come_in_order(demo: DemoDataCentre, client: GatedClient) -> None:
    seen: list[str] = []
    everything = asyncio.Event()

    def look(update: object) -> None:
        if isinstance(update, types.UpdateNewChannelMessage):
            seen.append(update.message.message)
            if len(seen) == 20:
                everything.set()

    client.on_update = look
    for number in range(20):
        demo.world.post("scontierrati", f"post {number}")
    async with asyncio.timeout(10):
        await everything.wait()
    assert seen == [f"post {number}" for number in range(20)]


async def test_a_phone_of_another_data_centre_is_followed_there(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    """Here it is the same one under its own number; for the client it is a new connection with a new key."""
    demo.instrument.fault("auth.SendCode", 303, "PHONE_MIGRATE_2")
    await worker.log_in(person)
    assert demo.instrument.counts["auth.SendCode"] == 2
    (device,) = demo.instrument.devices(person.account_id)
    keys_used = {call.key_id for call in demo.instrument.calls("auth.SendCode")}
    assert len(keys_used) == 2
    assert device.key_id in keys_used


async def test_it_is_followed_once(demo: DemoDataCentre, worker: Worker, person: Person) -> None:
    demo.instrument.fault("auth.SendCode", 303, "PHONE_MIGRATE_2", times=5)
    with pytest.raises(TelegramError, match="telegram_refused"):
        await worker.start(person)
    assert demo.instrument.counts["auth.SendCode"] == 2
