"""Accounts and tokens, as a program uses them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from quart import Quart
from redis.asyncio import Redis

from quart_app.accounts.credentials import TokenParts, encode

PHONE, OTHER = "+9996610001", "+9996610002"
PASSWORD = "a long enough phrase"
CREDENTIALS = {"phone": PHONE, "password": PASSWORD}
BuildApp = Callable[..., Awaitable[Quart]]


async def test_a_program_registers_logs_in_and_logs_out(app: Quart) -> None:
    client = app.test_client()
    created = await client.post("/api/v1/accounts", json=CREDENTIALS)
    assert (created.status_code, await created.get_json()) == (201, {})
    answer = await client.post("/api/v1/tokens", json={**CREDENTIALS, "name": "laptop"})
    token = await answer.get_json()
    assert answer.status_code == 201
    assert set(token) == {"token", "expires_at"}
    assert re.fullmatch(r"tcm_[0-9a-f]{8}_[A-Za-z0-9_-]{86}", token["token"])
    assert datetime.fromisoformat(token["expires_at"]) > datetime.now(UTC)
    assert "Set-Cookie" not in answer.headers

    bearer = {"Authorization": f"bearer {token['token']}"}
    assert (await client.get("/api/v1/telegram/session", headers=bearer)).status_code == 200
    ended = await client.delete("/api/v1/tokens/current", headers=bearer)
    assert (ended.status_code, await ended.get_data()) == (204, b"")
    again = await client.delete("/api/v1/tokens/current", headers=bearer)
    assert (again.status_code, again.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_body"),
        ({"phone": PHONE}, "invalid_body"),
        ({**CREDENTIALS, "admin": True}, "invalid_body"),
        ({"phone": 9996610001, "password": PASSWORD}, "invalid_body"),
        ({"phone": PHONE, "password": None}, "invalid_body"),
        ({"phone": "0" * 100, "password": PASSWORD}, "invalid_body"),
        ({"phone": "no phone", "password": PASSWORD}, "bad_phone"),
        ({"phone": PHONE, "password": "short"}, "bad_password"),
        ({"phone": PHONE, "password": "x" * 1025}, "bad_password"),
        ({"phone": PHONE, "password": "é" * 5000}, "bad_password"),
    ],
)
async def test_what_is_wrong_is_said_by_a_code(app: Quart, body: dict[str, Any], code: str) -> None:
    response = await app.test_client().post("/api/v1/accounts", json=body)
    assert (response.status_code, (await response.get_json())["code"]) == (400, code)


async def test_registration_follows_the_policy(build_app: BuildApp) -> None:
    closed = (await build_app(registration="closed")).test_client()
    refused = await closed.post("/api/v1/accounts", json=CREDENTIALS)
    assert (refused.status_code, (await refused.get_json())["code"]) == (403, "registration_closed")

    app = await build_app(registration="invite")
    client = app.test_client()
    refused = await client.post("/api/v1/accounts", json={**CREDENTIALS, "invite": "made up"})
    assert (refused.status_code, (await refused.get_json())["code"]) == (403, "invite_needed")
    invite = await app.extensions["services"].accounts.create_invite()
    accepted = await client.post("/api/v1/accounts", json={**CREDENTIALS, "invite": invite})
    assert accepted.status_code == 201


async def test_a_long_password_with_accents_logs_in_however_they_are_typed(app: Quart) -> None:
    client = app.test_client()
    for n, (registered, typed) in enumerate(
        (("a" * 73, "a" * 73), ("perché così", "perche\u0301 cosi\u0300"))
    ):
        phone = f"+999661001{n}"
        body = {"phone": phone, "password": registered}
        assert (await client.post("/api/v1/accounts", json=body)).status_code == 201
        body = {"phone": phone, "password": typed}
        assert (await client.post("/api/v1/tokens", json=body)).status_code == 201


async def test_the_vaults_half_of_a_token_is_kept_nowhere(app: Quart, redis: Redis) -> None:
    client = app.test_client()
    await client.post("/api/v1/accounts", json=CREDENTIALS)
    token = (await (await client.post("/api/v1/tokens", json=CREDENTIALS)).get_json())["token"]
    parts = TokenParts.parse(token)
    assert parts is not None
    dump = ""
    for name in await redis.keys("token:*"):
        dump += f"{name!r} {await redis.hgetall(name)!r}"
    assert dump
    for form in (parts.vault_secret.hex(), encode(parts.vault_secret), repr(parts.vault_secret)[2:-1]):
        assert form not in dump


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic YTpi",
        "tcm_0123abcd_" + "A" * 86,
        "Bearer tcm_0123abcd_" + "A" * 86,
    ],
)
async def test_what_is_no_token_is_not_let_in(app: Quart, authorization: str) -> None:
    headers = {"Authorization": authorization}
    response = await app.test_client().delete("/api/v1/tokens/current", headers=headers)
    assert (response.status_code, (await response.get_json())["code"]) == (401, "signed_out")


async def test_a_wrong_token_is_not_saved_by_a_right_cookie(signed_in_browser: Any) -> None:
    headers = {**signed_in_browser.headers, "Authorization": "Bearer tcm_0123abcd_" + "A" * 86}
    response = await signed_in_browser.client.delete("/api/v1/tokens/current", headers=headers)
    assert response.status_code == 401
    assert (await signed_in_browser.client.get("/terminal")).status_code == 200


async def test_a_token_made_where_a_session_is_open_can_open_it(app: Quart, signed_in_browser: Any) -> None:
    secret = bytes(range(32))
    signed_in_browser.client.set_cookie("localhost", "tgv", encode(secret))
    answer = await signed_in_browser.client.post(
        "/api/v1/tokens", json=CREDENTIALS, headers=signed_in_browser.headers
    )
    parts = TokenParts.parse((await answer.get_json())["token"])
    assert parts is not None
    ((_, shared, with_token),) = app.extensions["services"].telegram.shared
    assert (shared, with_token) == (secret, parts.vault_secret)


async def test_nor_does_another_persons_browser_give_its_session_away(
    app: Quart, signed_in_browser: Any
) -> None:
    body = {"phone": OTHER, "password": PASSWORD}
    await app.test_client().post("/api/v1/accounts", json=body)
    signed_in_browser.client.set_cookie("localhost", "tgv", encode(bytes(range(32))))
    headers = signed_in_browser.headers
    answer = await signed_in_browser.client.post("/api/v1/tokens", json=body, headers=headers)
    assert answer.status_code == 201
    assert app.extensions["services"].telegram.shared == []
