"""One person with several devices: a session is locked to each of them until its owner lets it in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest

from tests.product.caller import SESSION, Browser, Program
from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import Product
from tests.product.telegram import Telegram
from tests.product.terminal import Terminal, open_terminal


@pytest.fixture
async def owner(watched: Product, crowd: Crowd, devices: Devices) -> AsyncIterator[Browser]:
    """A browser in which a session is open."""
    browser = devices.browser(watched, crowd.person())
    await browser.register()
    await browser.log_in()
    await browser.open_session()
    yield browser
    await browser.end()


@pytest.fixture
async def script(watched: Product, owner: Browser, devices: Devices) -> Program:
    """A token of the same person, made elsewhere."""
    program = devices.program(watched, owner.person)
    await program.log_in()
    return program


async def test_a_second_device_is_locked_until_the_password_is_given(
    owner: Browser, script: Program, telegram: Telegram
) -> None:
    state = await script.state()
    assert state["state"] == "locked"
    assert state["expires_at"] == (await owner.state())["expires_at"]
    assert (await script.run("list")).error["code"] == "locked"
    async with script.terminal() as terminal:
        assert (await terminal.hello())["session"]["state"] == "locked"
        assert (await terminal.run("list 1")).error["code"] == "locked"

    wrong = await script.submit("unlock", password="not my password")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credentials")
    assert (await script.state())["state"] == "locked"

    right = await script.submit("unlock", password=script.person.password)
    assert (right.status_code, right.json()["state"]) == (200, "active")
    assert (await script.state())["state"] == "active"
    assert telegram.marker(owner.person.phone) in (await script.run("search diario")).titles
    assert len(telegram.devices(owner.person.phone)) == 1, "it is the same session"
    assert telegram.overlaps() == []


async def test_a_token_made_in_the_browser_of_the_session_works_from_birth(
    watched: Product, owner: Browser, devices: Devices
) -> None:
    token = (await owner.asked("POST", "/tokens", owner.person.credentials))["token"]
    born = devices.program(watched, owner.person, token=token)
    assert (await born.state())["state"] == "active"
    assert (await born.run("list 1")).status == "ok"


async def test_passwords_can_not_be_guessed_at_the_lock(script: Program) -> None:
    answers = [(await script.submit("unlock", password="a guess")).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    right = await script.submit("unlock", password=script.person.password)
    assert right.status_code == 429
    assert (await script.state())["state"] == "locked"


async def test_the_owner_may_end_it_from_any_device(
    owner: Browser, script: Program, telegram: Telegram
) -> None:
    async with owner.terminal() as terminal:
        assert (await terminal.hello())["session"]["state"] == "active"
        assert await script.end() == {"logged_out_at_telegram": True}
        await terminal.next("session", state="none")
        assert (await terminal.run("list 1")).error["code"] in ("session_needed", "session_ended")
    assert telegram.devices(owner.person.phone) == []
    assert (await owner.state())["state"] == "none"


async def test_the_last_device_that_logs_out_ends_it(
    watched: Product, owner: Browser, devices: Devices, telegram: Telegram
) -> None:
    """A key that no device holds any more could not be used, nor ended."""
    token = (await owner.asked("POST", "/tokens", owner.person.credentials))["token"]
    born = devices.program(watched, owner.person, token=token)
    await owner.log_out()
    assert len(telegram.devices(owner.person.phone)) == 1
    assert (await born.run("list 1")).status == "ok", "the other one still opens it"
    assert (await born.call("DELETE", "/tokens/current")).status_code == 204
    assert telegram.devices(owner.person.phone) == []
    await owner.log_in()
    assert (await owner.state())["state"] == "none"


async def test_a_locked_device_may_replace_it(owner: Browser, script: Program, telegram: Telegram) -> None:
    (first,) = telegram.devices(owner.person.phone)
    exists = await script.call("POST", SESSION, {})
    assert (exists.status_code, exists.json()["code"]) == (409, "session_exists")
    await script.start(replace=True)
    await script.submit("code", code=script.person.code)
    (second,) = telegram.devices(owner.person.phone)
    assert second.key_id != first.key_id
    assert (await script.run("list 1")).status == "ok"
    assert (await owner.state())["state"] == "locked"
    assert (await owner.run("list 1")).error["code"] == "locked"


async def test_the_cookie_of_the_vault_lives_as_long_as_the_session(owner: Browser) -> None:
    cookies = {cookie.name: cookie for cookie in owner.http.cookies.jar}
    assert {"tcm", "tgv", "tcm_device", "tcm_route"} == set(cookies)
    for name in ("tcm", "tgv"):
        assert cookies[name].has_nonstandard_attr("HttpOnly")
        assert not cookies[name].domain_specified
    assert cookies["tgv"].get_nonstandard_attr("SameSite") == "Strict"
    assert cookies["tcm"].get_nonstandard_attr("SameSite") == "Lax"
    assert cookies["tgv"].expires is not None
    await owner.end()
    assert "tgv" not in owner.http.cookies


async def test_the_next_person_at_a_browser_ends_what_the_last_one_left(
    watched: Product, owner: Browser, crowd: Crowd, devices: Devices, telegram: Telegram
) -> None:
    """Who didn't log out leaves a key to their session in it, which nobody else is to keep."""
    left, vault = owner.person, owner.http.cookies["tgv"]
    owner.person = crowd.person()
    await devices.browser(watched, owner.person).register()
    entered = await owner.http.post("/login", data=owner.person.credentials, headers=owner.headers())
    assert entered.status_code == 303
    await owner.visit("/terminal")
    assert (await owner.state())["state"] == "none"
    assert "tgv" not in owner.http.cookies
    assert telegram.devices(left.phone) == [], "it was the last device that could open it"
    owner.http.cookies.set("tgv", vault, domain="127.0.0.1", path="/")
    assert (await owner.state())["state"] == "none"


def terminal_of(owner: Browser, query: str, **left_out: bool) -> AbstractAsyncContextManager[Terminal]:
    kept = (each for each in owner.cookies().split("; ") if not left_out.get(each.partition("=")[0]))
    headers = {"Cookie": "; ".join(kept), "X-Forwarded-For": owner.person.address}
    return open_terminal(owner.url, headers, origin=owner.url, query=query)


async def test_a_stolen_sign_in_leads_into_no_terminal_that_is_unlocked(owner: Browser) -> None:
    """Even with its name, which no more than the page's own memory has."""
    async with terminal_of(owner, "?resume=") as terminal:
        name = (await terminal.hello())["resume"]["id"]
        terminal.connection.transport.abort()
    again = f"?resume={name}&seen=1"
    async with terminal_of(owner, again, tgv=True) as terminal:
        assert (await terminal.hello())["session"]["state"] == "locked"
    async with terminal_of(owner, again) as terminal:
        await terminal.next("resumed")


async def test_a_terminal_speaks_the_language_that_was_chosen(owner: Browser) -> None:
    owner.http.cookies.set("tcm_language", "it")
    async with owner.terminal() as terminal:
        assert "Elenca le tue chat" in str((await terminal.hello())["commands"])
        assert "Elenca le tue chat" in str((await terminal.run("help list")).frames)
