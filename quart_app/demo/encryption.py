"""MTProto 2.0 encryption of one packet, and the 1.0 form that binding a temporary key still uses."""

from __future__ import annotations

import hmac
import os
import struct
from dataclasses import dataclass
from hashlib import sha256

from mtproto.crypto.aes import kdf, kdf_v1
from telethon.crypto import AES

from quart_app.demo.errors import NOT_FOUND, ProtocolError

_HEAD = struct.Struct("<qqqii")
_CLIENT_PART = slice(88, 120)
_SERVER_PART = slice(96, 128)


@dataclass(frozen=True, slots=True)
class Packet:
    """What the encryption covers: ``body`` is a TL object, ``salt`` and ids are signed, 64 bit."""

    salt: int
    session_id: int
    message_id: int
    sequence: int
    body: bytes
    quick_token: bytes = b""
    """What a client expects that wants to know at once that its packet has come."""


def open_packet(key: bytes, message_key: bytes, encrypted: bytes) -> Packet:
    """Decrypt what a client sent; raises ProtocolError unless message key, length and padding are right."""
    if len(encrypted) < 48 or len(encrypted) % 16:
        raise ProtocolError("encrypted part of an impossible length", NOT_FOUND)
    plain: bytes = AES.decrypt_ige(encrypted, *kdf(key, message_key, True))
    digest = sha256(key[_CLIENT_PART] + plain).digest()
    if not hmac.compare_digest(digest[8:24], message_key):
        raise ProtocolError("message key does not match", NOT_FOUND)
    salt, session_id, message_id, sequence, length = _HEAD.unpack_from(plain)
    padding = len(plain) - _HEAD.size - length
    if length < 4 or length % 4 or not 12 <= padding <= 1024:
        raise ProtocolError("length or padding out of bounds", NOT_FOUND)
    body = plain[_HEAD.size : _HEAD.size + length]
    token = digest[:3] + bytes([digest[3] | 0x80])
    return Packet(salt, session_id, message_id, sequence, body, token)


def seal_packet(key: bytes, packet: Packet) -> tuple[bytes, bytes]:
    """Encrypt for a client: the message key (16 bytes) and the encrypted part."""
    plain = (
        _HEAD.pack(packet.salt, packet.session_id, packet.message_id, packet.sequence, len(packet.body))
        + packet.body
    )
    plain += os.urandom(-(len(plain) + 12) % 16 + 12)
    message_key = sha256(key[_SERVER_PART] + plain).digest()[8:24]
    return message_key, bytes(AES.encrypt_ige(plain, *kdf(key, message_key, False)))


def open_binding(key: bytes, message_key: bytes, encrypted: bytes) -> bytes:
    """The plain text, unverified, of the inner message of auth.bindTempAuthKey (MTProto 1.0)."""
    return bytes(AES.decrypt_ige(encrypted, *kdf_v1(key, message_key, True)))
