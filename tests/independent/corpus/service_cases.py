"""Service messages, answers and packets, by https://core.telegram.org/mtproto/service_messages and its neighbours."""

from __future__ import annotations

import os
import struct
import time
from itertools import pairwise

from tests.independent.corpus.bare_client import Bare, error_in
from tests.independent.corpus.case import (
    ACK,
    AFTER,
    DESTROY_SESSION,
    DESTROYED,
    DROP_ANSWER,
    GET_SALTS,
    NEAREST_DC,
    NEW_SESSION,
    NOT_DESTROYED,
    PING_DELAY,
    PONG,
    RESEND,
    SALTS,
    STATE_INFO,
    STATE_REQUEST,
    UNKNOWN_ANSWER,
    case,
    closed,
    nearest,
    packed,
    ping,
    pong_for,
    told,
    vector,
)


@case("a query may be compressed; so may its answer")
def _gzip(bare: Bare) -> None:
    request = bare.say(packed(nearest()))
    assert struct.unpack_from("<I", bare.result(request))[0] == NEAREST_DC


@case("the same msg_id twice is done once: the answer comes again under its own id, or its details")
def _twice(bare: Bare) -> None:
    request = bare.say(nearest())
    first = bare.answer(0xF35C6D01)
    bare.say(nearest(), message_id=request, sequence=1)
    assert bare.answer(0xF35C6D01).message_id == first.message_id
    bare.say(vector(ACK, first.message_id), content=False)
    bare.say(nearest(), message_id=request, sequence=1)
    assert request in struct.unpack_from("<q", bare.answer(ACK).body, 12)


@case("msgs_state_req: received and answered, not received, too high; the answer needs no acknowledgement")
def _states(bare: Bare) -> None:
    request = bare.say(nearest())
    bare.result(request)
    asked = bare.say(vector(STATE_REQUEST, request, request - 8, request + (8 << 32)), content=False)
    heard = bare.answer(STATE_INFO)
    assert struct.unpack_from("<q", heard.body, 4)[0] == asked
    states = heard.body[13 : 13 + heard.body[12]]
    assert states[0] & 7 == 4
    assert states[0] & 32, "processing complete"
    assert states[0] & 64, "answered"
    assert states[1:] == bytes([2, 3])
    assert heard.sequence % 2 == 0


@case("msg_resend_req sends again under the same id; for what is gone, msgs_state_info tells of all")
def _resend(bare: Bare) -> None:
    request = bare.say(nearest())
    answer = bare.answer(0xF35C6D01)
    bare.say(vector(RESEND, answer.message_id), content=False)
    assert bare.answer(0xF35C6D01).message_id == answer.message_id
    bare.say(vector(ACK, answer.message_id), content=False)
    bare.say(vector(RESEND, answer.message_id, request), content=False)
    info = bare.answer(STATE_INFO).body
    assert info[12] == 2
    assert info[13] == 1
    assert info[14] & 7 == 4


@case("get_future_salts: at most 64, half an hour apart, each good for an hour, the first good now")
def _future(bare: Bare) -> None:
    for asked, most in ((3, 3), (64, 64), (1000, 64)):
        request = bare.say(struct.pack("<Ii", GET_SALTS, asked))
        heard = bare.answer(SALTS)
        number, now, count = struct.unpack_from("<qii", heard.body, 4)
        assert number == request
        assert 0 < count <= most
        assert abs(now - time.time()) < 30
        assert heard.sequence % 2 == 0
    rows = [struct.unpack_from("<iiq", heard.body, 20 + 16 * place) for place in range(count)]
    assert rows[0][2] == bare.salt
    assert rows[0][0] <= now < rows[0][1]
    for one, two in pairwise(rows):
        assert two[0] - one[0] == 1800
        assert one[1] - one[0] == 3600


@case("destroy_session forgets another session, once; it comes back as a new one")
def _destroy(bare: Bare) -> None:
    other = bare.again()
    other.say(ping())
    other.answer(PONG)
    for kind in (DESTROYED, NOT_DESTROYED):
        bare.say(struct.pack("<Iq", DESTROY_SESSION, other.session))
        heard = bare.answer(DESTROYED, NOT_DESTROYED)
        assert heard.kind == kind
        assert struct.unpack_from("<q", heard.body, 4)[0] == other.session
    other.say(ping(2))
    other.answer(NEW_SESSION)
    other.close()


@case("rpc_drop_answer of a query that was never asked: rpc_answer_unknown, in an rpc_result")
def _drop(bare: Bare) -> None:
    request = bare.say(struct.pack("<Iq", DROP_ANSWER, 4))
    assert struct.unpack("<I", bare.result(request)[:4])[0] == UNKNOWN_ANSWER


@case("what was not acknowledged comes again on the next connection of the session")
def _reconnect(bare: Bare) -> None:
    request = bare.say(nearest())
    answer = bare.answer(0xF35C6D01)
    bare.close()
    bare.open()
    bare.say(ping())
    assert bare.answer(0xF35C6D01).message_id == answer.message_id
    bare.say(vector(ACK, answer.message_id), content=False)
    bare.close()
    bare.open()
    bare.say(ping(2))
    assert bare.answer(PONG, 0xF35C6D01).kind == PONG
    assert request


@case("ping_delay_disconnect closes the connection when it is not said again in time")
def _delay(bare: Bare) -> None:
    started = time.monotonic()
    bare.say(struct.pack("<Iqi", PING_DELAY, 5, 1))
    assert bare.answer(PONG)
    closed(bare, None)
    assert time.monotonic() - started > 0.9


@case("invokeAfterMsg of a query that failed: 400 MSG_WAIT_FAILED")
def _after(bare: Bare) -> None:
    bare.say(nearest())
    failing = bare.say(struct.pack("<I", 0xEDD4882A))  # updates.getState, without a login
    waiting = bare.say(struct.pack("<Iq", AFTER, failing) + nearest(introduced=False))
    assert error_in(bare.result(failing)) == "401 AUTH_KEY_UNREGISTERED"
    assert error_in(bare.result(waiting)) == "400 MSG_WAIT_FAILED"


@case("an unknown constructor: 400 INPUT_METHOD_INVALID")
def _strange(bare: Bare) -> None:
    request = bare.say(struct.pack("<I", 0x12345678))
    assert error_in(bare.result(request)).startswith("400 INPUT_METHOD_INVALID")


@case("a quick acknowledgement is the first 32 bits of the message key's hash, sent at once")
def _quick(bare: Bare) -> None:
    bare.raw(bare.sealed(ping()), quick=True)
    token = bare.packet()
    assert token == bare.token[:3] + bytes([bare.token[3] | 0x80])
    bare.answer(PONG)


@case("padding of 12 to 1024 bytes is good, any other is -404")
def _padding(bare: Bare) -> None:
    base = -(32 + 12) % 16
    for padding in (base + 16, base + 992):
        number = bare.next_id()
        bare.raw(bare.sealed(ping(), message_id=number, padding=padding))
        pong_for(bare, number)
    bare.raw(bare.sealed(ping(), padding=base + 1040))
    closed(bare, -404)


@case("a length that does not fit its packet: -404")
def _length(bare: Bare) -> None:
    bare.raw(bare.sealed(ping(), length=4000))
    closed(bare, -404)


@case("a message key that does not belong to the content: -404")
def _forged(bare: Bare) -> None:
    data = bytearray(bare.sealed(ping()))
    data[9] ^= 1
    bare.raw(bytes(data))
    closed(bare, -404)


@case("a key that nobody knows: -404")
def _unknown(bare: Bare) -> None:
    bare.raw(os.urandom(24 + 64))
    assert told(bare.packet) == -404


@case("a plain message that is no step of the key exchange: -404")
def _plain(bare: Bare) -> None:
    assert told(lambda: bare.plain(ping())) == -404
