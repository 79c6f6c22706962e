"""The administrators' pages: for administrators alone, counts only, and each act done and noted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from quart import Quart

from quart_app.accounts.phones import parse_phone
from quart_app.storage.audit_acts import ACTS
from quart_app.web.admin_words import WORDS, act_words
from quart_app.web.administrators import ADMINISTRATORS_ATTRIBUTE

OTHER = "+9996610002"
PAGES = ["/admin", "/admin/people", "/admin/access", "/admin/plugins", "/admin/audit"]
ACTS_OF_PAGES = ["/admin/registration", "/admin/invites", "/admin/find", f"/admin/people/{UUID(int=1)}"]


@pytest.fixture
async def administrator(app: Quart, signed_in_browser: Any) -> Any:
    """The browser of the first account, which is an administrator."""
    phone = parse_phone("+9996610001", demo=True, accept_any=False)
    assert await app.extensions["services"].accounts.grant_admin(phone)
    return signed_in_browser


async def post(browser: Any, path: str, **form: str) -> Any:
    form = {"csrf_token": await browser.csrf(), **form}
    return await browser.client.post(path, form=form, headers=browser.headers)


async def read(browser: Any, path: str) -> str:
    answer = await browser.client.get(path)
    assert answer.status_code == 200
    text: str = await answer.get_data(as_text=True)
    return text


async def id_of(app: Quart, phone: str = OTHER) -> UUID:
    accounts = app.extensions["services"].accounts
    found = await accounts.account_of(parse_phone(phone, demo=True, accept_any=False))
    assert found is not None
    return UUID(str(found))


def test_every_route_below_admin_is_guarded(app: Quart) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "/admin" in rule.rule]
    assert len(rules) >= 10
    for rule in rules:
        assert getattr(app.view_functions[rule.endpoint], ADMINISTRATORS_ATTRIBUTE, False), rule.rule


@pytest.mark.parametrize("path", [*PAGES, "/api/v1/admin/board"])
async def test_nobody_else_sees_them(signed_in_browser: Any, path: str) -> None:
    assert (await signed_in_browser.client.get(path)).status_code == 403


@pytest.mark.parametrize("path", ACTS_OF_PAGES)
async def test_nobody_else_acts(signed_in_browser: Any, path: str) -> None:
    assert (await post(signed_in_browser, path, act="disable", mode="open")).status_code == 403


@pytest.mark.parametrize("path", ACTS_OF_PAGES)
async def test_no_act_without_the_token_of_the_page(administrator: Any, path: str) -> None:
    answer = await administrator.client.post(path, form={"act": "disable"}, headers=administrator.headers)
    assert answer.status_code == 403


async def test_a_right_that_ends_ends_at_once(app: Quart, administrator: Any) -> None:
    await read(administrator, "/admin")
    people = app.extensions["services"].administration.people
    await people.set_disabled(await id_of(app, "+9996610001"), True)
    assert (await administrator.client.get("/admin")).status_code == 403


async def test_a_second_factor_where_the_operator_asks_for_it(
    build_app: Callable[..., Awaitable[Quart]], new_browser: Callable[[], Any]
) -> None:
    app = await build_app(admin_second_factor="required")
    browser = type(new_browser())(app.test_client())
    await browser.register()
    await browser.log_in()
    phone = parse_phone("+9996610001", demo=True, accept_any=False)
    await app.extensions["services"].accounts.grant_admin(phone)
    answer = await browser.client.get("/admin", headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert "second factor" in await answer.get_data(as_text=True)


async def test_people_are_two_digits(app: Quart, administrator: Any) -> None:
    await administrator.register(phone=OTHER)
    page = await read(administrator, "/admin/people")
    assert "+••• ••• ••02" in page
    assert "99966" not in page
    assert "Unproven" in page
    sent = await post(administrator, "/admin/find", tail="02")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/admin/people?tail=02")
    found = await read(administrator, sent.headers["Location"])
    assert ("••02" in found, "••01</span>" in found) == (True, False)
    assert 'name="next" value="/admin/people?tail=02"' in found, "another language is to keep the search"


async def test_somebody_is_logged_out_everywhere(
    app: Quart, administrator: Any, new_browser: Callable[[], Any]
) -> None:
    other = new_browser()
    await other.register(phone=OTHER)
    await other.log_in(phone=OTHER)
    assert (await other.client.get("/terminal")).status_code == 200
    user_id = await id_of(app)
    assert (await post(administrator, f"/admin/people/{user_id}", act="sign_out")).status_code == 303
    assert (await other.client.get("/terminal")).status_code == 303
    assert (user_id, None) in app.extensions["services"].telegram.ended_everywhere
    entries = await app.extensions["services"].audit.entries(user_id, most=5)
    assert entries[0].act == "signed_out_everywhere"
    assert entries[0].detail["by"] == str(await id_of(app, "+9996610001"))
    assert (await other.log_in(phone=OTHER)).status_code == 303


async def test_a_disabled_account_is_out_until_it_is_enabled(
    app: Quart, administrator: Any, new_browser: Callable[[], Any]
) -> None:
    other = new_browser()
    await other.register(phone=OTHER)
    await other.log_in(phone=OTHER)
    user_id = await id_of(app)
    await post(administrator, f"/admin/people/{user_id}", act="disable")
    assert (await other.client.get("/terminal")).status_code == 303
    assert (await other.log_in(phone=OTHER)).status_code == 401
    assert "Disabled" in await read(administrator, "/admin/people")
    await post(administrator, f"/admin/people/{user_id}", act="enable")
    assert (await other.log_in(phone=OTHER)).status_code == 303
    acts = {entry.act for entry in await app.extensions["services"].audit.entries(user_id, most=20)}
    assert acts >= {"account_disabled", "account_enabled"}


async def test_nobody_disables_themselves(app: Quart, administrator: Any) -> None:
    own = await id_of(app, "+9996610001")
    assert (await post(administrator, f"/admin/people/{own}", act="disable")).status_code == 409
    assert (await post(administrator, f"/admin/people/{own}", act="fly")).status_code == 400
    await read(administrator, "/admin")


async def test_who_may_register_is_changed_for_everybody(
    administrator: Any, new_browser: Callable[[], Any]
) -> None:
    await post(administrator, "/admin/registration", mode="closed")
    assert (await new_browser().register(phone=OTHER)).status_code == 403
    await post(administrator, "/admin/registration", mode="invite")
    assert (await new_browser().register(phone=OTHER)).status_code == 403
    shown = await (await post(administrator, "/admin/invites")).get_data(as_text=True)
    invite = shown.partition('class="secret">')[2].partition("<")[0]
    assert len(invite) == 24
    assert (await new_browser().register(phone=OTHER, invite=invite)).status_code == 200
    assert (await new_browser().register(phone="+9996610003", invite=invite)).status_code == 403
    assert invite not in await read(administrator, "/admin/access")
    assert (await post(administrator, "/admin/registration", mode="anyhow")).status_code == 400


async def test_plugins_and_acts_are_listed(administrator: Any) -> None:
    plugins = await read(administrator, "/admin/plugins")
    assert "list, search" in plugins
    assert "Runs" in plugins
    audit = await read(administrator, "/admin/audit")
    assert "Logged in" in audit
    assert "99966" not in audit


def test_every_act_has_words() -> None:
    assert set(WORDS) == ACTS
    assert act_words("an act of another version") == "an act of another version"


async def test_the_board_is_numbers(administrator: Any) -> None:
    answer = await (await administrator.client.get("/api/v1/admin/board")).get_json()
    assert {"terminals", "live_sessions", "commands", "minutes", "calls", "errors", "workers"} <= set(answer)
