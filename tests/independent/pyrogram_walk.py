"""A client that shares no line with ours signs in, with code and with two-step password, and lists its dialogs.

By hand: ``python tests/independent/pyrogram_walk.py HOST PORT PUBLIC_KEY.pem API_ID API_HASH`` against
``python -m quart_app demo``. Exit code 0, or a traceback where the library complains. The library is kurigram, the
living fork of Pyrogram: its own MTProto, key exchange, TL schema and SRP. It imports nothing of this project.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from hashlib import sha1
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pyrogram import Client, raw
from pyrogram.connection import Connection
from pyrogram.crypto import rsa
from pyrogram.errors import AuthKeyUnregistered, PasswordHashInvalid, PhoneCodeInvalid, SessionPasswordNeeded
from pyrogram.raw.core import Bytes
from pyrogram.session.auth import Auth

PLAIN, PROTECTED = "+9996610003", ("+9996620002", "demo")
COMPLAINTS: list[str] = []


class Complaints(logging.Handler):
    """The library logs what it puts up with; here that is a failure."""

    def emit(self, record: logging.LogRecord) -> None:
        if "TgCrypto is missing" not in (said := record.getMessage()):
            COMPLAINTS.append(f"{record.name}: {said}")


def trust(pem: bytes) -> None:
    """Its keys are hard-coded: add this one, under the fingerprint that the protocol prescribes."""
    key = load_pem_public_key(pem)
    assert isinstance(key, RSAPublicKey)
    n, e = key.public_numbers().n, key.public_numbers().e
    blob = b"".join(bytes(Bytes(number.to_bytes((number.bit_length() + 7) // 8, "big"))) for number in (n, e))
    fingerprint = int.from_bytes(sha1(blob).digest()[-8:], "little", signed=True)
    rsa.server_public_keys[fingerprint] = rsa.PublicKey(n, e)


def connection_to(host: str, port: int) -> type[Connection]:
    """Its addresses are hard-coded as well; a connection of one's own is an ordinary option."""

    class ConnectionThere(Connection):  # type: ignore[misc]  # the library is partly untyped
        def __init__(self, **options: Any) -> None:
            super().__init__(**{**options, "server_address": host, "port": port})

    return ConnectionThere


def ask_again() -> None:
    """Of a key exchange that has to be repeated, one in 256 here, it makes a key that nobody else has. It does begin
    anew where an answer is wrong, so this one becomes wrong.
    """
    invoke = Auth.invoke

    async def invoke_or_repeat(self: Auth, query: Any) -> Any:
        answer = await invoke(self, query)
        if isinstance(answer, raw.types.DhGenRetry):
            raise ValueError("the exchange has to be repeated")
        return answer

    Auth.invoke = invoke_or_repeat


class Walk:
    def __init__(self, host: str, port: int, api_id: int, api_hash: str) -> None:
        self._options = {
            "api_id": api_id,
            "api_hash": api_hash,
            "in_memory": True,
            "sleep_threshold": 0,
            "connection_factory": connection_to(host, port),
        }

    async def by_code(self) -> None:
        client = Client("plain", **self._options)
        assert await client.connect() is False
        sent = await client.send_code(PLAIN)
        try:
            await client.sign_in(PLAIN, sent.phone_code_hash, "99999")
        except PhoneCodeInvalid:
            said("a wrong code is refused")
        else:
            raise AssertionError("a wrong code was taken")
        me = await client.sign_in(PLAIN, sent.phone_code_hash, "11111")
        assert f"+{me.phone_number}" == PLAIN, me
        said(f"signed in by code as {me.first_name} {me.last_name}")
        await dialogs(client)
        await log_out(client)

    async def by_password(self) -> None:
        phone, password = PROTECTED
        client = Client("protected", **self._options)
        await client.connect()
        sent = await client.send_code(phone)
        try:
            await client.sign_in(phone, sent.phone_code_hash, "22222")
        except SessionPasswordNeeded:
            said("two-step password asked for")
        else:
            raise AssertionError("the code alone was enough")
        try:
            await client.check_password("wrong")
        except PasswordHashInvalid:
            said("a wrong password is refused")
        else:
            raise AssertionError("a wrong password was taken")
        me = await client.check_password(password)
        assert f"+{me.phone_number}" == phone, me
        said("signed in by two-step password")
        await dialogs(client)
        await log_out(client)

    async def started(self) -> None:
        """All of it at once, with updates on, as its users do it."""
        async with Client(
            "started", phone_number="+9996610004", phone_code="11111", **self._options
        ) as client:
            chat = await client.get_chat("scontierrati")
            assert chat.username == "scontierrati", chat
            texts = [message.text async for message in client.get_chat_history(chat.id, limit=30)]
            assert len(texts) == 30, texts
            said("resolved a channel and read its history")
            mine = await client.send_message("me", "a note")
            found = [each async for each in client.get_chat_history("me", limit=1)]
            assert [(each.id, each.text) for each in found] == [(mine.id, "a note")], found
            said("wrote a note and read it")


async def dialogs(client: Client) -> None:
    found = [dialog async for dialog in client.get_dialogs()]
    names = {dialog.chat.username for dialog in found}
    ids = [dialog.chat.id for dialog in found]
    assert len(ids) == len(set(ids)), "a dialog came twice"
    assert len(ids) >= 60, f"only {len(ids)} dialogs"
    assert "scontierrati" in names, names
    said(f"listed {len(ids)} dialogs")


async def log_out(client: Client) -> None:
    await client.invoke(raw.functions.auth.LogOut())
    try:
        await client.get_me()
    except AuthKeyUnregistered:
        said("logged out")
    else:
        raise AssertionError("still logged in")
    await client.disconnect()


def said(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def main(host: str, port: str, pem: str, api_id: str, api_hash: str) -> None:
    logging.getLogger("pyrogram").addHandler(Complaints(logging.WARNING))
    trust(Path(pem).read_bytes())
    ask_again()
    walk = Walk(host, int(port), int(api_id), api_hash)
    async with asyncio.timeout(120):
        await walk.by_code()
        await walk.by_password()
        await walk.started()
    assert COMPLAINTS == [], COMPLAINTS
    said("no complaints")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
