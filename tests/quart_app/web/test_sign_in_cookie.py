"""The cookie: what signing it is worth, and what it is not."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from itsdangerous import SignatureExpired
from quart import Quart
from quart_auth import QuartAuth
from redis.asyncio import Redis

from quart_app.accounts.credentials import encode, new_id
from quart_app.settings import Secret
from quart_app.web.sign_in_cookie import SALT, SignInCookie

KEY, OLD = b"tests".ljust(32, b"-"), b"the key before".ljust(32, b"-")
BuildApp = Callable[..., Awaitable[Quart]]


def _signed(value: Any, key: bytes = KEY) -> str:
    serializer = QuartAuth.serializer_class(key, SALT)
    return str(serializer.dumps(value))


async def _status(app: Quart, cookie: str) -> int:
    client = app.test_client()
    client.set_cookie("localhost", "tcm", cookie)
    return (await client.get("/terminal")).status_code


async def _user_of(redis: Redis) -> str:
    (record,) = await redis.keys("session:*")
    user = await redis.hget(record, "user")
    assert isinstance(user, bytes)
    return user.decode()


async def test_who_has_the_key_but_no_session_is_nobody(
    app: Quart, signed_in_browser: Any, redis: Redis
) -> None:
    live = signed_in_browser.cookie()
    assert await _status(app, live) == 200
    (record,) = await redis.keys("session:*")
    assert isinstance(record, bytes)
    digest = record.decode().partition(":")[2]
    user = await _user_of(redis)
    forged = [
        *(encode(new_id()), user, UUID(user).hex, digest, encode(bytes.fromhex(digest))),
        *(None, 1, True, ["x"], {"id": user}, "", "é"),
    ]
    for value in forged:
        assert await _status(app, _signed(value)) == 303, value


async def test_a_session_without_the_signature_is_nobody(app: Quart, signed_in_browser: Any) -> None:
    live = signed_in_browser.cookie()
    assert await _status(app, live) == 200
    identifier = QuartAuth.serializer_class(KEY, SALT).loads(live)
    assert await _status(app, _signed(identifier)) == 200  # the control: signing it again is as good
    assert await _status(app, identifier) == 303
    assert await _status(app, _signed(identifier, key=OLD)) == 303
    assert await _status(app, live[:10] + ("A" if live[10] != "A" else "B") + live[11:]) == 303


async def test_the_cookie_says_nothing_of_the_user(signed_in_browser: Any, redis: Redis) -> None:
    user = await _user_of(redis)
    value = QuartAuth.serializer_class(KEY, SALT).loads(signed_in_browser.cookie())
    assert len(value) == 43
    assert user not in value


async def test_during_a_rotation_both_keys_are_read_and_the_new_one_signs(
    build_app: BuildApp, signed_in_browser: Any
) -> None:
    live = signed_in_browser.cookie()
    rotated = await build_app(secret_key=Secret(OLD), secret_key_previous=Secret(KEY))
    assert await _status(rotated, live) == 200
    client = rotated.test_client()
    headers = {"Origin": "http://localhost:8080"}
    form = {"phone": "+9996610001", "password": "a long enough phrase"}
    response = await client.post("/login", form=form, headers=headers)
    (value,) = re.findall(r"^tcm=([^;]+)", "\n".join(response.headers.getlist("Set-Cookie")), re.MULTILINE)
    assert QuartAuth.serializer_class(OLD, SALT).loads(value)
    later = await build_app(secret_key=Secret(OLD))
    assert await _status(later, live) == 303


async def test_a_clock_that_runs_ahead_logs_nobody_out(
    app: Quart, signed_in_browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = QuartAuth.serializer_class(KEY, SALT).loads(signed_in_browser.cookie())
    with monkeypatch.context() as ahead:
        ahead.setattr("itsdangerous.timed.time.time", lambda: 4_000_000_000)
        signed_ahead = _signed(identifier)
    assert await _status(app, signed_ahead) == 200
    with pytest.raises(SignatureExpired):  # the control: by its own age it would
        QuartAuth.serializer_class(KEY, SALT).loads(signed_ahead, max_age=86_400)


async def test_a_session_that_ended_takes_its_cookie_along(
    app: Quart, signed_in_browser: Any, redis: Redis
) -> None:
    await redis.flushdb()
    response = await signed_in_browser.client.get("/terminal")
    assert response.status_code == 303
    assert any(one.startswith("tcm=;") for one in response.headers.getlist("Set-Cookie"))
    assert isinstance(app.extensions["sign_in_cookie"], SignInCookie)


async def test_no_page_shows_the_id(signed_in_browser: Any) -> None:
    value = QuartAuth.serializer_class(KEY, SALT).loads(signed_in_browser.cookie())
    page = await (await signed_in_browser.client.get("/terminal")).get_data(as_text=True)
    assert value not in page
