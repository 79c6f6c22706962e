"""Whatever is asked, in whatever way, the answer has the headers that keep it harmless; the server's own included."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import httpx
import pytest

from quart_app.web.headers import ALWAYS
from tests.product.caller import Browser
from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import Product
from tests.product.routes import routes

METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW")
BODIES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"{}", "application/json"),
    (b"[", "application/json"),
    (b"a=1", "application/x-www-form-urlencoded"),
)
VALUES: Final = {"ticket": "none", "name": "css/base.css", "version": "1", "digest": "0" * 16}


def check(headers: Mapping[str, str], path: str = "/") -> None:
    """Exactly one of each, of the value that it should have."""
    for name, value in ALWAYS.items():
        assert headers.get(name) == value, (path, name, headers.get(name))
    kept = (
        ("no-cache", "public, max-age=31536000, immutable") if path.startswith("/static/") else ("no-store",)
    )
    assert headers["Cache-Control"] in kept, path
    assert "Server" not in headers
    assert not [name for name in headers if name.lower().startswith(("access-control", "x-powered"))]


@pytest.fixture
async def browser(product: Product, crowd: Crowd, devices: Devices) -> Browser:
    browser = devices.browser(product, crowd.person())
    await browser.register()
    await browser.log_in()
    return browser


def leaves(path: str, method: str) -> bool:
    """Signs out, after which the rest of the walk would be a stranger's."""
    return (path, method) in {("/logout", "POST"), ("/api/v1/tokens/current", "DELETE")}


async def walk(client: httpx.AsyncClient, headers: Mapping[str, str]) -> Counter[int]:
    """Every path by every method, with several bodies."""
    seen: Counter[int] = Counter()
    for path in sorted(
        {route.filled(**dict.fromkeys(route.variables, "none") | VALUES) for route in routes()}
    ):
        for method in METHODS:
            for body, kind in BODIES if method == "POST" else [(b"", "text/plain")]:
                if leaves(path, method):
                    continue
                answer = await client.request(
                    method, path, content=body, headers={**headers, "Content-Type": kind}
                )
                check(answer.headers, path)
                seen[answer.status_code] += 1
    return seen


async def test_every_route_by_every_method(product: Product, crowd: Crowd, browser: Browser) -> None:
    address = {"X-Forwarded-For": crowd.person().address}
    async with httpx.AsyncClient(base_url=product.url, trust_env=False) as stranger:
        seen = await walk(stranger, address)
    seen += await walk(browser.http, browser.headers())
    assert {200, 303, 400, 401, 403, 404, 405} <= set(seen)
    assert not [status for status in seen if status >= 500]


async def test_answers_that_take_some_doing(product: Product, browser: Browser) -> None:
    http, ours = browser.http, browser.headers()
    json = ours | {"Content-Type": "application/json"}
    page = await http.get("/static/css/base.css")
    asked = {
        204: http.build_request("DELETE", "/api/v1/tokens/current", headers=ours),
        304: http.build_request(
            "GET", "/static/css/base.css", headers={"If-None-Match": page.headers["ETag"]}
        ),
        403: http.build_request("POST", "/api/v1/commands", headers={"Origin": "http://evil.example"}),
        413: http.build_request("POST", "/api/v1/tokens", content=b" " * 65_537, headers=json),
        415: http.build_request("POST", "/api/v1/tokens", content=b"a=1", headers=ours),
        421: http.build_request("GET", "/", headers={"Host": "evil.example"}),
    }
    for status in sorted(asked, key=lambda status: status == 204):
        answer = await http.send(asked[status])
        assert answer.status_code == status
        check(answer.headers, str(answer.url.path))
    wrong = {"phone": browser.person.phone, "password": "not the right one"}
    refused = [await http.post("/api/v1/tokens", json=wrong, headers=ours) for _ in range(6)]
    assert refused[-1].status_code == 429
    check(refused[-1].headers)


NO_HTTP: Final = {
    "no request": b"hello\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "smuggled": b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n",
    "folded": b"GET / HTTP/1.1\r\nHost: localhost\r\nA: b\r\n : c\x00\r\n\r\n",
    "too long": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a broken handshake": b"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "a handshake of nobody": b"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


@pytest.mark.parametrize("case", NO_HTTP)
async def test_what_is_no_http_is_answered_with_them_too(product: Product, case: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", product.port)
    writer.write(NO_HTTP[case])
    async with asyncio.timeout(10):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    writer.close()
    await writer.wait_closed()
    status, _, lines = head.partition("\r\n")
    assert int(status.split()[1]) in (400, 403, 421, 431, 501), status
    check(_headers(lines.splitlines()))


def _headers(lines: Iterable[str]) -> httpx.Headers:
    pairs = (line.partition(": ") for line in lines if line)
    return httpx.Headers([(name, value) for name, _, value in pairs])


def test_a_missing_or_doubled_header_would_be_noticed() -> None:
    """The control."""
    good = [*ALWAYS.items(), ("Cache-Control", "no-store")]
    check(httpx.Headers(good))
    for bad in (
        good[1:],
        [*good, good[0]],
        [*good, ("Server", "x")],
        [*good, ("Access-Control-Allow-Origin", "*")],
    ):
        with pytest.raises(AssertionError):
            check(httpx.Headers(bad))
