"""Where one packet ends and the next begins: the four TCP transports of MTProto, told apart by their first bytes.

https://core.telegram.org/mtproto/mtproto-transports. HTTP is not spoken here.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import Literal, NamedTuple
from zlib import crc32

from quart_app.demo.errors import ProtocolError

LARGEST = 1 << 20
"""Bytes of a packet."""
_QUICK, _LENGTH = 0x80000000, 0x7FFFFFFF
_FULL_HEAD, _FULL_ENVELOPE = 8, 12
_KEYED = 24
"""Bytes before the encrypted part, which comes in blocks of 16."""
_METHODS = (b"GET ", b"POST", b"HEAD", b"OPTI")
_MARKS = {b"\xee\xee\xee\xee": "intermediate", b"\xdd\xdd\xdd\xdd": "padded"}
Transport = Literal["abridged", "intermediate", "padded", "full"]


class Frame(NamedTuple):
    """``quick``: the client wants to know at once that it came."""

    payload: bytes
    quick: bool = False


class Framing:
    """One connection's. Raises ProtocolError for what is no transport, too large, or damaged."""

    def __init__(self) -> None:
        self.transport: Transport | None = None
        self._buffer = bytearray()
        self._received = self._sent = 0

    def incoming(self, data: bytes) -> Iterator[Frame]:
        """The packets that are complete by now."""
        self._buffer += data
        if self.transport is None and not self._recognised():
            return
        while (frame := self._next()) is not None:
            yield frame

    def outgoing(self, payload: bytes) -> bytes:
        if self.transport == "abridged":
            words = len(payload) // 4
            return (bytes([words]) if words < 127 else b"\x7f" + words.to_bytes(3, "little")) + payload
        if self.transport == "full":
            whole = struct.pack("<ii", len(payload) + _FULL_ENVELOPE, self._sent) + payload
            self._sent += 1
            return whole + struct.pack("<I", crc32(whole))
        padding = os.urandom(os.urandom(1)[0] % 16) if self.transport == "padded" else b""
        if len(payload) == 4:
            padding = b""  # the number of a transport error stands alone
        return struct.pack("<I", len(payload) + len(padding)) + payload + padding

    def quick_acknowledgement(self, token: bytes) -> bytes:
        """Empty where the transport has none."""
        if self.transport == "abridged":
            return token[::-1]
        if self.transport == "intermediate":
            return token
        return struct.pack("<I", 8) + b"\xff" * 4 + token if self.transport == "padded" else b""

    def _recognised(self) -> bool:
        head = bytes(self._buffer[:8])
        if head[:1] == b"\xef":
            self.transport = "abridged"
            del self._buffer[:1]
        elif head[:4] in _MARKS:
            self.transport = "padded" if head[:1] == b"\xdd" else "intermediate"
            del self._buffer[:4]
        elif head[:4] in _METHODS or (len(head) == 8 and head[4:] != bytes(4)):
            raise ProtocolError("not a transport of MTProto")
        elif len(head) == 8:
            self.transport = "full"
        return self.transport is not None

    def _next(self) -> Frame | None:
        if self.transport == "abridged":
            return self._abridged()
        return self._full() if self.transport == "full" else self._intermediate()

    def _abridged(self) -> Frame | None:
        if not self._buffer:
            return None
        first, start = self._buffer[0] & 0x7F, 1
        quick = bool(self._buffer[0] & 0x80)
        if first == 0x7F:
            if len(self._buffer) < 4:
                return None
            first, start = int.from_bytes(self._buffer[1:4], "little"), 4
        return self._cut(start, first * 4, quick=quick)

    def _intermediate(self) -> Frame | None:
        if len(self._buffer) < 4:
            return None
        (length,) = struct.unpack_from("<I", self._buffer)
        frame = self._cut(4, length & _LENGTH, quick=bool(length & _QUICK))
        if frame is None or self.transport == "intermediate":
            return frame
        return Frame(_without_padding(frame.payload), frame.quick)

    def _full(self) -> Frame | None:
        if len(self._buffer) < _FULL_HEAD:
            return None
        length, number = struct.unpack_from("<ii", self._buffer)
        if length < _FULL_ENVELOPE:
            raise ProtocolError("packet shorter than its envelope")
        frame = self._cut(0, length)
        if frame is None:
            return None
        whole = frame.payload
        if number != self._received or crc32(whole[:-4]) != struct.unpack("<I", whole[-4:])[0]:
            raise ProtocolError("packet out of order or damaged")
        self._received += 1
        return Frame(whole[_FULL_HEAD:-4])

    def _cut(self, start: int, length: int, *, quick: bool = False) -> Frame | None:
        if length > LARGEST:
            raise ProtocolError("oversized packet")
        if len(self._buffer) < start + length:
            return None
        payload = bytes(self._buffer[start : start + length])
        del self._buffer[: start + length]
        return Frame(payload, quick)


def _without_padding(payload: bytes) -> bytes:
    """Plain messages say how long they are; of encrypted ones, what fills no block is padding."""
    if payload[:8] != bytes(8):
        return payload[: len(payload) - (len(payload) - _KEYED) % 16] if len(payload) >= _KEYED else payload
    if len(payload) < 20:
        return payload
    (length,) = struct.unpack_from("<i", payload, 16)
    return payload[: 20 + max(length, 0)]
