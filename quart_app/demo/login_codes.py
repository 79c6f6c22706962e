"""Login codes: sent, answered, and gone after three wrong answers or five minutes."""

from __future__ import annotations

import hmac
import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from telethon.tl.types import EmailVerificationCode

from quart_app.demo.errors import RpcError

LIFETIME = 300.0
"""Seconds that a code is good for."""
TRIES = 3
"""So many wrong answers end it."""
DAY = 86_400.0
Way = Literal["app", "sms", "email", "set_up_email"]


@dataclass(slots=True)
class SentCode:
    phone: str
    code: str
    expires_at: float
    sent_by: Way = "app"
    tries: int = 0


class LoginCodes:
    """All codes under way, by the phone_code_hash that stands for them."""

    def __init__(self, clock: Callable[[], float], codes_a_day: int) -> None:
        self._clock = clock
        self._codes_a_day = codes_a_day
        self._sent: dict[str, SentCode] = {}
        self._times: dict[str, deque[float]] = {}
        self._ways: dict[str, Way] = {}
        self.emails: dict[str, str] = {}
        """Where codes of a phone go by e-mail."""

    def send_by(self, phone: str, way: str) -> None:
        """How the next codes of a phone travel; ValueError if there is no such way."""
        if way not in get_args(Way):
            raise ValueError("a code travels by app, sms, email or set_up_email")
        self._ways[phone] = cast(Way, way)

    def set_up_email(self, phone: str, code_hash: str, email: str) -> str:
        """From now on codes go to this address: the hash of the one that does so now."""
        sent = self.find(phone, code_hash)
        if sent.sent_by != "set_up_email":
            raise RpcError(400, "EMAIL_NOT_SETUP")
        del self._sent[code_hash]
        self.emails[phone] = email
        self._ways[phone] = "email"
        return self._open(SentCode(phone, sent.code, self._clock() + LIFETIME, sent_by="email"))

    def send(self, phone: str, code: str) -> str:
        """The hash of a new code, beside those before it; FLOOD_WAIT once the day's share is used up."""
        self._count(phone)
        way = self._ways.get(phone, "app")
        return self._open(SentCode(phone, code, self._clock() + LIFETIME, sent_by=way))

    def resend(self, phone: str, code_hash: str) -> str:
        """The same code by the next way, under a new hash; there is one other way (a text message)."""
        sent = self.find(phone, code_hash)
        if sent.sent_by not in {"app", "email"}:
            raise RpcError(406, "SEND_CODE_UNAVAILABLE")
        del self._sent[code_hash]
        return self._open(SentCode(phone, sent.code, self._clock() + LIFETIME, sent_by="sms"))

    def cancel(self, phone: str, code_hash: str) -> None:
        self.find(phone, code_hash)
        del self._sent[code_hash]

    def check(self, phone: str, code_hash: str, answer: str) -> None:
        """Use the code up; RpcError PHONE_CODE_EXPIRED, PHONE_CODE_EMPTY or PHONE_CODE_INVALID."""
        sent = self.find(phone, code_hash)
        if sent.sent_by == "set_up_email":
            raise RpcError(400, "EMAIL_INSTALL_MISSING")
        self._check(sent, code_hash, answer)

    def check_by_email(self, phone: str, code_hash: str, verification: Any) -> None:
        """As ``check``, for an emailVerificationCode; other kinds of proof are EMAIL_VERIFY_... errors."""
        sent = self.find(phone, code_hash)
        if sent.sent_by != "email":
            raise RpcError(400, "EMAIL_NOT_SETUP")
        if not isinstance(verification, EmailVerificationCode):
            raise RpcError(400, "EMAIL_NOT_ALLOWED")
        self._check(sent, code_hash, verification.code)

    def _check(self, sent: SentCode, code_hash: str, answer: str) -> None:
        if not answer:
            raise RpcError(400, "PHONE_CODE_EMPTY")
        if not hmac.compare_digest(sent.code.encode(), answer.encode()):
            sent.tries += 1
            if sent.tries >= TRIES:
                del self._sent[code_hash]
            raise RpcError(400, "PHONE_CODE_INVALID")
        del self._sent[code_hash]

    def find(self, phone: str, code_hash: str) -> SentCode:
        """A code under way; RpcError PHONE_CODE_HASH_EMPTY or PHONE_CODE_EXPIRED."""
        if not code_hash:
            raise RpcError(400, "PHONE_CODE_HASH_EMPTY")
        sent = self._sent.get(code_hash)
        if sent is None or sent.phone != phone or sent.expires_at < self._clock():
            raise RpcError(400, "PHONE_CODE_EXPIRED")
        return sent

    def _open(self, sent: SentCode) -> str:
        code_hash = os.urandom(9).hex()
        self._sent[code_hash] = sent
        return code_hash

    def _count(self, phone: str) -> None:
        now = self._clock()
        times = self._times.setdefault(phone, deque())
        while times and times[0] <= now - DAY:
            times.popleft()
        if len(times) >= self._codes_a_day:
            raise RpcError(420, f"FLOOD_WAIT_{int(times[0] + DAY - now) + 1}")
        times.append(now)
        self._forget_expired(now)

    def _forget_expired(self, now: float) -> None:
        for code_hash in [key for key, sent in self._sent.items() if sent.expires_at < now]:
            del self._sent[code_hash]
