"""Under which names the server answers: a page of another name that was pointed here gets nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from quart import Quart
from quart.testing import WebsocketResponseError

from quart_app.web.host import BY_ANY_NAME, host_allowed, name_of

EVIL = [
    "evil.example",
    "evil.example:8080",
    "localhost.evil.example",
    "evil.example.localhost",
    "localhost.",
    "127.0.0.1.evil.example",
    "localhost@evil.example",
    "evil.example@localhost",
    "localhost:8080@evil.example",
    "localhost:port",
    "localhost/",
    "127.0.0.2",
    "0.0.0.0",
    "[::2]",
    "::1",
    "localhost localhost",
    "ｌocalhost",
    "chat.example",
    "",
]
OURS = ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:8080"]


@pytest.mark.parametrize("host", EVIL)
def test_no_other_name_is_ours(host: str) -> None:
    assert not host_allowed(host)


@pytest.mark.parametrize("host", OURS)
def test_names_of_this_machine_are(host: str) -> None:
    assert host_allowed(host)


def test_a_name_is_read_without_its_port() -> None:
    assert name_of("Chat.Example:8443") == "chat.example"
    assert name_of("[2001:DB8::1]:80") == "[2001:db8::1]"


async def test_no_route_answers_under_another_name(app: Quart) -> None:
    client = app.test_client()
    asked = {rule.rule.replace("<ticket>", "t") for rule in app.url_map.iter_rules() if not rule.websocket}
    for path in sorted(asked - BY_ANY_NAME):
        refused = await client.get(path, headers={"Host": "evil.example:8080"})
        assert refused.status_code == 421, path
        if path.startswith("/api/v1"):
            assert (await refused.get_json())["code"] == "host"
    assert len(asked) > 15
    assert (await client.get("/", headers={"Host": "localhost:8080"})).status_code == 200, "the control"


async def test_nor_does_the_socket(app: Quart, bearer: dict[str, str]) -> None:
    headers = {**bearer, "Host": "evil.example"}
    with pytest.raises(WebsocketResponseError) as refused:
        async with app.test_client().websocket("/ws", headers=headers) as socket:
            await socket.receive()
    assert refused.value.response.status_code == 421


async def test_the_public_name_is_ours_as_well(build_app: Callable[..., Awaitable[Any]]) -> None:
    client = (await build_app(public_url="https://chat.example:8443")).test_client()
    for host, status in (("chat.example:8443", 200), ("CHAT.example", 200), ("evil.example", 421)):
        assert (await client.get("/", headers={"Host": host})).status_code == status


async def test_metrics_are_read_on_this_machine_under_its_own_names_only(
    build_app: Callable[..., Awaitable[Any]],
) -> None:
    client = (await build_app(public_url="https://chat.example")).test_client()
    here = {"client": ("127.0.0.1", 4711)}
    for host, status in (
        ("localhost:8080", 200),
        ("127.0.0.1:8080", 200),
        ("evil.example:8080", 403),
        ("chat.example", 403),
    ):
        answer = await client.get("/metrics", headers={"Host": host}, scope_base=here)
        assert answer.status_code == status, host


async def test_with_the_token_a_collector_may_ask_by_any_name(
    build_app: Callable[..., Awaitable[Any]], settings: Callable[..., Any]
) -> None:
    token = settings().secret_key
    client = (await build_app(metrics_token=token)).test_client()
    headers = {"Host": "10.0.0.7:8080", "Authorization": f"Bearer {token.reveal_text()}"}
    assert (await client.get("/metrics", headers=headers)).status_code == 200


async def test_a_probe_may_ask_by_any_name(app: Quart) -> None:
    for path in ("/health", "/health/live", "/health/ready"):
        answer = await app.test_client().get(path, headers={"Host": "10.0.0.7:8080"})
        assert answer.status_code == 200, path


async def test_where_our_own_name_cannot_be_read_no_unreadable_name_is_ours(
    build_app: Callable[..., Awaitable[Any]],
) -> None:
    client = (await build_app(public_url="https://\u0441hat.example")).test_client()
    for host, status in (("evil.example@localhost", 421), ("localhost:port", 421), ("localhost", 200)):
        assert (await client.get("/", headers={"Host": host})).status_code == status, host
