"""Single packets, sealed by hand: what a client library would never send, or never in this order."""

from __future__ import annotations

import struct
import time
from typing import Any

import pytest
from telethon import functions as fn
from telethon import types as t
from telethon.tl.core import RpcResult

from quart_app.demo import DemoDataCentre


def ping(number: int) -> bytes:
    return bytes(fn.PingRequest(number))


async def test_a_new_session_is_announced_once(wire: Any) -> None:
    wire.writer.write(wire.packet(ping(1)))
    announced, pong = await wire.answers(2)
    assert isinstance(announced[1], t.NewSessionCreated)
    assert (pong[0], pong[1].ping_id) == (1, 1)
    wire.writer.write(wire.packet(ping(2)))
    assert [answer.ping_id for _, answer in await wire.answers(1)] == [2]


async def test_answers_stay_in_the_session_that_asked(wire: Any) -> None:
    wire.writer.write(
        wire.packet(ping(1), session=5) + wire.packet(ping(2), session=6) + wire.packet(ping(3), session=5)
    )
    answers = await wire.answers(5)
    pongs = [(session, answer.ping_id) for session, answer in answers if isinstance(answer, t.Pong)]
    assert pongs == [(5, 1), (6, 2), (5, 3)]


async def test_wrong_salt_is_corrected_and_nothing_done(wire: Any) -> None:
    wire.writer.write(wire.packet(ping(1), salt=1))
    [(session, answer)] = await wire.answers(1)
    assert (type(answer), session) == (t.BadServerSalt, 1)
    assert (answer.error_code, answer.new_server_salt) == (48, 7)


@pytest.mark.parametrize(("shift", "code"), [(1, 18), (-400 << 32, 16), (60 << 32, 17)])
async def test_message_ids_out_of_bounds(wire: Any, shift: int, code: int) -> None:
    wire.writer.write(wire.packet(ping(1), message_id=(int(time.time()) << 32) + shift))
    [(_, answer)] = await wire.answers(1)
    assert (type(answer), answer.error_code) == (t.BadMsgNotification, code)


async def test_what_is_no_request_is_refused_by_itself(wire: Any) -> None:
    unknown = struct.pack("<I", 0x12345678)
    wire.writer.write(wire.container(unknown, ping(9)))
    _, (_, refused), (_, pong) = await wire.answers(3)
    assert isinstance(refused, RpcResult)
    assert refused.error.error_message == "INPUT_METHOD_INVALID"
    assert pong.ping_id == 9


async def test_a_request_is_answered_once(demo: DemoDataCentre, wire: Any) -> None:
    request, number = bytes(fn.help.GetNearestDcRequest()), wire.next_id()
    packet = wire.packet(request, message_id=number)
    wire.writer.write(packet * 2 + wire.packet(ping(1)))
    answers = [answer for _, answer in await wire.answers(3)]
    assert [type(answer) for answer in answers] == [t.NewSessionCreated, RpcResult, t.Pong]
    assert answers[1].error.error_message == "CONNECTION_NOT_INITED"
    assert demo.instrument.counts["help.GetNearestDc"] == 1
