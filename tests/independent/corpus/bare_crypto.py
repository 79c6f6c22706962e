"""TL strings, AES in IGE mode, RSA_PAD and Pollard's rho, written out by hand from core.telegram.org/mtproto."""

from __future__ import annotations

import os
import struct
from hashlib import sha1, sha256
from math import gcd

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.serialization import load_pem_public_key


def tl_bytes(data: bytes) -> bytes:
    head = bytes([len(data)]) if len(data) < 254 else b"\xfe" + len(data).to_bytes(3, "little")
    return head + data + bytes(-(len(head) + len(data)) % 4)


def read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    size, start = data[at], at + 1
    if size == 254:
        size, start = int.from_bytes(data[at + 1 : at + 4], "little"), at + 4
    end = start + size
    return data[start:end], end + -(end - at) % 4


def xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def ige(data: bytes, key: bytes, iv: bytes, *, encrypt: bool) -> bytes:
    cipher = Cipher(AES(key), ECB())  # the block function alone, IGE is built upon it
    block = (cipher.encryptor() if encrypt else cipher.decryptor()).update
    first, second = (iv[:16], iv[16:]) if encrypt else (iv[16:], iv[:16])
    out = bytearray()
    for at in range(0, len(data), 16):
        plain = data[at : at + 16]
        done = xor(block(xor(plain, first)), second)
        out += done
        first, second = done, plain
    return bytes(out)


def aes_of(key: bytes, message_key: bytes, *, client: bool) -> tuple[bytes, bytes]:
    shift = 0 if client else 8
    a = sha256(message_key + key[shift : shift + 36]).digest()
    b = sha256(key[40 + shift : 76 + shift] + message_key).digest()
    return a[:8] + b[8:24] + a[24:], b[:8] + a[8:24] + b[24:]


def factors(product: int) -> tuple[int, int]:
    """Pollard's rho; the smaller one first."""
    for step in range(1, 50):
        slow = fast = 2
        found = 1
        while found == 1:
            slow = (slow * slow + step) % product
            fast = (fast * fast + step) % product
            fast = (fast * fast + step) % product
            found = gcd(abs(slow - fast), product)
        if found != product:
            return min(found, product // found), max(found, product // found)
    raise AssertionError("the product has no two factors")


def public_numbers(pem: str) -> tuple[int, int, int]:
    """Modulus, exponent and fingerprint."""
    key = load_pem_public_key(pem.encode())
    assert isinstance(key, RSAPublicKey)
    n, e = key.public_numbers().n, key.public_numbers().e
    blob = b"".join(tl_bytes(number.to_bytes((number.bit_length() + 7) // 8, "big")) for number in (n, e))
    return n, e, struct.unpack("<q", sha1(blob).digest()[-8:])[0]


def rsa_pad(data: bytes, modulus: int, exponent: int) -> bytes:
    padded = data + os.urandom(192 - len(data))
    while True:
        mask = os.urandom(32)
        sealed = ige(padded[::-1] + sha256(mask + padded).digest(), mask, bytes(32), encrypt=True)
        whole = int.from_bytes(xor(mask, sha256(sealed).digest()) + sealed, "big")
        if whole < modulus:
            return pow(whole, exponent, modulus).to_bytes(256, "big")
