"""What the owner of an account should see at once: somebody asks for login codes, or has logged in elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from telethon import types

from commands import say
from commands.phrases import Said
from quart_app.telegram.service_chat import MASK, SERVICE_CHAT_ID

Event = Literal["login_code", "new_login", "service_notice"]


@dataclass(frozen=True, slots=True)
class Alert:
    event: Event
    said: Said
    device: str | None = None
    location: str | None = None
    time: datetime | None = None


def alert_in(update: Any) -> Alert | None:
    """Of an update that has passed the gate: its codes are masked, which is how they are known here."""
    match update:
        case types.UpdateNewAuthorization():
            return _new_login(update)
        case types.UpdateNewMessage(message=types.Message() as message):
            incoming = not message.out and message.peer_id == types.PeerUser(SERVICE_CHAT_ID)
            return _service_message(message.message) if incoming else None
        case types.UpdateShortMessage():
            incoming = not update.out and update.user_id == SERVICE_CHAT_ID
            return _service_message(update.message) if incoming else None
        case types.UpdateServiceNotification():
            return _service_message(update.message)
    return None


def _service_message(text: str) -> Alert:
    if MASK in text:
        said = say(
            "Telegram has just sent a login code for your account. If you did not ask for it, somebody is trying to "
            "log in: give it to nobody."
        )
        return Alert("login_code", said)
    return Alert("service_notice", say("Telegram has sent you a notice about your account, in its own chat."))


def _new_login(update: Any) -> Alert | None:
    if not update.unconfirmed:
        return None
    device = update.device or ""
    said = say(
        "Somebody has just logged in to your Telegram account: {device}, {location}. If it was not you, end that "
        "session in Telegram, under Devices.",
        device=device or say("an unknown device"),
        location=update.location or say("place unknown"),
    )
    return Alert("new_login", said, device or None, update.location or None, update.date)
