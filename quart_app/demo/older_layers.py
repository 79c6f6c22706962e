"""What clients of the API layer 227 get instead of the two constructors that have grown since, and the other way round.

The objects differ in their number alone, as long as the field that is new in them is left out, which it always is
here. So the numbers are exchanged where they stand: TL lies in words of four bytes. Older layers than 227 get the
same, for what it is worth.
"""

from __future__ import annotations

import struct
import sys
from array import array

LAST_OLD = 227
_OUTGOING = {0xB1B8CC83: 0x31774388, 0xD49F34C6: 0x1C32B11C}
"""user, channel."""
_INCOMING = {0x4BC6589A: 0x6126A43C}
"""messages.searchGlobal."""
_LONGEST_REQUEST = 1024
"""Bytes; what is longer is text or part of a file, and not looked at."""


def outgoing(body: bytes, layer: int) -> bytes:
    """An answer or update as a client of this layer reads it."""
    return _exchanged(body, _OUTGOING) if 0 < layer <= LAST_OLD else body


def incoming(body: bytes) -> bytes:
    """A request as the newest layer spells it."""
    return _exchanged(body, _INCOMING) if len(body) <= _LONGEST_REQUEST else body


def _exchanged(body: bytes, numbers: dict[int, int]) -> bytes:
    if len(body) % 4 or not any(struct.pack("<I", number) in body for number in numbers):
        return body
    words = array("I", body)
    if sys.byteorder == "big":
        words.byteswap()
    for place, word in enumerate(words):
        if word in numbers:
            words[place] = numbers[word]
    if sys.byteorder == "big":
        words.byteswap()
    return words.tobytes()
