"""Takes the obfuscated form of a transport off, which many clients use by default, and leaves the others alone.

https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation. (mtproto has it too, but only
with an AES library that has no wheels for newer Pythons.)
"""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from quart_app.demo.errors import ProtocolError

_HEADER = 64
_PLAIN = (b"\xee\xee\xee\xee", b"\xdd\xdd\xdd\xdd", b"POST", b"GET ", b"HEAD", b"OPTI")
_TAGS = {
    b"\xef\xef\xef\xef": b"\xef",
    b"\xee\xee\xee\xee": b"\xee\xee\xee\xee",
    b"\xdd\xdd\xdd\xdd": b"\xdd\xdd\xdd\xdd",
}


class Obfuscation:
    """One connection's: decides by the first bytes whether there is any."""

    def __init__(self) -> None:
        self._head = b""
        self._decided = False
        self._decrypt: CipherContext | None = None
        self._encrypt: CipherContext | None = None

    def incoming(self, data: bytes) -> bytes:
        """What a client sent, as the plain transport has it; may hold bytes back until there are enough."""
        if self._decided:
            return self._decrypt.update(data) if self._decrypt else data
        self._head += data
        head = self._head
        if self._is_plain(head):
            self._decided = True
            return head
        if len(head) < _HEADER:
            return b""
        return self._begin(head)

    def outgoing(self, data: bytes) -> bytes:
        return self._encrypt.update(data) if self._encrypt else data

    @staticmethod
    def _is_plain(head: bytes) -> bool:
        return head[:1] == b"\xef" or head[:4] in _PLAIN or (len(head) >= 8 and head[4:8] == bytes(4))

    def _begin(self, head: bytes) -> bytes:
        mirrored = head[8:56][::-1]
        self._decrypt = Cipher(AES(head[8:40]), CTR(head[40:56])).decryptor()
        self._encrypt = Cipher(AES(mirrored[:32]), CTR(mirrored[32:48])).encryptor()
        plain = self._decrypt.update(head)
        tag = _TAGS.get(plain[56:60])
        if tag is None:
            raise ProtocolError("not a transport of MTProto")
        self._decided = True
        return tag + plain[_HEADER:]
