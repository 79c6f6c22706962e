"""The rules of MTProto, packet by packet: what is refused and how, what is repeated, what is remembered."""

from __future__ import annotations

import time
from typing import Any

import pytest
from telethon import functions as fn
from telethon import types as t
from telethon.tl.core import RpcResult

from quart_app.demo import DemoDataCentre
from quart_app.demo.authorization import SALT_LIFETIME
from quart_app.demo.received import REMEMBERED, Received
from tests.quart_app.demo.raw_client import Wire, new_key

NEAREST = fn.help.GetNearestDcRequest()


def ping(number: int = 1) -> bytes:
    return bytes(fn.PingRequest(number))


async def begun(wire: Wire) -> None:
    """The session is known and its key introduced: sequence numbers from 3 on are free."""
    wire.call(NEAREST)
    assert isinstance(await wire.one(), RpcResult)


def code_of(answer: Any) -> int:
    assert isinstance(answer, t.BadMsgNotification)
    return int(answer.error_code)


async def test_sequence_numbers_follow_message_ids(wire: Wire) -> None:
    await begun(wire)
    early, late = wire.next_id(), wire.next_id()
    wire.send(ping(), message_id=late, sequence=21)
    assert (await wire.one()).ping_id == 1
    wire.send(ping(), sequence=21)
    assert code_of(await wire.one()) == 32
    wire.send(ping(), message_id=early, sequence=23)
    assert code_of(await wire.one()) == 33
    wire.send(ping(2), message_id=early, sequence=11)
    assert (await wire.one()).ping_id == 2, "one that fits in between is welcome, gaps and all"


async def test_parity_of_sequence_numbers(wire: Wire) -> None:
    await begun(wire)
    wire.send(NEAREST, sequence=4)
    assert code_of(await wire.one()) == 35
    wire.writer.write(wire.container(ping(), content=True))
    assert code_of(await wire.one()) == 34
    wire.send(t.MsgsAck([1]), sequence=20)
    wire.send(ping(3), sequence=20)
    assert (await wire.one()).ping_id == 3, "pings may be either"
    wire.send(t.MsgsAck([1]), sequence=23)
    wire.send(ping(4), sequence=25)
    assert (await wire.one()).ping_id == 4, "and so may acknowledgements, as some clients number them"


async def test_containers(wire: Wire) -> None:
    await begun(wire)
    number = wire.send(ping())
    await wire.one()
    wire.writer.write(wire.container(ping(), message_id=number))
    assert code_of(await wire.one()) == 19, "the id was used before"
    wire.writer.write(wire.container(ping(), message_id=wire.next_id()))
    assert code_of(await wire.one()) == 64, "its content is newer than itself"
    wire.writer.write(wire.container(wire_container()))
    assert code_of(await wire.one()) == 64
    later = wire.next_id() + 400
    wire.writer.write(wire.container(ping(5), message_id=later))
    assert (await wire.one()).ping_id == 5
    wire.writer.write(wire.container(ping(6), message_id=later))
    assert code_of(await wire.one()) == 19


def wire_container() -> bytes:
    return bytes.fromhex("dcf8f173") + (0).to_bytes(4, "little")


async def test_a_short_answer_is_sent_again_with_the_same_id(demo: DemoDataCentre, wire: Wire) -> None:
    number = wire.call(NEAREST)
    await wire.answers(2)
    first = wire.ids[-1]
    wire.call(NEAREST, message_id=number)
    assert isinstance(await wire.one(), RpcResult)
    assert wire.ids[-1] == first
    assert demo.instrument.counts["help.GetNearestDc"] == 1
    wire.send(t.MsgsAck([first]), content=False)
    wire.call(NEAREST, message_id=number)
    [(_, confirmed)] = await wire.answers(1)
    assert (type(confirmed), confirmed.msg_ids) == (t.MsgsAck, [number])


async def test_messages_in_doubt(wire: Wire) -> None:
    number = wire.call(NEAREST)
    await wire.answers(2)
    answer = wire.ids[-1]
    asked = [number, number - 8, number + (8 << 32)]
    wire.send(t.MsgsStateReq(asked), content=False)
    assert (await wire.one()).info.encode() == bytes([4 | 8 | 32 | 64, 2, 3])
    wire.send(t.MsgResendReq([answer]), content=False)
    assert isinstance(await wire.one(), RpcResult)
    assert wire.ids[-1] == answer
    wire.send(t.MsgsAck([answer]), content=False)
    wire.send(t.MsgResendReq([answer]), content=False)
    assert (await wire.one()).info.encode() == b"\x01"


async def test_a_session_outlives_its_connection(demo: DemoDataCentre, wire: Wire) -> None:
    number = wire.call(NEAREST)
    await wire.answers(2)
    missed = wire.ids[-1]
    wire.writer.close()
    again = await Wire.open(demo, wire.key)
    again.send(ping(4), message_id=number + 4, sequence=3)
    heard = await again.answers(3)
    assert [type(one.answer) for one in heard] == [t.NewSessionCreated, RpcResult, t.Pong]
    assert again.ids[1] == missed, "unconfirmed, so it comes once more"
    again.send(t.MsgsAck(again.ids), sequence=4, message_id=number + 8)
    again.writer.close()
    third = await Wire.open(demo, wire.key)
    third.send(ping(5), message_id=number + 12, sequence=5)
    assert [type(one.answer) for one in await third.answers(1)] == [t.Pong]
    third.writer.close()


async def test_sessions_of_another_key_are_others(demo: DemoDataCentre, wire: Wire) -> None:
    await begun(wire)
    other = await Wire.open(demo, new_key(demo))
    other.send(ping())
    assert isinstance((await other.answers(1))[0].answer, t.NewSessionCreated)
    other.writer.close()


async def test_destroying_a_session(wire: Wire) -> None:
    wire.send(ping(), session=5)
    wire.send(ping(), session=6)
    await wire.answers(4)
    for session, kind in ((5, t.DestroySessionOk), (5, t.DestroySessionNone), (6, t.DestroySessionNone)):
        wire.send(fn.DestroySessionRequest(session), session=6)
        assert isinstance(await wire.one(), kind)
    wire.send(ping(), session=5)
    assert isinstance((await wire.answers(1))[0].answer, t.NewSessionCreated)


async def test_salts(wire: Wire) -> None:
    await begun(wire)
    wire.send(fn.GetFutureSaltsRequest(3))
    future = await wire.one()
    now = int(time.time())
    assert future.salts[0].salt == 7
    ages = [(salt.valid_since.timestamp() - now, salt.valid_until.timestamp() - now) for salt in future.salts]
    assert ages[1][0] - ages[0][0] == SALT_LIFETIME
    assert ages[0][1] - ages[0][0] == 2 * SALT_LIFETIME
    wire.key.salt_from -= SALT_LIFETIME
    assert wire.key.current_salt(time.time()) == future.salts[1].salt
    wire.send(ping(2), salt=7)
    assert (await wire.one()).ping_id == 2, "the salt before is good for half an hour more"
    wire.key.salt_from -= SALT_LIFETIME
    wire.send(ping(3), salt=7)
    refused = await wire.one()
    assert (type(refused), refused.new_server_salt) == (t.BadServerSalt, future.salts[2].salt)


async def test_requests_that_wait_for_others(demo: DemoDataCentre, wire: Wire) -> None:
    await begun(wire)
    demo.instrument.delay("help.GetNearestDc", 0.1, times=1)
    slow = wire.send(NEAREST)
    wire.send(fn.InvokeAfterMsgRequest(slow, fn.help.GetAppConfigRequest(0)))
    assert (await wire.one()).req_msg_id == slow
    await wire.one()
    methods = [call.method for call in demo.instrument.calls()]
    assert methods[-2:] == ["help.GetNearestDc", "help.GetAppConfig"]
    bad = wire.send(fn.updates.GetStateRequest())
    assert (await wire.one()).error.error_message == "AUTH_KEY_UNREGISTERED"
    wire.send(fn.InvokeAfterMsgRequest(bad, NEAREST))
    assert (await wire.one()).error.error_message == "MSG_WAIT_FAILED"
    wire.send(fn.InvokeAfterMsgRequest(4, NEAREST))
    assert (await wire.one()).error.error_message == "MSG_WAIT_TIMEOUT"


async def test_a_dropped_answer(demo: DemoDataCentre, wire: Wire) -> None:
    await begun(wire)
    demo.instrument.delay("help.GetNearestDc", 0.05, times=1)
    slow = wire.send(NEAREST)
    wire.send(fn.RpcDropAnswerRequest(slow))
    heard = [one.answer for one in await wire.answers(3) if isinstance(one.answer, RpcResult)]
    assert {each.req_msg_id for each in heard} >= {slow}, "the request itself is answered as well"
    assert {repr_of(each) for each in heard} == {b"RpcAnswerDroppedRunning"}
    wire.send(fn.RpcDropAnswerRequest(4))
    assert b"RpcAnswerUnknown" in repr_of(await wire.one())


def repr_of(result: Any) -> bytes:
    kinds = {t.RpcAnswerDroppedRunning.CONSTRUCTOR_ID: b"RpcAnswerDroppedRunning"}
    kinds[t.RpcAnswerUnknown.CONSTRUCTOR_ID] = b"RpcAnswerUnknown"
    return kinds.get(int.from_bytes(result.body[:4], "little"), b"another")


@pytest.mark.parametrize(
    ("layer", "api_id", "message"),
    [
        (0, 1, "CONNECTION_LAYER_INVALID"),
        (100_000, 1, "CONNECTION_LAYER_INVALID"),
        (229, 0, "CONNECTION_API_ID_INVALID"),
    ],
)
async def test_introductions(wire: Wire, layer: int, api_id: int, message: str) -> None:
    wire.send(NEAREST)
    assert (await wire.one()).error.error_message == "CONNECTION_NOT_INITED"
    init = fn.InitConnectionRequest(api_id, "Raw", "1", "1", "en", "", "en", NEAREST)
    wire.send(fn.InvokeWithLayerRequest(layer, init) if layer else init)
    assert (await wire.one()).error.error_message == message
    wire.call(NEAREST)
    assert (await wire.one()).error is None


async def test_a_destroyed_key(demo: DemoDataCentre, wire: Wire) -> None:
    wire.send(ping())
    await wire.one()
    wire.send(fn.DestroyAuthKeyRequest())
    assert isinstance(await wire.one(), t.DestroyAuthKeyOk)
    assert wire.key.id not in demo.world.keys


def test_what_is_too_old_to_tell() -> None:
    received = Received()
    for number in range(1, REMEMBERED + 3):
        received.note(number * 4, number * 2 + 1)
    assert received.refusal(4, 1) == received.refusal(8, 1) == 20
    assert received.refusal(13, 7) == 32
    assert received.refusal((REMEMBERED + 3) * 4, (REMEMBERED + 3) * 2 + 1) == 0
    assert received.status(4, lambda _: 0) == 1
