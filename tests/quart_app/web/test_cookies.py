"""Our cookies: their names, their attributes, and the vault's secret in one of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from quart import Quart, Response

from quart_app.accounts.credentials import encode
from quart_app.web.cookies import (
    carries_our_cookie,
    clear_vault_cookie,
    cookie_attributes,
    cookie_names,
    set_vault_cookie,
    vault_secret,
)

SECRET = bytes(range(32))


def test_over_tls_their_names_bind_them_to_this_host() -> None:
    secure, plain = cookie_names(secure=True), cookie_names(secure=False)
    assert (secure.sign_in, secure.vault) == ("__Host-tcm", "__Host-tgv")
    assert (plain.sign_in, plain.vault) == ("tcm", "tgv")


def test_the_vaults_cookie_is_stricter() -> None:
    assert cookie_attributes(secure=True, strict=True)["samesite"] == "Strict"
    assert cookie_attributes(secure=True)["samesite"] == "Lax"


@pytest.mark.parametrize("name", ["tcm", "tgv", "__Host-tcm", "__Host-tgv"])
def test_each_of_them_means_that_a_browser_may_be_asking(name: str) -> None:
    assert carries_our_cookie({name: "", "theme": "dark"})
    assert not carries_our_cookie({"theme": "dark", "tcm_route": "x"})


async def test_the_vaults_secret_comes_back_as_it_went(app: Quart) -> None:
    async with app.test_request_context("/"):
        response = Response()
        set_vault_cookie(response, SECRET, max_age=999_999)
        cookie = response.headers["Set-Cookie"]
        assert "SameSite=Strict" in cookie
        assert "Max-Age=86400" in cookie
    async with app.test_request_context("/", headers={"Cookie": cookie.partition(";")[0]}):
        assert vault_secret() == SECRET


@pytest.mark.parametrize("value", ["", "x", encode(SECRET) + "A", encode(SECRET[:31]), "A" * 42 + "B"])
async def test_what_is_no_secret_is_none(app: Quart, value: str) -> None:
    async with app.test_request_context("/", headers={"Cookie": f"tgv={value}"}):
        assert vault_secret() is None
    async with app.test_request_context("/"):
        assert vault_secret() is None


async def test_clearing_it_uses_the_same_attributes(build_app: Callable[..., Awaitable[Any]]) -> None:
    app = await build_app(public_url="https://chat.example")
    async with app.test_request_context("/"):
        response = Response()
        clear_vault_cookie(response)
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-tgv=;")
    for attribute in ("Max-Age=0", "Secure", "Path=/", "SameSite=Strict"):
        assert attribute in cookie
