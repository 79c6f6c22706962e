"""Cases of the transport's corpus: what each is called, and the packets and checks that they share."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable

from tests.independent.corpus.bare_client import CONTAINER, GZIP, Bare, Refused, TransportError
from tests.independent.corpus.bare_crypto import tl_bytes

PING, PONG, PING_DELAY = 0x7ABE77EC, 0x347773C5, 0xF3427B8C
ACK, BAD_MESSAGE, BAD_SALT, NEW_SESSION = 0x62D6B459, 0xA7EFF811, 0xEDAB447B, 0x9EC20908
STATE_REQUEST, STATE_INFO, RESEND, ALL_INFO = 0xDA69FB52, 0x04DEB57D, 0x7D861A08, 0x8CC0D131
GET_SALTS, SALTS = 0xB921BD04, 0xAE500895
DESTROY_SESSION, DESTROYED, NOT_DESTROYED = 0xE7512126, 0xE22045FC, 0x62D350C9
DROP_ANSWER, UNKNOWN_ANSWER = 0x58E4A740, 0x5E2AD36E
DESTROY_KEY, KEY_DESTROYED = 0xD1435160, 0xF660E1D4
NEAREST, NEAREST_DC, LAYER, INIT = 0x1FB33026, 0x8E1A1775, 0xDA9B0D0D, 0xC1CD5EA9
HTTP_WAIT, AFTER = 0x9299359F, 0xCB9F372D
CASES: list[tuple[str, Callable[[Bare], None]]] = []


def case(words: str) -> Callable[[Callable[[Bare], None]], Callable[[Bare], None]]:
    def mark(run: Callable[[Bare], None]) -> Callable[[Bare], None]:
        CASES.append((words, run))
        return run

    return mark


def ping(number: int = 1) -> bytes:
    return struct.pack("<Iq", PING, number)


def vector(kind: int, *numbers: int) -> bytes:
    return struct.pack(f"<IIi{len(numbers)}q", kind, 0x1CB5C415, len(numbers), *numbers)


def nearest(*, introduced: bool = True) -> bytes:
    """help.getNearestDc, with the introduction that each key owes."""
    query = struct.pack("<I", NEAREST)
    if not introduced:
        return query
    words = b"".join(map(tl_bytes, (b"Bare", b"1", b"1", b"en", b"", b"en")))
    return struct.pack("<IiIii", LAYER, 229, INIT, 0, 12345) + words + query


def packed(body: bytes) -> bytes:
    return struct.pack("<I", GZIP) + tl_bytes(gzip.compress(body))


def container(*parts: bytes) -> bytes:
    return struct.pack("<Ii", CONTAINER, len(parts)) + b"".join(parts)


def pong_for(bare: Bare, request: int, number: int = 1) -> None:
    body = bare.answer(PONG).body
    assert struct.unpack_from("<qq", body, 4) == (request, number)


def refused(bare: Bare, code: int, request: int | None = None) -> None:
    """bad_msg_notification with this code, for this message."""
    body = bare.answer(BAD_MESSAGE).body
    number, _, told = struct.unpack_from("<qii", body, 4)
    assert told == code, told
    assert request in (None, number)


def closed(bare: Bare, code: int | None) -> None:
    """The connection ends, after this transport error if any."""
    told = None
    try:
        while True:
            bare.packet()
    except TransportError as error:
        told = error.args[0]
    except Refused:
        pass
    assert told == code, told


def told(call: Callable[[], object]) -> int | None:
    """The transport error that a call ends with, if it does."""
    try:
        call()
    except TransportError as error:
        return int(error.args[0])
    return None
