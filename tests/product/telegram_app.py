"""Somebody's own Telegram app: logged in at a demo data centre, it scans the QR codes that others show."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telethon import TelegramClient, functions, types
from telethon.crypto import rsa
from telethon.sessions import MemorySession

from quart_app.settings import DataCentre


class TelegramApp:
    def __init__(self, client: Any) -> None:
        self.client = client

    async def scan(self, url: str) -> None:
        """What a camera makes of a login code: the account lets that device in."""
        assert url.startswith("tg://login?token=")
        token = url.removeprefix("tg://login?token=")
        await self.client(functions.auth.AcceptLoginTokenRequest(base64.urlsafe_b64decode(token + "==")))


@asynccontextmanager
async def telegram_app(
    place: DataCentre, api: tuple[int, str], phone: str, *, password: str | None = None
) -> AsyncIterator[TelegramApp]:
    """A demo phone's; its code is the sixth digit, five times."""
    session = MemorySession()
    session.set_dc(place.id, place.host, place.port)
    rsa.add_key(place.public_key, old=False)
    client_class = type("AppClient", (TelegramClient,), {"_config": None})
    client = client_class(session, *api, device_model="Pocket phone", receive_updates=False)
    await client.connect()
    try:
        sent = await client(functions.auth.SendCodeRequest(phone, *api, types.CodeSettings()))
        try:
            await client(functions.auth.SignInRequest(phone, sent.phone_code_hash, phone[6] * 5))
        except Exception as error:
            if password is None or type(error).__name__ != "SessionPasswordNeededError":
                raise
            await client.sign_in(password=password)
        yield TelegramApp(client)
    finally:
        await client.disconnect()
