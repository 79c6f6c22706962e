"""Single packets, sealed by hand: what a client library would never send, or never in this order."""

from __future__ import annotations

import asyncio
import os
import struct
import time
from collections.abc import AsyncIterator
from hashlib import sha1, sha256
from typing import Any

import pytest
from mtproto.crypto.aes import kdf
from telethon import functions as fn
from telethon import types as t
from telethon.crypto import AES
from telethon.extensions import BinaryReader
from telethon.tl.core import RpcResult

from quart_app.demo import DemoDataCentre
from quart_app.demo.authorization import AuthorizationKey

HEAD = struct.Struct("<qqqii")


class Wire:
    """One connection in the abridged transport, with a key that the data centre knows."""

    def __init__(
        self, key: AuthorizationKey, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.key, self.reader, self.writer = key, reader, writer
        self._last_id = 0

    def next_id(self) -> int:
        self._last_id = max(int(time.time()) << 32, self._last_id + 4)
        return self._last_id

    def packet(
        self, body: bytes, *, session: int = 1, message_id: int | None = None, salt: int | None = None
    ) -> bytes:
        number = self.next_id() if message_id is None else message_id
        salt = self.key.current_salt(time.time()) if salt is None else salt
        plain = HEAD.pack(salt, session, number, 1, len(body)) + body
        plain += os.urandom(-(len(plain) + 12) % 16 + 12)
        message_key = sha256(self.key.key[88:120] + plain).digest()[8:24]
        encrypted = AES.encrypt_ige(plain, *kdf(self.key.key, message_key, True))
        whole = struct.pack("<Q", self.key.id) + message_key + encrypted
        return bytes([len(whole) // 4]) + bytes(whole)

    async def answers(self, count: int) -> list[tuple[int, Any]]:
        """The next ``count`` objects, as (session id, object), out of their containers and results."""
        found: list[tuple[int, Any]] = []
        while len(found) < count:
            length = (await asyncio.wait_for(self.reader.readexactly(1), 5))[0] * 4
            if length == 0x7F * 4:
                length = int.from_bytes(await self.reader.readexactly(3), "little") * 4
            whole = await self.reader.readexactly(length)
            plain = AES.decrypt_ige(whole[24:], *kdf(self.key.key, whole[8:24], False))
            _, session, _, _, size = HEAD.unpack_from(plain)
            with BinaryReader(plain[HEAD.size : HEAD.size + size]) as reader:
                message = reader.tgread_object()
            inner = [part.obj for part in message.messages] if hasattr(message, "messages") else [message]
            found += [(session, part) for part in inner]
        return found


@pytest.fixture
async def wire(demo: DemoDataCentre) -> AsyncIterator[Wire]:
    data, now = os.urandom(256), time.time()
    key = AuthorizationKey(data, int.from_bytes(sha1(data).digest()[-8:], "little"), 7, now, now)
    demo.world.keys.add(key)
    reader, writer = await asyncio.open_connection(demo.data_centre.host, demo.data_centre.port)
    writer.write(b"\xef")
    yield Wire(key, reader, writer)
    writer.close()


def ping(number: int) -> bytes:
    return bytes(fn.PingRequest(number))


async def test_a_new_session_is_announced_once(wire: Wire) -> None:
    wire.writer.write(wire.packet(ping(1)))
    announced, pong = await wire.answers(2)
    assert isinstance(announced[1], t.NewSessionCreated)
    assert (pong[0], pong[1].ping_id) == (1, 1)
    wire.writer.write(wire.packet(ping(2)))
    assert [answer.ping_id for _, answer in await wire.answers(1)] == [2]


async def test_answers_stay_in_the_session_that_asked(wire: Wire) -> None:
    wire.writer.write(
        wire.packet(ping(1), session=5) + wire.packet(ping(2), session=6) + wire.packet(ping(3), session=5)
    )
    answers = await wire.answers(6)
    pongs = [(session, answer.ping_id) for session, answer in answers if isinstance(answer, t.Pong)]
    assert pongs == [(5, 1), (6, 2), (5, 3)]


async def test_wrong_salt_is_corrected_and_nothing_done(wire: Wire) -> None:
    wire.writer.write(wire.packet(ping(1), salt=1))
    [(session, answer)] = await wire.answers(1)
    assert (type(answer), session) == (t.BadServerSalt, 1)
    assert (answer.error_code, answer.new_server_salt) == (48, 7)


@pytest.mark.parametrize(("shift", "code"), [(1, 18), (-400 << 32, 16), (60 << 32, 17)])
async def test_message_ids_out_of_bounds(wire: Wire, shift: int, code: int) -> None:
    wire.writer.write(wire.packet(ping(1), message_id=(int(time.time()) << 32) + shift))
    [(_, answer)] = await wire.answers(1)
    assert (type(answer), answer.error_code) == (t.BadMsgNotification, code)


async def test_what_is_no_request_is_refused_by_itself(wire: Wire) -> None:
    unknown = struct.pack("<I", 0x12345678)
    parts = b"".join(struct.pack("<qii", wire.next_id(), 1, len(body)) + body for body in (unknown, ping(9)))
    wire.writer.write(wire.packet(struct.pack("<Ii", 0x73F1F8DC, 2) + parts))
    _, (_, refused), (_, pong) = await wire.answers(3)
    assert isinstance(refused, RpcResult)
    assert refused.error.error_message == "INPUT_METHOD_INVALID"
    assert pong.ping_id == 9


async def test_a_request_is_answered_once(demo: DemoDataCentre, wire: Wire) -> None:
    request, number = bytes(fn.help.GetNearestDcRequest()), wire.next_id()
    wire.writer.write(wire.packet(request, message_id=number) * 2 + wire.packet(ping(1)))
    answers = [answer for _, answer in await wire.answers(3)]
    assert [type(answer) for answer in answers] == [t.NewSessionCreated, RpcResult, t.Pong]
    assert answers[1].error.error_message == "CONNECTION_NOT_INITED"
    assert demo.instrument.counts["help.GetNearestDc"] == 1


async def test_state_of_messages(wire: Wire) -> None:
    wire.writer.write(wire.packet(bytes(t.MsgsStateReq([1, 2]))))
    _, (_, answer) = await wire.answers(2)
    assert answer.info == "\x04\x04"
