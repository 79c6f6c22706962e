"""Which origins may ask: the whole matrix, as a rule and over HTTP."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from quart import Quart
from quart.testing import WebsocketResponseError
from werkzeug.datastructures import Headers

from quart_app.web.origin import origin_allowed

ALLOWED = frozenset({"https://chat.example"})
OURS = "https://chat.example"
EVIL = [
    "null",
    "",
    "https://evil.example",
    "https://chat.example.evil.example",
    "https://evilchat.example",
    "http://chat.example",
    "https://chat.example:8443",
    "https://CHAT.example",
    "https://chat.example.",
    "https://chat.example@evil.example",
    "https://chat.example/",
    " https://chat.example",
    "https://chat.example https://evil.example",
]


def _headers(origin: str | None, site: str | None) -> Headers:
    given = {"Origin": origin, "Sec-Fetch-Site": site}
    return Headers({name: value for name, value in given.items() if value is not None})


def test_of_all_that_a_browser_may_say_only_our_own_pages_pass() -> None:
    origins = [None, OURS, *EVIL]
    sites = [None, "same-origin", "none", "same-site", "cross-site", "", "SAME-ORIGIN", "nonsense"]
    for origin, site, cookie in product(origins, sites, (False, True)):
        said_well = origin in (None, OURS) and site in (None, "same-origin", "none")
        silent = origin is None and site is None
        expected = said_well and not (silent and cookie)
        got = origin_allowed(_headers(origin, site), ALLOWED, with_cookie=cookie)
        assert got == expected, (origin, site, cookie)


def test_two_origins_are_no_origin() -> None:
    headers = Headers([("Origin", OURS), ("Origin", "https://evil.example")])
    assert not origin_allowed(headers, ALLOWED, with_cookie=False)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Origin": "https://evil.example"}, "origin"),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, "origin"),
        ({"Cookie": "tcm=anything"}, "origin"),
        ({"Cookie": "__Host-tgv=anything"}, "origin"),
        ({"Cookie": "tcm=anything", "Sec-Fetch-Site": "same-origin"}, "origin"),
        ({"Origin": "http://localhost:8080"}, "signed_out"),
        ({"Sec-Fetch-Site": "same-origin"}, "signed_out"),
        ({}, "signed_out"),
    ],
)
async def test_a_socket_opens_for_our_own_pages_and_for_programs(
    app: Quart, headers: dict[str, str], code: str
) -> None:
    """Whoever passes is only told that nobody is signed in."""
    with pytest.raises(WebsocketResponseError) as refused:
        async with app.test_client().websocket("/ws", headers=headers) as socket:
            await socket.receive()
    assert (await refused.value.response.get_json())["code"] == code


@pytest.mark.parametrize("origin", [None, *EVIL])
async def test_no_other_page_can_change_anything(signed_in_browser: Any, origin: str | None) -> None:
    headers = {"X-CSRF-Token": await signed_in_browser.csrf()}
    if origin is not None:
        headers["Origin"] = origin
    client = signed_in_browser.client
    refused = await client.delete("/api/v1/tokens/current", headers=headers)
    assert (refused.status_code, (await refused.get_json())["code"]) == (403, "origin")
    headers["Origin"] = "http://localhost:8080"
    assert (await client.delete("/api/v1/tokens/current", headers=headers)).status_code == 204  # the control


async def test_every_route_that_changes_something_is_behind_the_check(app: Quart) -> None:
    client = app.test_client()
    changing = [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
    ]
    assert len(changing) >= 6
    for method, path in changing:
        response = await getattr(client, method.lower())(path, headers={"Origin": "https://evil.example"})
        assert response.status_code == 403, (method, path)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"])
async def test_on_loopback_its_other_names_count(app: Quart, origin: str) -> None:
    response = await app.test_client().post("/login", form={}, headers={"Origin": origin})
    assert response.status_code != 403


async def test_a_program_without_cookie_needs_no_origin(app: Quart, bearer: dict[str, str]) -> None:
    client = app.test_client()
    assert (await client.delete("/api/v1/tokens/current", headers=bearer)).status_code == 204


async def test_a_programs_origin_if_sent_must_be_ours(app: Quart, bearer: dict[str, str]) -> None:
    client = app.test_client()
    headers = {**bearer, "Origin": "https://evil.example"}
    assert (await client.delete("/api/v1/tokens/current", headers=headers)).status_code == 403


async def test_other_pages_can_link_to_pages_and_docs_but_read_no_api(app: Quart) -> None:
    client = app.test_client()
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    for path in ("/", "/login", "/api/docs", "/api/v1/openapi.json"):
        assert (await client.get(path, headers=link)).status_code == 200
    fetch = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Origin": "https://evil.example"}
    response = await client.get("/api/v1/openapi.json", headers=fetch)
    assert response.status_code == 403
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_only_what_changes_something_asks_who_brings_a_cookie_for_an_origin(app: Quart) -> None:
    client, cookie = app.test_client(), {"Cookie": "tcm=anything"}
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    for method in (client.get, client.head, client.options):
        assert (await method("/api/v1/openapi.json", headers=cookie)).status_code == 200
        assert (await method("/api/v1/openapi.json", headers=elsewhere)).status_code == 403
        assert (await method("/login", headers=elsewhere)).status_code == 200
    assert (await client.post("/login", form={}, headers=cookie)).status_code == 403


async def test_pages_may_be_read_from_anywhere_and_are_kept_from_other_pages_by_their_headers(
    app: Quart,
) -> None:
    embedded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    answer = await app.test_client().get("/", headers=embedded)
    assert answer.status_code == 200
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


async def test_another_sites_form_changes_nothing_even_as_a_navigation(app: Quart) -> None:
    """Following a link is allowed from anywhere; sending a form is no reading, though browsers call both navigating."""
    client = app.test_client()
    sent = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    for path in ("/login", "/logout", "/language", "/api/v1/accounts"):
        answer = await client.post(path, headers=sent)
        assert answer.status_code == 403, path
    ours = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
    assert (await client.post("/language", headers=ours)).status_code == 303
