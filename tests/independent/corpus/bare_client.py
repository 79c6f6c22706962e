"""MTProto written out by hand from core.telegram.org/mtproto: no client library, no TL library, nothing of ours.

It says exactly what it is told to and checks what it hears by the specification's own words. Blocking sockets.
"""

from __future__ import annotations

import os
import re
import socket
import struct
import time
import zlib
from collections.abc import Iterator
from hashlib import sha1, sha256
from typing import NamedTuple

from tests.independent.corpus.bare_crypto import (
    aes_of,
    factors,
    ige,
    public_numbers,
    read_bytes,
    rsa_pad,
    tl_bytes,
    xor,
)

VECTOR, CONTAINER, GZIP, RPC_RESULT, RPC_ERROR = 0x1CB5C415, 0x73F1F8DC, 0x3072CFA1, 0xF35C6D01, 0x2144CA19
HEAD = struct.Struct("<qqqii")


class Heard(NamedTuple):
    """One message of the server, out of its container."""

    message_id: int
    sequence: int
    body: bytes

    @property
    def kind(self) -> int:
        return int(struct.unpack_from("<I", self.body)[0])


class TransportError(Exception):
    """Four bytes instead of a message; ``args[0]`` is the negative number."""


class Refused(Exception):
    """The server closed the connection."""


class Bare:
    """One connection in the intermediate transport. ``key`` and ``salt`` stand once ``agree`` was called."""

    def __init__(self, host: str, port: int, key: bytes = b"", salt: int = 0) -> None:
        self.place = host, port
        self.key, self.salt = key, salt
        self.session = int.from_bytes(os.urandom(7), "little")
        self._sequence = 0
        self._last_id = 0
        self._waiting: list[Heard] = []
        self.open()

    def open(self) -> None:
        self._socket = socket.create_connection(self.place, 10)
        self._socket.sendall(b"\xee\xee\xee\xee")

    def close(self) -> None:
        self._socket.close()

    def again(self) -> Bare:
        """Another connection of the same key, with a session of its own."""
        return Bare(*self.place, self.key, self.salt)

    @property
    def key_id(self) -> bytes:
        return sha1(self.key).digest()[-8:]

    # What is said.

    def raw(self, data: bytes, *, quick: bool = False) -> None:
        self._socket.sendall(struct.pack("<I", len(data) | (quick << 31)) + data)

    def next_id(self, shift: float = 0.0) -> int:
        number = int((time.time() + shift) * (1 << 32)) & ~3
        if not shift:
            number = self._last_id = max(number, self._last_id + 4)
        return number

    def next_sequence(self, *, content: bool) -> int:
        sequence = self._sequence * 2 + content
        self._sequence += content
        return sequence

    def sealed(
        self,
        body: bytes,
        *,
        message_id: int | None = None,
        sequence: int | None = None,
        content: bool = True,
        salt: int | None = None,
        length: int | None = None,
        padding: int | None = None,
    ) -> bytes:
        """An encrypted packet, with whatever is wrong about it."""
        number = self.next_id() if message_id is None else message_id
        order = self.next_sequence(content=content) if sequence is None else sequence
        head = HEAD.pack(
            self.salt if salt is None else salt,
            self.session,
            number,
            order,
            len(body) if length is None else length,
        )
        plain = head + body
        plain += os.urandom(-(len(plain) + 12) % 16 + 12 if padding is None else padding)
        self.token = sha256(self.key[88:120] + plain).digest()
        message_key = self.token[8:24]
        return (
            self.key_id + message_key + ige(plain, *aes_of(self.key, message_key, client=True), encrypt=True)
        )

    def say(self, body: bytes, **how: int | bool | None) -> int:
        """The message id that it was said with."""
        number = how.pop("message_id", None)
        number = self.next_id() if number is None else int(number)
        self.raw(self.sealed(body, message_id=number, **how))  # type: ignore[arg-type]
        return number

    def part(self, body: bytes, *, sequence: int | None = None, content: bool = True) -> bytes:
        """A message for a container."""
        order = self.next_sequence(content=content) if sequence is None else sequence
        return struct.pack("<qii", self.next_id(), order, len(body)) + body

    # What is heard.

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            try:
                more = self._socket.recv(count - len(data))
            except ConnectionError:
                more = b""
            if not more:
                raise Refused
            data += more
        return data

    def packet(self) -> bytes:
        head = self._exactly(4)
        (length,) = struct.unpack("<I", head)
        if length & 0x80000000:
            return head
        data = self._exactly(length)
        if length == 4:
            raise TransportError(struct.unpack("<i", data)[0])
        return data

    def hear(self) -> Heard:
        """The next message; what the specification asks of every packet is checked on the way."""
        while not self._waiting:
            data = self.packet()
            assert data[:8] == self.key_id, data.hex()
            plain = ige(data[24:], *aes_of(self.key, data[8:24], client=False), encrypt=False)
            assert sha256(self.key[96:128] + plain).digest()[8:24] == data[8:24]
            _, session, number, sequence, length = HEAD.unpack_from(plain)
            assert session == self.session
            assert 12 <= len(plain) - HEAD.size - length <= 1024
            body = plain[HEAD.size : HEAD.size + length]
            self._waiting += list(self._split(Heard(number, sequence, body)))
        return self._waiting.pop(0)

    def _split(self, heard: Heard) -> Iterator[Heard]:
        assert heard.message_id % 4 in (1, 3)
        assert -300 < heard.message_id / 2**32 - time.time() < 30
        if heard.kind != CONTAINER:
            yield heard
            return
        (count,) = struct.unpack_from("<i", heard.body, 4)
        at = 8
        for _ in range(count):
            number, sequence, length = struct.unpack_from("<qii", heard.body, at)
            assert number < heard.message_id
            yield from self._split(Heard(number, sequence, heard.body[at + 16 : at + 16 + length]))
            at += 16 + length
        assert at == len(heard.body)

    def answer(self, *kinds: int) -> Heard:
        """The next message of these kinds; what else comes is passed over."""
        while True:
            heard = self.hear()
            if not kinds or heard.kind in kinds:
                return heard

    def result(self, request_id: int) -> bytes:
        """The body of the rpc_result for a request, unpacked."""
        while True:
            heard = self.answer(RPC_RESULT)
            if struct.unpack_from("<q", heard.body, 4)[0] == request_id:
                body = heard.body[12:]
                if struct.unpack_from("<I", body)[0] == GZIP:
                    body = zlib.decompress(read_bytes(body, 4)[0], 31)
                return body

    # How a key comes about: https://core.telegram.org/mtproto/auth_key

    def plain(self, body: bytes) -> bytes:
        self.raw(bytes(8) + struct.pack("<qi", self.next_id(), len(body)) + body)
        data = self.packet()
        assert data[:8] == bytes(8)
        number, length = struct.unpack_from("<qi", data, 8)
        assert number % 4 == 1
        assert length == len(data) - 20
        return data[20:]

    def agree(self, pem: str, *, dc: int = 2, expires_in: int = 0) -> None:
        nonce, new_nonce = os.urandom(16), os.urandom(32)
        answer = self.plain(struct.pack("<I", 0xBE7E8EF1) + nonce)
        assert answer[:20] == struct.pack("<I", 0x05162463) + nonce
        server_nonce = answer[20:36]
        product, at = read_bytes(answer, 36)
        modulus, exponent, fingerprint = public_numbers(pem)
        kind, count = struct.unpack_from("<Ii", answer, at)
        assert kind == VECTOR
        assert fingerprint in struct.unpack_from(f"<{count}q", answer, at + 8)
        p, q = (
            tl_bytes(n.to_bytes((n.bit_length() + 7) // 8, "big"))
            for n in factors(int.from_bytes(product, "big"))
        )
        inner = tl_bytes(product) + p + q + nonce + server_nonce + new_nonce + struct.pack("<i", dc)
        inner = struct.pack("<I", 0x56FDDF88 if expires_in else 0xA9F55F95) + inner
        inner += struct.pack("<i", expires_in) if expires_in else b""
        secret = tl_bytes(rsa_pad(inner, modulus, exponent))
        answer = self.plain(
            struct.pack("<I", 0xD712E4BE)
            + nonce
            + server_nonce
            + p
            + q
            + struct.pack("<q", fingerprint)
            + secret
        )
        self._finish(answer, nonce, server_nonce, new_nonce)

    def _finish(self, answer: bytes, nonce: bytes, server_nonce: bytes, new_nonce: bytes) -> None:
        assert answer[:36] == struct.pack("<I", 0xD0E8075C) + nonce + server_nonce
        one, two = sha1(new_nonce + server_nonce).digest(), sha1(server_nonce + new_nonce).digest()
        three = sha1(new_nonce + new_nonce).digest()
        aes = one + two[:12], two[12:] + three + new_nonce[:4]
        plain = ige(read_bytes(answer, 36)[0], *aes, encrypt=False)
        assert plain[20:56] == struct.pack("<I", 0xB5890DBA) + nonce + server_nonce
        (generator,) = struct.unpack_from("<i", plain, 56)
        prime, at = read_bytes(plain, 60)
        public, at = read_bytes(plain, at)
        assert sha1(plain[20 : at + 4]).digest() == plain[:20]
        assert abs(struct.unpack_from("<i", plain, at)[0] - time.time()) < 30
        modulus = int.from_bytes(prime, "big")
        secret = int.from_bytes(os.urandom(256), "big")
        own = pow(generator, secret, modulus).to_bytes(256, "big")
        inner = struct.pack("<I", 0x6643B654) + nonce + server_nonce + bytes(8) + tl_bytes(own)
        data = sha1(inner).digest() + inner
        data += os.urandom(-len(data) % 16)
        answer = self.plain(
            struct.pack("<I", 0xF5045F1F) + nonce + server_nonce + tl_bytes(ige(data, *aes, encrypt=True))
        )
        if answer[:4] == struct.pack("<I", 0x46DC1FB9):  # dh_gen_retry
            return self._finish_again()
        assert answer[:36] == struct.pack("<I", 0x3BCBF734) + nonce + server_nonce
        self.key = pow(int.from_bytes(public, "big"), secret, modulus).to_bytes(256, "big")
        check = sha1(new_nonce + b"\x01" + sha1(self.key).digest()[:8]).digest()[-16:]
        assert answer[36:52] == check
        self.salt = struct.unpack("<q", xor(new_nonce[:8], server_nonce[:8]))[0]
        return None

    def _finish_again(self) -> None:
        raise InterruptedError("the exchange has to be repeated")


def agreed(host: str, port: int, pem: str, **how: int) -> Bare:
    """A connection with a new key; one exchange in 256 has to be repeated."""
    while True:
        bare = Bare(host, port)
        try:
            bare.agree(pem, **how)
        except InterruptedError:
            bare.close()
        else:
            return bare


def error_in(body: bytes) -> str:
    """The code and text of an rpc_error, or nothing."""
    if struct.unpack_from("<I", body)[0] != RPC_ERROR:
        return ""
    code, text = struct.unpack_from("<i", body, 4)[0], read_bytes(body, 8)[0].decode()
    assert re.fullmatch(r"[A-Z_0-9]+", text)
    return f"{code} {text}"
