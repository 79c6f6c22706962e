"""Ids, sequence numbers, salts, sessions and containers, by https://core.telegram.org/mtproto/description."""

from __future__ import annotations

import struct

from tests.independent.corpus.bare_client import Bare
from tests.independent.corpus.bare_crypto import tl_bytes
from tests.independent.corpus.case import (
    ACK,
    ALL_INFO,
    BAD_SALT,
    HTTP_WAIT,
    NEW_SESSION,
    PONG,
    case,
    closed,
    container,
    nearest,
    packed,
    ping,
    pong_for,
    refused,
    vector,
)


@case("the first message of a session is followed by new_session_created, which asks to be acknowledged")
def _new_session(bare: Bare) -> None:
    number = bare.say(ping())
    announced = bare.answer(NEW_SESSION)
    first, _, salt = struct.unpack_from("<qqq", announced.body, 4)
    assert (first, salt) == (number, bare.salt)
    assert announced.sequence % 2 == 1
    assert announced.message_id % 4 == 3
    pong_for(bare, number)


@case("an even smaller msg_id in the same session brings a second new_session_created")
def _older(bare: Bare) -> None:
    early = bare.next_id(-20)
    bare.say(ping(), sequence=21)
    bare.answer(NEW_SESSION)
    bare.say(ping(2), message_id=early, sequence=1)
    assert struct.unpack_from("<q", bare.answer(NEW_SESSION).body, 4)[0] == early


@case("a pong is an answer (1 mod 4), needs no acknowledgement and names its ping")
def _pong(bare: Bare) -> None:
    number = bare.say(ping(77), content=False)
    heard = bare.answer(PONG)
    assert struct.unpack_from("<qq", heard.body, 4) == (number, 77)
    assert (heard.message_id % 4, heard.sequence % 2) == (1, 0)


@case("server message ids and sequence numbers grow as the specification counts them")
def _counting(bare: Bare) -> None:
    bare.say(nearest())
    last, content = 0, 0
    for _ in range(6):
        bare.say(nearest(introduced=False))
    for _ in range(8):
        heard = bare.hear()
        assert heard.message_id > last
        assert heard.sequence // 2 == content
        last, content = heard.message_id, content + heard.sequence % 2


@case("16: a msg_id of 300 seconds ago")
def _low(bare: Bare) -> None:
    refused(bare, 16, bare.say(ping(), message_id=bare.next_id(-310)))


@case("a msg_id of 290 seconds ago is good")
def _not_so_low(bare: Bare) -> None:
    pong_for(bare, bare.say(ping(), message_id=bare.next_id(-290)))


@case("17: a msg_id of 30 seconds ahead")
def _high(bare: Bare) -> None:
    refused(bare, 17, bare.say(ping(), message_id=bare.next_id(40)))


@case("a msg_id of 20 seconds ahead is good")
def _not_so_high(bare: Bare) -> None:
    pong_for(bare, bare.say(ping(), message_id=bare.next_id(20)))


@case("18: a msg_id that is not divisible by 4")
def _parity(bare: Bare) -> None:
    for extra in (1, 2, 3):
        refused(bare, 18, bare.say(ping(), message_id=bare.next_id() + extra))


@case("19: a container with the msg_id of an earlier message")
def _used(bare: Bare) -> None:
    number = bare.say(ping())
    pong_for(bare, number)
    refused(bare, 19, bare.say(container(), message_id=number, content=False))


@case("32 and 33: msg_seqno against the order of msg_ids")
def _sequences(bare: Bare) -> None:
    early = bare.next_id()
    bare.say(ping(), sequence=21)
    refused(bare, 32, bare.say(ping(2), sequence=21))
    refused(bare, 32, bare.say(ping(2), sequence=19))
    refused(bare, 33, bare.say(ping(3), message_id=early, sequence=23))


@case("34: containers must not be content-related")
def _even(bare: Bare) -> None:
    refused(bare, 34, bare.say(container(bare.part(ping())), sequence=11))


@case("any other service message may be content-related or not")
def _either(bare: Bare) -> None:
    pong_for(bare, bare.say(ping(), content=False))
    pong_for(bare, bare.say(ping(2)), 2)
    waiting = bare.say(struct.pack("<Iiii", HTTP_WAIT, 0, 0, 0), content=True)
    assert struct.unpack_from("<q", bare.answer(ACK).body, 12)[0] == waiting, "and is acknowledged then"
    bare.say(vector(ALL_INFO) + tl_bytes(b""), content=True)
    pong_for(bare, bare.say(ping(3)), 3)


@case("35: an API query must be content-related")
def _odd(bare: Bare) -> None:
    refused(bare, 35, bare.say(nearest(), content=False))


@case("48: bad_server_salt with the right one, and nothing is done")
def _salt(bare: Bare) -> None:
    number = bare.say(ping(), salt=bare.salt ^ 1)
    heard = bare.hear()
    assert heard.kind == BAD_SALT
    wrong, _, code, salt = struct.unpack_from("<qiiq", heard.body, 4)
    assert (wrong, code, salt) == (number, 48, bare.salt)
    assert heard.sequence % 2 == 0
    pong_for(bare, bare.say(ping(2)), 2)


@case("64: a container in a container, compressed or not; a message newer than its container")
def _containers(bare: Bare) -> None:
    refused(bare, 64, bare.say(container(bare.part(container(), content=False)), content=False))
    refused(bare, 64, bare.say(packed(container(bare.part(ping()))), content=False))
    early = bare.next_id()
    refused(bare, 64, bare.say(container(bare.part(ping())), message_id=early, content=False))


@case("an empty container is allowed, and nothing answers it")
def _empty(bare: Bare) -> None:
    bare.say(container(), content=False)
    pong_for(bare, bare.say(ping()))


@case("1,024 messages in a container are good, 1,025 are answered with -429")
def _most(bare: Bare) -> None:
    bare.say(container(*(bare.part(ping(n), content=False) for n in range(1024))), content=False)
    for number in range(1024):
        assert struct.unpack_from("<q", bare.answer(PONG).body, 12)[0] == number
    bare.say(container(*(bare.part(ping(n), content=False) for n in range(1025))), content=False)
    closed(bare, -429)


@case("8,192 ids in a msgs_ack are good, 8,193 are answered with -429")
def _most_ids(bare: Bare) -> None:
    bare.say(vector(ACK, *range(8192)), content=False)
    pong_for(bare, bare.say(ping()))
    bare.say(vector(ACK, *range(8193)), content=False)
    closed(bare, -429)


@case("one wrong message in a container does not hold up the others")
def _mixed(bare: Bare) -> None:
    bare.say(ping(), sequence=9)
    bare.answer(PONG)
    wrong = bare.part(ping(2), sequence=3)
    right = bare.part(ping(3), sequence=11)
    bare.say(container(wrong, right), sequence=12)
    refused(bare, 32)
    assert struct.unpack_from("<q", bare.answer(PONG).body, 12)[0] == 3
