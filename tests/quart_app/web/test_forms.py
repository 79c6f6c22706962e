"""Registering, logging in and out as a person without JavaScript does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from redis.asyncio import Redis


async def test_one_registers_logs_in_and_logs_out(browser: Any) -> None:
    registered = await browser.register()
    assert registered.status_code == 200
    assert "You can log in now." in await registered.get_data(as_text=True)

    logged_in = await browser.log_in()
    assert (logged_in.status_code, logged_in.headers["Location"]) == (303, "/terminal")
    terminal = await browser.client.get("/terminal")
    assert terminal.status_code == 200
    assert "••01" in await terminal.get_data(as_text=True)

    logged_out = await browser.log_out()
    assert (logged_out.status_code, logged_out.headers["Location"]) == (303, "/")
    assert logged_out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.cookie() is None
    assert (await browser.client.get("/terminal")).status_code == 303


async def test_a_wrong_password_is_said_in_the_form_with_the_phone_kept(browser: Any) -> None:
    await browser.register()
    refused = await browser.log_in(password="not the right one")
    page = await refused.get_data(as_text=True)
    assert refused.status_code == 401
    assert "Phone or password is not right." in page
    assert "+9996610001" in page
    assert "not the right one" not in page


async def test_what_is_wrong_with_a_registration_is_said_at_its_field(browser: Any) -> None:
    for form, field in (
        ({"phone": "no phone"}, "phone"),
        ({"password": "short"}, "password"),
    ):
        refused = await browser.register(**form)
        assert refused.status_code == 400
        assert f'id="{field}-wrong"' in await refused.get_data(as_text=True)


async def test_who_is_logged_in_is_sent_on_from_the_forms_and_the_first_page(signed_in_browser: Any) -> None:
    for path in ("/", "/login", "/register"):
        response = await signed_in_browser.client.get(path)
        assert (response.status_code, response.headers["Location"]) == (303, "/terminal")


async def test_logging_in_leads_back_to_the_page_that_asked_for_it(browser: Any) -> None:
    sent = await browser.client.get("/terminal?x=1")
    assert sent.headers["Location"] == "/login?next=%2Fterminal%3Fx%3D1"
    await browser.register()
    assert (await browser.log_in(next="/terminal?x=1")).headers["Location"] == "/terminal?x=1"


async def test_logging_in_never_leads_to_another_site(browser: Any) -> None:
    await browser.register()
    for target in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        assert (await browser.log_in(next=target)).headers["Location"] == "/terminal"


async def test_the_ended_session_is_worth_nothing_when_replayed(
    signed_in_browser: Any, new_browser: Callable[[], Any]
) -> None:
    stolen = signed_in_browser.cookie()
    thief = new_browser()
    thief.client.set_cookie("localhost", "tcm", stolen)
    assert (await thief.client.get("/terminal")).status_code == 200  # the control: a live one works
    await signed_in_browser.log_out()
    assert (await thief.client.get("/terminal")).status_code == 303
    again = new_browser()
    again.client.set_cookie("localhost", "tcm", stolen)
    assert (await again.client.delete("/api/v1/tokens/current", headers=again.headers)).status_code == 401


async def test_every_log_in_makes_a_new_id_and_ends_the_old_one(
    signed_in_browser: Any, new_browser: Callable[[], Any], redis: Redis
) -> None:
    first = signed_in_browser.cookie()
    csrf = await signed_in_browser.csrf()
    await signed_in_browser.log_in(csrf_token=csrf)
    assert signed_in_browser.cookie() not in (None, first)
    assert len(await redis.keys("session:*")) == 1


async def test_an_id_brought_along_is_never_adopted(browser: Any, new_browser: Callable[[], Any]) -> None:
    await browser.register()
    browser.client.set_cookie("localhost", "tcm", "planted-by-an-attacker")
    await browser.log_in()
    planted = new_browser()
    planted.client.set_cookie("localhost", "tcm", "planted-by-an-attacker")
    assert browser.cookie() != "planted-by-an-attacker"
    assert (await planted.client.get("/terminal")).status_code == 303


async def test_a_log_out_without_its_token_changes_nothing(signed_in_browser: Any) -> None:
    refused = await signed_in_browser.client.post("/logout", headers=signed_in_browser.headers)
    assert refused.status_code == 403
    assert (await signed_in_browser.client.get("/terminal")).status_code == 200


async def test_what_a_browser_keeps_of_the_site_goes_with_the_log_out(signed_in_browser: Any) -> None:
    headers = {**signed_in_browser.headers, "X-CSRF-Token": await signed_in_browser.csrf()}
    answer = await signed_in_browser.client.delete("/api/v1/tokens/current", headers=headers)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    emptied = [cookie.partition("=") for cookie in answer.headers.getlist("Set-Cookie")]
    assert {name for name, _, rest in emptied if rest.startswith(";")} == {"tcm", "tgv", "tcm_route"}
    assert "Clear-Site-Data" not in (await signed_in_browser.client.get("/login")).headers
