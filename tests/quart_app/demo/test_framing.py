"""The four transports: whole packets out of any pieces, quick acknowledgements, and what breaks the rules."""

from __future__ import annotations

import struct
from collections.abc import Callable
from zlib import crc32

import pytest

from quart_app.demo.errors import ProtocolError
from quart_app.demo.framing import LARGEST, Framing

ENCRYPTED = bytes(range(1, 25)) + bytes(160)
"""A key's id, a message key and ten blocks: 184 bytes, whose length has the bit that means something elsewhere."""
SHORT, LONG = ENCRYPTED[:40], ENCRYPTED + bytes(1600)


def abridged(payload: bytes, number: int, *, quick: bool = False) -> bytes:
    words = len(payload) // 4
    mark = 0x80 if quick else 0
    if words < 127:
        return bytes([words | mark]) + payload
    return bytes([0x7F | mark]) + words.to_bytes(3, "little") + payload


def intermediate(payload: bytes, number: int, *, quick: bool = False) -> bytes:
    return struct.pack("<I", len(payload) | (quick << 31)) + payload


def padded(payload: bytes, number: int, *, quick: bool = False) -> bytes:
    return intermediate(payload + bytes(number % 16), number, quick=quick)


def full(payload: bytes, number: int, *, quick: bool = False) -> bytes:
    whole = struct.pack("<ii", len(payload) + 12, number) + payload
    return whole + struct.pack("<I", crc32(whole))


Wrap = Callable[..., bytes]
TRANSPORTS = [
    pytest.param(b"\xef", abridged, id="abridged"),
    pytest.param(b"\xee" * 4, intermediate, id="intermediate"),
    pytest.param(b"\xdd" * 4, padded, id="padded"),
    pytest.param(b"", full, id="full"),
]


@pytest.mark.parametrize("piece", [1, 3, 7, 4096])
@pytest.mark.parametrize(("mark", "wrap"), TRANSPORTS)
def test_packets_out_of_pieces(mark: bytes, wrap: Wrap, piece: int) -> None:
    payloads = [SHORT, ENCRYPTED, LONG, ENCRYPTED]
    stream = mark + b"".join(wrap(payload, number) for number, payload in enumerate(payloads))
    framing, found = Framing(), []
    for start in range(0, len(stream), piece):
        found += list(framing.incoming(stream[start : start + piece]))
    assert [frame.payload for frame in found] == payloads
    assert not any(frame.quick for frame in found)


@pytest.mark.parametrize(("mark", "wrap"), TRANSPORTS)
def test_what_one_side_sends_the_other_reads(mark: bytes, wrap: Wrap) -> None:
    framing, other = Framing(), Framing()
    list(framing.incoming(mark + wrap(SHORT, 0)))
    [frame] = other.incoming(mark + framing.outgoing(LONG))
    assert frame.payload == LONG


@pytest.mark.parametrize(("mark", "wrap"), TRANSPORTS[:3])
def test_quick_acknowledgements(mark: bytes, wrap: Wrap) -> None:
    framing = Framing()
    [frame] = framing.incoming(mark + wrap(ENCRYPTED, 0, quick=True))
    assert frame == (ENCRYPTED, True)
    told = framing.quick_acknowledgement(b"abc\x80")
    expected = {"abridged": b"\x80cba", "intermediate": b"abc\x80"}
    assert told == expected.get(framing.transport or "", struct.pack("<I", 8) + b"\xff" * 4 + b"abc\x80")


def test_a_plain_message_says_itself_where_it_ends() -> None:
    plain = bytes(8) + struct.pack("<qi", 4, 20) + b"x" * 20
    [frame] = Framing().incoming(b"\xdd" * 4 + padded(plain, 13))
    assert frame.payload == plain


@pytest.mark.parametrize(
    "stream",
    [
        b"GET / HTTP/1.1\r\n",
        bytes(range(1, 20)),
        b"\xee" * 4 + struct.pack("<I", LARGEST + 1),
        struct.pack("<ii", 8, 0),
        full(SHORT, 0)[:-1] + b"?",
        full(SHORT, 0) + full(SHORT, 2),
    ],
    ids=["http", "noise", "oversized", "too short", "damaged", "out of order"],
)
def test_what_is_no_transport(stream: bytes) -> None:
    with pytest.raises(ProtocolError):
        list(Framing().incoming(stream))
