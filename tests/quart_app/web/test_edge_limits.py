"""Limits at the edge: on every route, exact where guessing must not pay, and not to be dodged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

from quart import Quart
from quart_rate_limiter import QUART_RATE_LIMITER_EXEMPT_ATTRIBUTE, QUART_RATE_LIMITER_LIMITS_ATTRIBUTE
from redis.asyncio import Redis

from quart_app.web.limits import CREDENTIALS, ClientStore

PHONE, PASSWORD = "+9996610001", "a long enough phrase"
EXEMPT = {"static"}
"""Files that are the same for everybody, answered without asking anything of a store."""


def test_every_route_has_a_limit_or_says_that_it_has_none(app: Quart) -> None:
    routes = [rule for rule in app.url_map.iter_rules() if not rule.websocket]
    assert len(routes) > 15
    for rule in routes:
        view = app.view_functions[rule.endpoint]
        limited = bool(getattr(view, QUART_RATE_LIMITER_LIMITS_ATTRIBUTE, []))
        exempt = getattr(view, QUART_RATE_LIMITER_EXEMPT_ATTRIBUTE, False) or rule.endpoint in EXEMPT
        assert limited != exempt, rule.endpoint


async def _tokens(app: Quart, count: int, phone: str = PHONE, **more: Any) -> list[Any]:
    """So many log-ins at once."""
    body = {"phone": phone, "password": "not the right one"}
    client = app.test_client()
    return await asyncio.gather(*(client.post("/api/v1/tokens", json=body, **more) for _ in range(count)))


def _from(address: str, **headers: str) -> dict[str, Any]:
    return {"scope_base": {"client": (address, 4711)}, "headers": headers}


async def test_of_a_hundred_log_ins_at_once_five_are_heard(app: Quart) -> None:
    statuses = [response.status_code for response in await _tokens(app, 100)]
    assert sorted(set(statuses)) == [401, 429]
    assert statuses.count(401) == 5


async def test_forms_and_api_share_the_limit(app: Quart, browser: Any) -> None:
    await _tokens(app, 5)
    refused = await browser.log_in()
    assert refused.status_code == 429
    assert "Too many attempts to log in." in await refused.get_data(as_text=True)
    assert 0 < int(refused.headers["Retry-After"]) <= 60


async def test_the_refusal_says_when_to_come_back(app: Quart) -> None:
    refused = next(response for response in await _tokens(app, 6) if response.status_code == 429)
    problem = await refused.get_json()
    assert (problem["code"], problem["status"]) == ("too_many", 429)
    assert 0 < problem["retry_after"] <= 60
    assert refused.headers["Retry-After"] == str(problem["retry_after"])


async def test_a_stranger_elsewhere_does_not_lock_the_owner_out(app: Quart) -> None:
    await app.test_client().post("/api/v1/accounts", json={"phone": PHONE, "password": PASSWORD})
    await _tokens(app, 5, **_from("198.51.100.1"))
    body = {"phone": PHONE, "password": PASSWORD}
    response = await app.test_client().post("/api/v1/tokens", json=body, **_from("198.51.100.2"))
    assert response.status_code == 201


async def test_a_team_behind_one_address_is_not_locked_out_by_one_of_them(app: Quart) -> None:
    await _tokens(app, 5)
    (response,) = await _tokens(app, 1, phone="+9996610002")
    assert response.status_code == 401


async def test_one_account_is_not_guessed_at_from_everywhere(app: Quart) -> None:
    heard = 0
    for n in range(8):
        responses = await _tokens(app, 5, **_from(f"198.51.100.{n}"))
        heard += sum(response.status_code == 401 for response in responses)
    assert heard == 20


async def test_one_address_does_not_guess_at_every_account(app: Quart) -> None:
    heard = 0
    for n in range(10):
        responses = await _tokens(app, 5, phone=f"+999661000{n}")
        heard += sum(response.status_code == 401 for response in responses)
    assert heard == 30


async def test_a_made_up_address_changes_nothing(app: Quart) -> None:
    statuses = [
        (await _tokens(app, 1, **_from("198.51.100.1", **{"X-Forwarded-For": f"203.0.113.{n}"})))[
            0
        ].status_code
        for n in range(8)
    ]
    assert statuses == [401] * 5 + [429] * 3


async def test_behind_a_trusted_proxy_each_client_counts(
    build_app: Callable[..., Awaitable[Quart]],
) -> None:
    app = await build_app(trusted_proxies=(ip_network("10.0.0.0/8"),))
    # The control: what the proxy says is believed, so these are eight clients,
    through_proxy = [_from("10.0.0.1", **{"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(8)]
    assert [(await _tokens(app, 1, **one))[0].status_code for one in through_proxy] == [401] * 8
    # and what a client tells the proxy is not, so these are one.
    spoofed = [_from("10.0.0.1", **{"X-Forwarded-For": f"1.2.3.{n}, 203.0.113.99"}) for n in range(8)]
    statuses = [(await _tokens(app, 1, **one))[0].status_code for one in spoofed]
    assert statuses == [401] * 5 + [429] * 3


async def test_sixty_accounts_an_hour_from_one_address(app: Quart, redis: Redis) -> None:
    client = app.test_client()
    statuses = []
    for n in range(62):
        body = {"phone": f"+999661{n:04}", "password": PASSWORD}
        statuses.append((await client.post("/api/v1/accounts", json=body)).status_code)
    assert statuses == [201] * 60 + [429] * 2


async def test_limits_in_redis_show_no_phone_and_no_address(app: Quart, redis: Redis) -> None:
    await _tokens(app, 1, **_from("198.51.100.1"))
    names = repr(await redis.keys("limit:*"))
    assert names.count("limit:") == 3
    for shown in ("198.51", "9996610001", "+"):
        assert shown not in names


async def test_the_coarse_limit_answers_as_a_problem_too(app: Quart) -> None:
    responses = [await _tokens(app, 1, **_from("198.51.100.1")) for _ in range(CREDENTIALS + 1)]
    (last,) = responses[-1]
    problem = await last.get_json()
    assert (last.status_code, problem["code"]) == (429, "too_many")
    assert last.headers["Retry-After"] == str(problem["retry_after"])
    assert last.content_type == "application/problem+json"


async def test_the_workers_memory_of_clients_is_bounded() -> None:
    store, now = ClientStore(most=100), datetime.now(UTC)
    for n in range(1000):
        await store.set(f"client {n}", now + timedelta(minutes=1))
    assert await store.get("client 999", now) == now + timedelta(minutes=1)
    assert await store.get("client 0", now) == now
    assert len(store) == 100
    await store.set("long ago", now - timedelta(minutes=1))
    assert len(store) <= 100
