"""A client that says exactly what it is told to, and checks nothing: for packets that no library would send."""

from __future__ import annotations

import asyncio
import os
import struct
import time
from datetime import UTC, datetime
from hashlib import sha1, sha256
from typing import Any, NamedTuple

from mtproto.crypto.aes import kdf, kdf_v1
from telethon import functions as fn
from telethon import types as t
from telethon.crypto import AES
from telethon.extensions import BinaryReader
from telethon.tl.alltlobjects import LAYER

from quart_app.demo import DemoDataCentre
from quart_app.demo.authorization import AuthorizationKey

HEAD = struct.Struct("<qqqii")


class Heard(NamedTuple):
    session: int
    answer: Any


class Wire:
    """One connection in the abridged transport, with a key that the data centre knows."""

    def __init__(
        self, key: AuthorizationKey, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.key, self.reader, self.writer = key, reader, writer
        self.ids: list[int] = []
        """Message ids of what was heard, containers' own left out."""
        self._last_id = 0
        self._content: dict[int, int] = {}

    @classmethod
    async def open(cls, demo: DemoDataCentre, key: AuthorizationKey, place: int = 0) -> Wire:
        where = demo.data_centres[place]
        reader, writer = await asyncio.open_connection(where.host, where.port)
        writer.write(b"\xef")
        return cls(key, reader, writer)

    def next_id(self) -> int:
        self._last_id = max(int(time.time()) << 32, self._last_id + 4)
        return self._last_id

    def next_sequence(self, session: int = 1, *, content: bool = True) -> int:
        count = self._content.setdefault(session, 0)
        self._content[session] += content
        return count * 2 + content

    def packet(
        self,
        body: bytes,
        *,
        session: int = 1,
        message_id: int | None = None,
        sequence: int | None = None,
        salt: int | None = None,
        content: bool = True,
    ) -> bytes:
        number = self.next_id() if message_id is None else message_id
        salt = self.key.current_salt(time.time()) if salt is None else salt
        sequence = self.next_sequence(session, content=content) if sequence is None else sequence
        plain = HEAD.pack(salt, session, number, sequence, len(body)) + body
        plain += os.urandom(-(len(plain) + 12) % 16 + 12)
        message_key = sha256(self.key.key[88:120] + plain).digest()[8:24]
        encrypted = AES.encrypt_ige(plain, *kdf(self.key.key, message_key, True))
        whole = struct.pack("<Q", self.key.id) + message_key + encrypted
        words = len(whole) // 4
        return (bytes([words]) if words < 127 else b"\x7f" + words.to_bytes(3, "little")) + bytes(whole)

    def container(self, *bodies: bytes, session: int = 1, **options: Any) -> bytes:
        parts = b"".join(
            struct.pack("<qii", self.next_id(), self.next_sequence(session), len(body)) + body
            for body in bodies
        )
        whole = struct.pack("<Ii", 0x73F1F8DC, len(bodies)) + parts
        return self.packet(whole, session=session, **{"content": False, **options})

    def send(self, body: Any, **options: Any) -> int:
        """The message id it was sent with."""
        number = int(options.pop("message_id", 0) or self.next_id())
        self.writer.write(self.packet(bytes(body), message_id=number, **options))
        return number

    def call(self, request: Any, **options: Any) -> int:
        """As ``send``, with the introduction that each new key owes."""
        init = fn.InitConnectionRequest(12345, "Raw", "1", "1", "en", "", "en", request)
        return self.send(fn.InvokeWithLayerRequest(LAYER, init), **options)

    async def answers(self, count: int) -> list[Heard]:
        """The next ``count`` objects, out of their containers and results."""
        found: list[Heard] = []
        while len(found) < count:
            length = (await asyncio.wait_for(self.reader.readexactly(1), 5))[0] * 4
            if length == 0x7F * 4:
                length = int.from_bytes(await self.reader.readexactly(3), "little") * 4
            whole = await self.reader.readexactly(length)
            plain = AES.decrypt_ige(whole[24:], *kdf(self.key.key, whole[8:24], False))
            _, session, message_id, _, size = HEAD.unpack_from(plain)
            with BinaryReader(plain[HEAD.size : HEAD.size + size]) as reader:
                message = reader.tgread_object()
            if hasattr(message, "messages"):
                found += [Heard(session, part.obj) for part in message.messages]
                self.ids += [part.msg_id for part in message.messages]
            else:
                found.append(Heard(session, message))
                self.ids.append(message_id)
        return found

    async def one(self) -> Any:
        """The next object that is no announcement of a session and no acknowledgement."""
        while True:
            for heard in await self.answers(1):
                if not isinstance(heard.answer, t.NewSessionCreated | t.MsgsAck):
                    return heard.answer


def new_key(demo: DemoDataCentre, **fields: Any) -> AuthorizationKey:
    """One that was agreed on just now, with salt 7."""
    data, now = os.urandom(256), demo.world.clock()
    key = AuthorizationKey(data, int.from_bytes(sha1(data).digest()[-8:], "little"), 7, now, now, **fields)
    demo.world.keys.add(key)
    return key


def binding_request(
    temporary: AuthorizationKey,
    permanent: AuthorizationKey,
    session_id: int,
    *,
    message_id: int,
    sequence: int = 0,
    seconds: float = 60,
    **changed: Any,
) -> Any:
    """auth.bindTempAuthKey as an honest client builds it, but for what is changed."""
    expires = datetime.fromtimestamp(int(time.time() + seconds), UTC)
    fields: dict[str, Any] = {
        "nonce": 5,
        "temp_auth_key_id": temporary.signed_id,
        "perm_auth_key_id": permanent.signed_id,
        "temp_session_id": session_id,
        "expires_at": expires,
    }
    inner = bytes(t.BindAuthKeyInner(**{**fields, **changed}))
    plain = os.urandom(16) + struct.pack("<qii", message_id, sequence, len(inner)) + inner
    message_key = sha1(plain).digest()[4:20]
    encrypted = AES.encrypt_ige(
        plain + os.urandom(-len(plain) % 16), *kdf_v1(permanent.key, message_key, True)
    )
    envelope = struct.pack("<Q", permanent.id) + message_key + encrypted
    return fn.auth.BindTempAuthKeyRequest(permanent.signed_id, 5, expires, envelope)
