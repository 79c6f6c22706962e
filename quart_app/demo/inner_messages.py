"""What a client's packet holds: one message, or several in a container, any of them compressed."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any

from telethon.extensions import BinaryReader

from quart_app.demo.errors import ProtocolError

_CONTAINER, _GZIP = 0x73F1F8DC, 0x3072CFA1
_MOST_MESSAGES = 1020
_LARGEST = 8 * 1024 * 1024
"""Bytes that a compressed message may grow to."""


def split(message_id: int, body: bytes) -> Iterator[tuple[int, bytes]]:
    """The messages of a packet as (message id, TL bytes), unpacked; ProtocolError if lengths do not fit."""
    if _constructor(body) == _GZIP:
        body = _unzip(body)
    if _constructor(body) != _CONTAINER:
        yield message_id, body
        return
    count = _integer(body, 4)
    if not 0 < count <= _MOST_MESSAGES:
        raise ProtocolError("container of an impossible size")
    position = 8
    for _ in range(count):
        if position + 16 > len(body):
            raise ProtocolError("container ends within a message")
        inner_id, _, length = struct.unpack_from("<qii", body, position)
        position += 16
        if length < 4 or position + length > len(body):
            raise ProtocolError("container ends within a message")
        inner = body[position : position + length]
        yield inner_id, _unzip(inner) if _constructor(inner) == _GZIP else inner
        position += length


def parse(body: bytes) -> Any:
    """The TL object in ``body``, or None if there is none that this layer knows."""
    try:
        with BinaryReader(body) as reader:
            return reader.tgread_object()
    except Exception:  # noqa: BLE001 (generated code fails in many ways on what it does not know)
        return None


def _unzip(body: bytes) -> bytes:
    try:
        with BinaryReader(body[4:]) as reader:
            packed = reader.tgread_bytes()
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        data = unpacker.decompress(packed, _LARGEST)
    except (zlib.error, struct.error, BufferError, OSError, ValueError) as error:
        raise ProtocolError("broken compressed message") from error
    if unpacker.unconsumed_tail:
        raise ProtocolError("compressed message too large")
    return data


def _constructor(body: bytes) -> int:
    return _integer(body, 0) & 0xFFFFFFFF if len(body) >= 4 else 0


def _integer(body: bytes, position: int) -> int:
    if position + 4 > len(body):
        raise ProtocolError("message too short")
    return int.from_bytes(body[position : position + 4], "little", signed=True)
