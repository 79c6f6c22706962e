"""Handshakes and requests: which are served, which are refused before anything happens, and how an end is told."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from tests.product.caller import Browser, Program
from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import Product
from tests.product.terminal import Terminal, open_terminal

AT_ONCE = 10.0
"""Seconds, of a busy machine. What isn't told at once is noticed after 30."""


@pytest.fixture
async def browser(product: Product, crowd: Crowd, devices: Devices) -> Browser:
    browser = devices.browser(product, crowd.person())
    await browser.register()
    await browser.log_in()
    return browser


async def refused(product: Product, headers: Mapping[str, str], origin: str | None = None) -> int:
    """The status of a handshake that gets no socket."""
    with pytest.raises(InvalidStatus) as caught:
        async with open_terminal(product.url, headers, origin=origin):
            pass
    return int(caught.value.response.status_code)


async def closed_at_once(terminal: Terminal) -> int:
    async with asyncio.timeout(AT_ONCE):
        return await terminal.close_code()


async def test_handshakes_of_a_browser(product: Product, browser: Browser) -> None:
    cookie = {"Cookie": browser.cookies()}
    own = product.url
    port = product.port
    for origin in (
        "http://evil.example",
        f"http://127.0.0.1:{port + 1}",
        f"https://127.0.0.1:{port}",
        f"http://127.0.0.1:{port}.evil.example",
        f"{own}/",
        f"http://LOCALHOST:{port}",
        f"http://localhost.:{port}",
        f"http://localhost@evil.example:{port}",
        f"http://evil.example@localhost:{port}",
        f"http://sub.localhost:{port}",
        "null",
        None,
    ):
        assert await refused(product, cookie, origin) == 403, origin
    for origin in (own, f"http://localhost:{port}"):
        async with open_terminal(product.url, cookie, origin=origin) as terminal:
            await terminal.hello()
            assert terminal.connection.subprotocol == "tcm.v1"


async def test_handshakes_of_a_program(product: Product, resident: Program) -> None:
    bearer = resident.headers()
    async with open_terminal(product.url, bearer) as terminal:
        assert (await terminal.hello())["session"]["state"] == "active"
    async with open_terminal(product.url, bearer, origin=product.url) as terminal:
        await terminal.hello()
    assert await refused(product, bearer, "http://evil.example") == 403
    assert await refused(product, {"Authorization": "Bearer tcm_00000000_nonsense"}) == 403
    assert await refused(product, {}) == 403
    assert await refused(product, {}, product.url) == 403


async def test_an_ended_cookie_is_told_apart(product: Product, browser: Browser) -> None:
    """With 4401 after accepting: a page can't read why a handshake was refused."""
    cookie = {"Cookie": browser.cookies()}
    assert (await browser.log_out()).status_code == 303
    async with open_terminal(product.url, cookie, origin=product.url) as terminal:
        assert await closed_at_once(terminal) == 4401
    assert terminal.frames == []


async def test_logging_out_closes_the_open_terminals_of_that_browser(
    product: Product, browser: Browser, devices: Devices
) -> None:
    program = devices.program(product, browser.person)
    await program.log_in()
    async with browser.terminal() as terminal, program.terminal() as other:
        await terminal.hello()
        await other.hello()
        assert (await browser.log_out()).status_code == 303
        assert await closed_at_once(terminal) == 4401
        assert terminal.frames[-1]["type"] == "goodbye"
        assert (await other.run("help")).status == "ok"

        assert (await program.call("DELETE", "/tokens/current")).status_code == 204
        assert await closed_at_once(other) == 4401
    assert (await program.call("GET", "/telegram/session")).status_code == 401


async def test_a_change_takes_the_token_of_the_page(browser: Browser) -> None:
    browser.csrf, right = "", browser.csrf
    answer = await browser.call("POST", "/telegram/session", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    browser.csrf = "0" * len(right)
    assert (await browser.call("DELETE", "/telegram/session")).json()["code"] == "csrf"
    browser.csrf = right
    assert (await browser.call("DELETE", "/telegram/session")).status_code == 200


async def test_a_change_by_another_site_is_refused(browser: Browser) -> None:
    """Even with the right token: whatever the other site has got hold of."""
    token, form = {"X-CSRF-Token": browser.csrf}, {"csrf_token": browser.csrf}
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ):
        answer = await browser.http.delete("/api/v1/telegram/session", headers=token | headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "origin"), headers
        assert (await browser.http.post("/logout", data=form, headers=headers)).status_code == 403, headers
    assert (await browser.state())["state"] == "none", "still logged in"


async def test_an_evil_page_that_listens_gets_no_byte(product: Product, browser: Browser) -> None:
    """The control beside it: the same handshake from our own page does get the socket."""
    address = f"ws://127.0.0.1:{product.port}/ws"
    cookie = {"Cookie": browser.cookies()}
    with pytest.raises(InvalidStatus) as caught:
        await connect(address, additional_headers=cookie, origin=Origin("http://evil.example"), proxy=None)
    assert caught.value.response.body is not None
    assert b"commands" not in caught.value.response.body
    async with connect(address, additional_headers=cookie, origin=Origin(product.url), proxy=None) as socket:
        assert '"commands"' in str(await socket.recv())


async def test_a_refusal_does_not_end_the_connection_for_the_next_request(product: Product) -> None:
    """Not even one that is decided by the headers alone, while the body is still on its way."""
    reader, writer = await asyncio.open_connection("127.0.0.1", product.port)
    try:
        host = f"Host: 127.0.0.1:{product.port}\r\n"
        refused = (
            f"POST /api/v1/tokens HTTP/1.1\r\n{host}Origin: http://evil.example\r\nContent-Length: 2\r\n\r\n"
        )
        writer.write(refused.encode())
        await asyncio.sleep(0.3)
        writer.write(f"{{}}GET /health/live HTTP/1.1\r\n{host}Connection: close\r\n\r\n".encode())
        async with asyncio.timeout(AT_ONCE):
            answers = (await reader.read()).decode()
    finally:
        writer.close()
        await writer.wait_closed()
    assert re.findall(r"HTTP/1.1 (\d+)", answers) == ["403", "200"]


async def test_what_is_too_large_ends_the_connection_and_says_so(product: Product) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", product.port)
    try:
        host = f"Host: 127.0.0.1:{product.port}\r\n"
        writer.write(f"POST /api/v1/tokens HTTP/1.1\r\n{host}Content-Length: 65537\r\n\r\n{{".encode())
        async with asyncio.timeout(AT_ONCE):
            answer = (await reader.read()).decode()
    finally:
        writer.close()
        await writer.wait_closed()
    assert answer.startswith("HTTP/1.1 413")
    assert "connection: close" in answer.lower()
