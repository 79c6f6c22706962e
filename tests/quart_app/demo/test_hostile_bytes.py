"""Whoever doesn't speak MTProto is shown out, quietly, and disturbs nobody else."""

from __future__ import annotations

import asyncio
import gzip
import os
import struct
from typing import Any

import pytest
from telethon.tl import TLObject

from quart_app.demo import DemoDataCentre, inner_messages
from quart_app.demo.encryption import Packet, open_packet, seal_packet
from quart_app.demo.errors import BadContainer, ProtocolError

ABRIDGED = b"\xef"


async def say(demo: DemoDataCentre, data: bytes) -> bytes:
    """Everything that comes back until the other side closes."""
    reader, writer = await asyncio.open_connection(demo.data_centre.host, demo.data_centre.port)
    writer.write(data)
    try:
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /api HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
        bytes(range(1, 129)),
        b"\xee\xee\xee\xee" + struct.pack("<i", 1 << 30) + b"x" * 100,
        b"\xee\xee\xee\xee" + struct.pack("<i", 4) + b"abcd",
        struct.pack("<ii", 0, 0) + bytes(64),
        struct.pack("<ii", 11, 0) + bytes(64),
        struct.pack("<ii", 40, 0) + bytes(64),
        ABRIDGED + b"\x01" + b"abcd",
        ABRIDGED + b"\x7f\xff\xff\xff" + bytes(100),
    ],
)
async def test_connection_is_closed(
    demo: DemoDataCentre, data: bytes, log_in: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client = await log_in()
    assert await say(demo, data) == b""
    mine = [record for record in caplog.records if record.name == "quart_app.demo.connection"]
    assert len(mine) == 1
    assert mine[0].exc_info is None
    assert await client.get_me()


async def test_unknown_key_is_told_so(demo: DemoDataCentre) -> None:
    reader, writer = await asyncio.open_connection(demo.data_centre.host, demo.data_centre.port)
    writer.write(ABRIDGED + bytes([(8 + 16 + 48) // 4]) + os.urandom(8 + 16 + 48))
    assert await asyncio.wait_for(reader.readexactly(5), 5) == b"\x01" + struct.pack("<i", -404)
    writer.close()


async def test_forged_message_key(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    key = next(iter(demo.world.keys))
    body = struct.pack("<Q", key.id) + os.urandom(16 + 48)
    assert await say(demo, ABRIDGED + bytes([len(body) // 4]) + body) == b"\x01" + (-404).to_bytes(
        4, "little", signed=True
    )
    assert await client.get_me(), "the key itself is unharmed"


def test_packets_are_verified() -> None:
    key = os.urandom(256)
    message_key, encrypted = seal_packet(key, Packet(1, 2, 3, 4, b"body"))
    with pytest.raises(ProtocolError, match="message key"):
        open_packet(key, message_key, encrypted)  # sealed as a server, opened as a client's
    with pytest.raises(ProtocolError, match="length"):
        open_packet(key, message_key, encrypted[:40])


def container(*messages: tuple[int, bytes]) -> bytes:
    parts = b"".join(struct.pack("<qii", number, 0, len(body)) + body for number, body in messages)
    return struct.pack("<Ii", 0x73F1F8DC, len(messages)) + parts


def packed(data: bytes) -> bytes:
    return struct.pack("<I", 0x3072CFA1) + bytes(TLObject.serialize_bytes(gzip.compress(data)))


def test_containers_and_compression() -> None:
    inner = container((4, b"abcd"), (8, packed(b"efghijkl")))
    assert inner_messages.split(12, 0, inner) == [(4, 0, b"abcd"), (8, 0, b"efghijkl")]
    assert inner_messages.split(1, 3, b"abcd") == [(1, 3, b"abcd")]


@pytest.mark.parametrize(
    "body",
    [
        struct.pack("<Ii", 0x73F1F8DC, 1),
        struct.pack("<Iiqii", 0x73F1F8DC, 1, 4, 0, 400) + b"abcd",
        struct.pack("<Iiqii", 0x73F1F8DC, 1, 4, 0, -4) + b"abcd",
        container((4, b"abcd")) + b"more",
        container((4, bytes(inner_messages.LARGEST_CONTAINER))),
        struct.pack("<I", 0x3072CFA1) + b"\xfe\xff\xff\xffnothing",
        struct.pack("<I", 0x3072CFA1) + bytes(TLObject.serialize_bytes(b"not gzip")),
        packed(bytes(9 * 1024 * 1024)),
    ],
    ids=["cut off", "too long", "negative", "trailing", "large", "lengths", "not gzip", "bomb"],
)
def test_broken_bodies(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        inner_messages.split(12, 0, body)


@pytest.mark.parametrize(
    "body",
    [
        container((4, container((4, b"abcd")))),
        container((4, packed(container((4, b"abcd"))))),
        packed(container((4, b"abcd"))),
        container((12, b"abcd")),
    ],
    ids=["nested", "nested and packed", "packed", "newer than its container"],
)
def test_containers_against_the_rules(body: bytes) -> None:
    with pytest.raises(BadContainer):
        inner_messages.split(12, 0, body)


def test_the_most_a_container_may_hold() -> None:
    most = [(4 * number, b"abcd") for number in range(inner_messages.MOST_MESSAGES)]
    assert len(inner_messages.split(1 << 40, 0, container(*most))) == inner_messages.MOST_MESSAGES
    assert inner_messages.split(12, 0, container()) == []
    with pytest.raises(ProtocolError) as caught:
        inner_messages.split(1 << 40, 0, container(*most, (4, b"abcd")))
    assert caught.value.code == 429
