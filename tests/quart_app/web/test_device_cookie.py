"""Strangers, from however many addresses, can't use up the attempts of a browser that has logged in before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from quart import Quart

from quart_app.accounts.credentials import encode
from quart_app.configuration.parsing import networks
from quart_app.settings import Secret
from tests.quart_app.web.conftest import PASSWORD, PHONE, Browser

OTHER = "+9996610002"
PROXY = {"trusted_proxies": networks("127.0.0.0/8")}
FROM_THE_PROXY = {"client": ("127.0.0.1", 4711)}
Build = Callable[..., Awaitable[Quart]]


class Elsewhere(Browser):
    """A browser at an address of its own."""

    def __init__(self, app: Quart, address: str) -> None:
        super().__init__(app.test_client())
        self.headers["X-Forwarded-For"] = address

    async def _post(self, path: str, form: dict[str, str]) -> Any:
        return await self.client.post(path, form=form, headers=self.headers, scope_base=FROM_THE_PROXY)

    async def register(self, phone: str = PHONE, password: str = PASSWORD, **more: str) -> Any:
        return await self._post("/register", {"phone": phone, "password": password, **more})

    async def log_in(self, phone: str = PHONE, password: str = PASSWORD, **more: str) -> Any:
        return await self._post("/login", {"phone": phone, "password": password, **more})


def at(app: Quart, address: str) -> Elsewhere:
    return Elsewhere(app, address)


async def storm(app: Quart, phone: str = PHONE) -> None:
    """Four addresses with five guesses each: the account's shared attempts are gone."""
    guesses = [at(app, f"198.51.100.{n % 4}").log_in(phone, "a guess") for n in range(20)]
    assert {(await each).status_code for each in guesses} <= {401, 429}
    assert (await at(app, "203.0.113.9").log_in(phone)).status_code == 429, (
        "the control: a newcomer is shut out"
    )


@pytest.fixture
async def proxied(build_app: Build) -> Quart:
    return await build_app(**PROXY)


async def test_the_owner_gets_in_through_a_storm(proxied: Quart) -> None:
    owner = at(proxied, "192.0.2.1")
    await owner.register()
    assert (await owner.log_in()).status_code == 303
    await owner.log_out()
    assert owner.cookie("tcm_device"), "kept when everything else is cleared"
    await storm(proxied)
    assert (await owner.log_in()).status_code == 303


async def test_it_has_five_attempts_of_its_own_and_no_more(proxied: Quart) -> None:
    owner = at(proxied, "192.0.2.1")
    await owner.register()
    await owner.log_in()
    await owner.log_out()
    answers = await asyncio.gather(*(owner.log_in(password="a guess") for _ in range(20)))
    assert sorted({answer.status_code for answer in answers}) == [401, 429]
    assert sum(answer.status_code == 401 for answer in answers) == 5


async def test_it_counts_for_its_account_alone_and_lets_nobody_in(proxied: Quart) -> None:
    owner, stranger = at(proxied, "192.0.2.1"), at(proxied, "192.0.2.2")
    for browser, phone in ((owner, PHONE), (stranger, OTHER)):
        await browser.register(phone)
        await browser.log_in(phone)
        await browser.log_out()
    await storm(proxied)
    assert (await stranger.log_in(PHONE)).status_code == 429, "another account's does not count"
    thief = at(proxied, "203.0.113.7")
    thief.client.set_cookie("localhost", "tcm_device", owner.cookie("tcm_device") or "")
    assert (await thief.client.get("/terminal")).status_code == 303
    assert (await thief.log_in(password="a guess")).status_code == 401


@pytest.mark.parametrize(
    "value",
    ["", "x", encode(bytes(56)), encode(uuid4().bytes * 3 + bytes(8)), "A" * 75],
    ids=["nothing", "short", "zeroes", "made up", "as long"],
)
async def test_a_made_up_one_is_none(value: str, proxied: Quart) -> None:
    owner = at(proxied, "192.0.2.1")
    await owner.register()
    await storm(proxied)
    owner.client.set_cookie("localhost", "tcm_device", value)
    assert (await owner.log_in()).status_code == 429


async def test_it_outlives_a_new_secret_key(proxied: Quart, build_app: Build) -> None:
    owner = at(proxied, "192.0.2.1")
    await owner.register()
    await owner.log_in()
    cookie = owner.cookie("tcm_device") or ""
    old = proxied.extensions["settings"].secret_key
    await storm(proxied)
    new = Secret(b"new".ljust(32, b"-"))
    for previous, status in ((old, 303), (None, 429)):
        app = await build_app(secret_key=new, secret_key_previous=previous, **PROXY)
        again = at(app, "192.0.2.1")
        again.client.set_cookie("localhost", "tcm_device", cookie)
        assert (await again.log_in(PHONE, PASSWORD)).status_code == status
