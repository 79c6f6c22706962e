"""What a client's packet holds: one message, or several in a container, any of them compressed."""

from __future__ import annotations

import struct
import zlib
from typing import Any, NamedTuple

from telethon.extensions import BinaryReader

from quart_app.demo.errors import FLOOD, BadContainer, ProtocolError
from quart_app.demo.older_layers import incoming

_CONTAINER, _GZIP = 0x73F1F8DC, 0x3072CFA1
MOST_MESSAGES = 1024
"""In one container."""
LARGEST_CONTAINER = 1_044_456
"""Bytes of its content; Telegram closes the connection where there are more."""
_LARGEST = 8 * 1024 * 1024
"""Bytes that a compressed message may grow to."""


class Inner(NamedTuple):
    """One message of a packet, unpacked. ``body`` is TL."""

    message_id: int
    sequence: int
    body: bytes


def is_container(body: bytes) -> bool:
    return _constructor(body) == _CONTAINER


def split(message_id: int, sequence: int, body: bytes) -> list[Inner]:
    """The messages of a packet.

    Raises BadContainer for what bad_msg_notification 64 is for (a container in another one or compressed, an id
    that is not below the container's), ProtocolError if lengths do not fit or there are too many. An empty
    container is a good one.
    """
    if not is_container(body):
        return [Inner(message_id, sequence, _plain(body))]
    count = _integer(body, 4)
    if len(body) > LARGEST_CONTAINER:
        raise ProtocolError("container too large", FLOOD)
    if count < 0:
        raise BadContainer("container of an impossible size")
    if count > MOST_MESSAGES:
        raise ProtocolError("too many messages in a container", FLOOD)
    return _parts(message_id, count, body)


def _parts(container_id: int, count: int, body: bytes) -> list[Inner]:
    found: list[Inner] = []
    position = 8
    for _ in range(count):
        if position + 16 > len(body):
            raise ProtocolError("container ends within a message")
        message_id, sequence, length = struct.unpack_from("<qii", body, position)
        position += 16
        if length < 4 or position + length > len(body):
            raise ProtocolError("container ends within a message")
        if message_id >= container_id:
            raise BadContainer("message newer than its container")
        inner = body[position : position + length]
        if is_container(inner):
            raise BadContainer("container in a container")
        found.append(Inner(message_id, sequence, _plain(inner)))
        position += length
    if position != len(body):
        raise ProtocolError("bytes behind the last message of a container")
    return found


def parse(body: bytes) -> Any:
    """The TL object in ``body``, or None if there is none that this layer knows."""
    try:
        with BinaryReader(incoming(body)) as reader:
            return reader.tgread_object()
    except Exception:  # noqa: BLE001 (generated code fails in many ways on what it does not know)
        return None


def _plain(body: bytes) -> bytes:
    if _constructor(body) != _GZIP:
        return body
    plain = _unzip(body)
    if is_container(plain):
        raise BadContainer("compressed container")
    return plain


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
