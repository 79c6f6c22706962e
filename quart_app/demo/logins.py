"""What is remembered of logins that were and logins that failed: future tokens, and wrong passwords."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence

from quart_app.demo.errors import RpcError

MOST_TOKENS = 20
"""That a client may show at once (auth.sendCode, logout_tokens)."""
WRONG_PASSWORDS, WITHIN = 5, 3600.0
"""So many wrong ones in so many seconds, and the account is closed to logins until the first is forgotten."""


class Logins:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tokens: dict[bytes, str] = {}
        self._wrong: dict[str, deque[float]] = {}

    def leave(self, phone: str) -> bytes:
        """A token for whoever logs out, good for one login of this phone without a code."""
        token = os.urandom(32)
        self._tokens[token] = phone
        return token

    def come_back(self, phone: str, tokens: Sequence[bytes]) -> bool:
        """Whether one of the tokens was this phone's; it is used up."""
        for token in tokens[:MOST_TOKENS]:
            if self._tokens.get(token) == phone:
                del self._tokens[token]
                return True
        return False

    def wrong_password(self, phone: str) -> None:
        self._wrong.setdefault(phone, deque(maxlen=WRONG_PASSWORDS)).append(self._clock())

    def right_password(self, phone: str) -> None:
        self._wrong.pop(phone, None)

    def refuse_guessing(self, phone: str) -> None:
        """RpcError PHONE_PASSWORD_FLOOD after too many wrong passwords."""
        wrong = self._wrong.get(phone)
        if wrong and len(wrong) == WRONG_PASSWORDS and wrong[0] > self._clock() - WITHIN:
            raise RpcError(406, "PHONE_PASSWORD_FLOOD")
