"""The security headers, on every answer there is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from quart import Quart, Response

from quart_app.web.headers import CONTENT_SECURITY_POLICY, security_headers, with_security

ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def test_the_policy_has_nothing_inline_and_nothing_from_elsewhere() -> None:
    directives = dict(one.partition(" ")[::2] for one in CONTENT_SECURITY_POLICY.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["frame-ancestors"] == directives["base-uri"] == "'none'"
    assert directives["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY


def test_ours_replace_those_of_the_same_name_and_the_server_has_no_name() -> None:
    given = [
        (b"server", b"x"),
        (b"Cache-Control", b"public"),
        (b"set-cookie", b"a=b"),
        (b"set-cookie", b"c=d"),
    ]
    got = with_security(given, "/", secure=False)
    assert [value for name, value in got if name.lower() == b"cache-control"] == [b"no-store"]
    assert [value for name, value in got if name == b"set-cookie"] == [b"a=b", b"c=d"]
    assert b"server" not in {name.lower() for name, _ in got}


def test_only_files_may_be_kept_and_only_tls_is_made_strict() -> None:
    assert security_headers("/static/js/page.js", secure=False)["Cache-Control"] == "no-cache"
    assert security_headers("/terminal", secure=False)["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in security_headers("/", secure=False)
    assert security_headers("/", secure=True)["Strict-Transport-Security"].startswith("max-age=31536000")


def _check(response: Response) -> None:
    for name, value in ALWAYS.items():
        assert response.headers.getlist(name) == [value]
    assert "Server" not in response.headers
    assert "camera=()" in response.headers["Permissions-Policy"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/health", 200),
        ("GET", "/terminal", 303),
        ("GET", "/static/css/base.css", 200),
        ("POST", "/api/v1/accounts", 400),
        ("DELETE", "/api/v1/tokens/current", 401),
        ("GET", "/static/none.css", 404),
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("PUT", "/login", 405),
        ("HEAD", "/", 200),
        ("OPTIONS", "/", 200),
    ],
)
async def test_on_every_status(app: Quart, method: str, path: str, status: int) -> None:
    response = await getattr(app.test_client(), method.lower())(path)
    assert response.status_code == status
    _check(response)
    assert response.headers["Cache-Control"] == ("no-cache" if path.startswith("/static/") else "no-store")


async def test_on_answers_that_no_view_gives(app: Quart) -> None:
    async def broken() -> str:
        raise ZeroDivisionError

    app.add_url_rule("/broken", "broken", broken)
    client = app.test_client()
    unexpected = await client.get("/broken")
    ours = {"Origin": "http://localhost:8080"}
    too_large = await client.post("/login", headers={**ours, "Content-Length": "70000"})
    endless = await client.post("/login", form={"phone": "x" * 70_000}, headers=ours)
    not_ours = await client.post("/login", headers={"Origin": "https://evil.example"})
    answers = [unexpected, too_large, endless, not_ours]
    assert [response.status_code for response in answers] == [500, 413, 413, 403]
    for response in answers:
        _check(response)


async def test_a_file_that_has_not_changed_is_not_sent_again(app: Quart) -> None:
    client = app.test_client()
    first = await client.get("/static/css/base.css")
    again = await client.get("/static/css/base.css", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    _check(again)


async def test_over_tls_cookies_and_headers_are_strict(build_app: Callable[..., Awaitable[Any]]) -> None:
    app = await build_app(public_url="https://chat.example")
    client = app.test_client()
    headers = {"Origin": "https://chat.example"}
    form = {"phone": "+9996610001", "password": "a long enough phrase"}
    await client.post("/register", form=form, headers=headers)
    response = await client.post("/login", form=form, headers=headers)
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookies = {one.partition("=")[0]: one for one in response.headers.getlist("Set-Cookie")}
    assert set(cookies) == {"__Host-tcm", "__Host-tcm_device", "tcm_route"}
    for name, cookie in cookies.items():
        # What no link from elsewhere needs is strict.
        same_site = "SameSite=Strict" if name == "__Host-tcm_device" else "SameSite=Lax"
        for attribute in ("Secure", "HttpOnly", same_site, "Path=/"):
            assert attribute in cookie
        assert ("Max-Age=86400" in cookie) == (name != "__Host-tcm_device")
        assert "Domain" not in cookie
