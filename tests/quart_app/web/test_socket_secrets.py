"""What a terminal's handshake leaves in memory: nothing that opens the vault."""

from __future__ import annotations

import time
from inspect import signature
from typing import Any
from uuid import uuid4

from quart import Quart, Websocket
from werkzeug.datastructures import Headers

from quart_app.accounts.credentials import encode
from quart_app.accounts.sign_in import SignIn
from quart_app.web.cookies import vault_secret
from quart_app.web.current import current_sign_in
from quart_app.web.sitting import forget_secrets

SECRET = bytes(range(32))
HANDED = {"receive", "send", "accept", "close"}
"""What a server hands over; from 0.23 on, Quart receives by itself."""


async def _nothing(*_: Any) -> Any:
    return None


def handshake(**headers: str) -> Websocket:
    scope: Any = {"type": "websocket", "headers": [(n.encode(), v.encode()) for n, v in headers.items()]}
    named = Headers([(name.title(), value) for name, value in headers.items()])
    handed = {name: _nothing for name in signature(Websocket).parameters if name in HANDED}
    return Websocket("/ws", b"", "ws", named, "", "1.1", [], **handed, scope=scope)


async def test_a_browsers_cookie_is_forgotten_wherever_it_was_read(app: Quart) -> None:
    socket = handshake(host="localhost", cookie=f"tgv={encode(SECRET)}")
    async with app.websocket_context(socket):
        assert vault_secret() == SECRET
        assert encode(SECRET) in str(vars(socket))
        forget_secrets(socket, SignIn(uuid4(), "digest", "browser", "csrf", int(time.time()) + 60))
        assert vault_secret() is None
    assert encode(SECRET) not in str(vars(socket)) + str(socket.scope)
    assert socket.headers["Host"] == "localhost"


async def test_a_tokens_half_of_the_vault_is_forgotten(app: Quart) -> None:
    socket = handshake(authorization="Bearer secret")
    async with app.websocket_context(socket):
        asked = SignIn(uuid4(), "digest", "token", "", int(time.time()) + 60, SECRET)
        kept = forget_secrets(socket, asked)
        assert (kept.user_id, kept.digest, kept.vault_secret) == (asked.user_id, asked.digest, None)
        assert current_sign_in() is kept
    assert "Authorization" not in socket.headers
