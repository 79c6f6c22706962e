"""The data centre's own RSA key: clients encrypt the first step of the key exchange to its public half."""

from __future__ import annotations

import os
from hashlib import sha1
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


class RsaKey:
    """A 2048-bit key; clients know it by ``public_pem`` (PKCS#1) and ``fingerprint`` (signed, 64 bit)."""

    def __init__(self, private_key: rsa.RSAPrivateKey) -> None:
        numbers = private_key.private_numbers()
        self._p, self._q = numbers.p, numbers.q
        self._dp, self._dq, self._inverse = numbers.dmp1, numbers.dmq1, numbers.iqmp
        self._private_key = private_key
        self.public_pem = (
            private_key.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1)
            .decode("ascii")
        )
        self.fingerprint = _fingerprint(numbers.public_numbers)

    @classmethod
    def generate(cls) -> RsaKey:
        """A fresh key; takes 50 to 300 ms of CPU."""
        return cls(rsa.generate_private_key(public_exponent=65537, key_size=2048))

    @classmethod
    def load_or_create(cls, path: Path) -> RsaKey:
        """The key kept at ``path`` (PEM, readable by its owner only), made there if the file is missing.

        Raises ValueError if the file holds anything but an RSA private key.
        """
        if path.exists():
            loaded = serialization.load_pem_private_key(path.read_bytes(), None)
            if not isinstance(loaded, rsa.RSAPrivateKey):
                raise ValueError("the demo data centre's key file holds no RSA private key")
            return cls(loaded)
        key = cls.generate()
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key._private_pem())
        return key

    def decrypt(self, data: bytes) -> bytes:
        """Raw RSA: 256 bytes in, 256 bytes out; the padding is the caller's business."""
        cipher = int.from_bytes(data, "big")
        first = pow(cipher % self._p, self._dp, self._p)
        second = pow(cipher % self._q, self._dq, self._q)
        return (second + self._q * ((first - second) * self._inverse % self._p)).to_bytes(256, "big")

    def _private_pem(self) -> bytes:
        return self._private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )


def _fingerprint(public: rsa.RSAPublicNumbers) -> int:
    blob = b"".join(_tl_bytes(number) for number in (public.n, public.e))
    return int.from_bytes(sha1(blob, usedforsecurity=False).digest()[-8:], "little", signed=True)


def _tl_bytes(number: int) -> bytes:
    """A number as a TL string: big-endian, length first, padded to four bytes."""
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    head = bytes([len(data)]) if len(data) < 254 else b"\xfe" + len(data).to_bytes(3, "little")
    return head + data + bytes(-(len(head) + len(data)) % 4)
