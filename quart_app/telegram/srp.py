"""The answer to Telegram's two-step password: proves that it is known without sending it."""

from __future__ import annotations

from typing import Any

from telethon import password as srp
from telethon.tl import types

from commands import say
from quart_app.telegram.errors import LoginRefused


def password_check(asked: Any, password: str) -> Any:
    """``asked`` is Telegram's account.Password. Some 70 ms of key stretching: call it in a thread."""
    algorithm = types.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow
    if not isinstance(asked.current_algo, algorithm):
        said = say("Telegram asks for the password in a way that this server doesn’t know yet.")
        raise LoginRefused("not_available", said)
    return srp.compute_check(asked, password)
