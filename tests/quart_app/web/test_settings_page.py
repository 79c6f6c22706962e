"""The settings page, by its forms alone: what each needs, what each ends, and that it is nobody else's."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any

import pyotp
import pytest
from quart import Quart

from quart_app.storage.database import Database
from quart_app.storage.errors import StorageUnavailable
from quart_app.telegram.vault import lookup
from tests.quart_app.web.conftest import PASSWORD, PHONE, Browser

NEW = "another long phrase"
OTHER = "+9996610002"


async def text(response: Any) -> str:
    found: str = await response.get_data(as_text=True)
    return found


async def csrf(browser: Browser) -> str:
    page = await text(await browser.client.get("/settings"))
    return page.partition('name="csrf-token" content="')[2].partition('"')[0]


async def send(browser: Browser, path: str, **form: str) -> Any:
    form = {"csrf_token": await csrf(browser), **form}
    return await browser.client.post(f"/settings/{path}", form=form, headers=browser.headers)


async def is_in(browser: Browser) -> bool:
    return bool((await browser.client.get("/settings")).status_code == 200)


@pytest.fixture
async def second(app: Quart, signed_in_browser: Browser, new_browser: Callable[[], Browser]) -> Browser:
    """The same person at another browser."""
    browser = new_browser()
    await browser.log_in()
    assert await is_in(browser)
    return browser


FORMS = (
    "password",
    "everywhere",
    "device",
    "token",
    "second-factor",
    "second-factor/confirm",
    "second-factor/codes",
    "second-factor/off",
    "data",
    "deletion",
)


async def test_no_form_works_without_the_pages_own_token(signed_in_browser: Browser, app: Quart) -> None:
    form, own = {"password": PASSWORD, "new_password": NEW, "confirm": "delete"}, signed_in_browser.headers
    forms = {
        rule.rule.removeprefix("/settings/") for rule in app.url_map.iter_rules() if "/settings/" in rule.rule
    }
    assert forms == set(FORMS)
    for path in FORMS:
        answer = await signed_in_browser.client.post(f"/settings/{path}", form=form, headers=own)
        assert answer.status_code == 403, path
        nobody = await app.test_client().post(f"/settings/{path}", form=form, headers=own)
        assert nobody.status_code == 303, path
    assert await is_in(signed_in_browser)


async def test_a_new_password_ends_all_but_this_browser_which_gets_a_fresh_id(
    app: Quart, signed_in_browser: Browser, second: Browser, bearer: dict[str, str]
) -> None:
    before = signed_in_browser.cookie()
    wrong = await send(signed_in_browser, "password", password="not the right one", new_password=NEW)
    assert wrong.status_code == 401
    assert "The password is not right." in await text(wrong)
    weak = await send(signed_in_browser, "password", password=PASSWORD, new_password="12345678")
    assert weak.status_code == 400
    assert await is_in(second), "the control: nothing has happened so far"
    done = await send(signed_in_browser, "password", password=PASSWORD, new_password=NEW)
    assert (done.status_code, done.headers["Location"]) == (303, "/settings?done=password#main")
    assert signed_in_browser.cookie() != before
    assert await is_in(signed_in_browser)
    assert not await is_in(second)
    assert (await app.test_client().get("/api/v1/account", headers=bearer)).status_code == 401
    telegram = app.extensions["services"].telegram
    assert len(telegram.ended_everywhere) == 1
    old = app.test_client()
    old.set_cookie("localhost", "tcm", before or "")
    assert (await old.get("/settings")).status_code == 303, "the old id is worth nothing"


async def test_who_logs_in_with_the_old_password_just_then_is_not_in(
    app: Quart,
    signed_in_browser: Browser,
    new_browser: Callable[[], Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between the check of the password and the opening of the session, the password changes."""
    services, thief = app.extensions["services"], new_browser()
    opened = services.sign_ins.open_browser

    async def slowly(*given: Any, **named: Any) -> str:
        monkeypatch.setattr(services.sign_ins, "open_browser", opened)
        change = send(signed_in_browser, "password", password=PASSWORD, new_password=NEW)
        done = await asyncio.create_task(change, context=Context())  # a request of its own, as from elsewhere
        assert done.headers["Location"] == "/settings?done=password#main"
        session: str = await opened(*given, **named)
        return session

    monkeypatch.setattr(services.sign_ins, "open_browser", slowly)
    assert (await thief.log_in()).status_code == 401
    assert not await is_in(thief)
    assert len(await services.sign_ins.devices((await services.audit.entries(most=1))[0].user_id)) == 1


async def test_logging_out_everywhere_leaves_this_browser(
    app: Quart, signed_in_browser: Browser, second: Browser, bearer: dict[str, str]
) -> None:
    assert (await send(signed_in_browser, "everywhere", password="no")).status_code == 401
    assert await is_in(second)
    assert (await send(signed_in_browser, "everywhere", password=PASSWORD)).status_code == 303
    assert await is_in(signed_in_browser)
    assert not await is_in(second)
    assert (await app.test_client().get("/api/v1/account", headers=bearer)).status_code == 401
    assert (await second.log_in()).status_code == 303, "the password is what it was"


async def test_one_device_is_shown_and_logged_out(
    app: Quart, signed_in_browser: Browser, second: Browser, new_browser: Callable[[], Browser]
) -> None:
    services = app.extensions["services"]
    page = await text(await signed_in_browser.client.get("/settings"))
    (device,) = re.findall(r'name="device" value="(\w+)"', page)
    user = (await services.audit.entries(most=1))[0].user_id
    listed = next(each for each in await services.sign_ins.devices(user) if each.id == device)
    who = await services.sign_ins.browser(decoded(second))
    await services.sign_ins.bind_slot(who, lookup(b"s" * 32))
    stranger = new_browser()
    await stranger.register(OTHER)
    await stranger.log_in(OTHER)
    assert (await send(stranger, "device", device=device)).status_code == 404, "nobody else's"
    assert await is_in(second)
    assert listed.kind == "browser"
    assert (await send(signed_in_browser, "device", device=device)).status_code == 303
    assert not await is_in(second)
    assert services.telegram.forgotten == [(user, lookup(b"s" * 32))]
    assert (await send(signed_in_browser, "device", device=device)).status_code == 404


def decoded(browser: Browser) -> str:
    """The session's id in the signed cookie."""
    value = (browser.cookie() or "").strip('"')
    return json.loads(base64.urlsafe_b64decode(value.split(".")[0] + "=="))  # type: ignore[no-any-return]


async def test_a_token_is_shown_once_and_works(app: Quart, signed_in_browser: Browser) -> None:
    assert "tcm_" not in await text(await send(signed_in_browser, "token", password="no", name="x"))
    page = await text(await send(signed_in_browser, "token", password=PASSWORD, name="<b>nightly"))
    (token,) = re.findall(r">(tcm_[\w-]+)<", page)
    headers = {"Authorization": f"Bearer {token}"}
    assert (await app.test_client().get("/api/v1/account", headers=headers)).status_code == 200
    again = await text(await signed_in_browser.client.get("/settings"))
    assert token not in again
    assert "&lt;b&gt;nightly" in again
    assert "<b>nightly" not in again


async def test_a_second_factor_is_set_up_and_taken_away_by_forms(
    signed_in_browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    assert 'class="factor-qr"' not in await text(
        await send(signed_in_browser, "second-factor", password="no")
    )
    page = await text(await send(signed_in_browser, "second-factor", password=PASSWORD))
    assert 'src="data:image/svg+xml' in page
    (shown,) = re.findall(r'id="factor-key">([A-Z2-7 ]+)<', page)
    app = pyotp.TOTP(shown.replace(" ", ""))
    wrong = await send(signed_in_browser, "second-factor/confirm", code="000000", secret=app.secret)
    assert wrong.status_code == 400
    assert shown in await text(wrong), "who has seen it may scan it still"
    for guess in ("", "A" * 32):
        thief = await text(
            await send(signed_in_browser, "second-factor/confirm", code="000000", secret=guess)
        )
        assert "isn’t right" in thief
        assert shown not in thief, "a thief of the cookie does not get to see it"
    assert shown not in await text(await signed_in_browser.client.get("/settings"))
    codes_page = await text(await send(signed_in_browser, "second-factor/confirm", code=app.now()))
    codes = re.findall(r"<code>([a-z2-9]{4}(?:-[a-z2-9]{4}){3})</code>", codes_page)
    assert len(codes) == 10
    later = await text(await signed_in_browser.client.get("/settings"))
    assert shown not in later
    assert codes[0] not in later
    assert (await new_browser().log_in()).headers["Location"] == "/login/code"
    assert (await send(signed_in_browser, "second-factor/off", password=PASSWORD)).status_code == 401
    off = await send(signed_in_browser, "second-factor/off", password=PASSWORD, code=codes[0])
    assert off.status_code == 303
    assert (await new_browser().log_in()).headers["Location"] == "/terminal"


async def test_with_a_second_factor_the_password_alone_changes_nothing(signed_in_browser: Browser) -> None:
    page = await text(await send(signed_in_browser, "second-factor", password=PASSWORD))
    app = pyotp.TOTP(re.findall(r'id="factor-key">([A-Z2-7 ]+)<', page)[0].replace(" ", ""))
    codes = await text(await send(signed_in_browser, "second-factor/confirm", code=app.now()))
    assert codes
    more = {"new_password": NEW, "confirm": "delete"}
    for path in ("password", "everywhere", "token"):
        assert (await send(signed_in_browser, path, password=PASSWORD, **more)).status_code == 401, path
    assert (await send(signed_in_browser, "deletion", password=PASSWORD, **more)).status_code in (401, 429)
    assert await is_in(signed_in_browser)


async def test_what_is_held_is_all_of_it_and_only_mine(
    signed_in_browser: Browser, second: Browser, new_browser: Callable[[], Browser], database: Database
) -> None:
    stranger = new_browser()
    await stranger.register(OTHER)
    await stranger.log_in(OTHER)
    refused = await send(signed_in_browser, "data", password="no")
    assert refused.status_code == 401
    assert PHONE not in await text(refused)
    answer = await send(signed_in_browser, "data", password=PASSWORD)
    assert "attachment" in answer.headers["Content-Disposition"]
    held = json.loads(await text(answer))
    assert held["account"]["phone"] == PHONE
    assert [device["kind"] for device in held["devices"]] == ["browser", "browser"]
    acts = [row["act"] for row in held["audit"]]
    assert acts == ["sign_in_failed", "signed_in", "signed_in", "registered"]
    assert OTHER not in json.dumps(held)
    tables = await database.fetch_all(
        "SELECT table_name FROM information_schema.columns WHERE column_name IN ('user_id', 'used_by')"
    )
    assert {row["table_name"] for row in tables} == {
        "audit",
        "invites",
        "phone_lookups",
        "recovery_codes",
        "second_factors",
    }, "a table that is new has to be in what is held, or why not"


async def test_deleting_takes_everything_and_the_phone_is_free(
    app: Quart, signed_in_browser: Browser, second: Browser, database: Database
) -> None:
    unsure = await send(signed_in_browser, "deletion", password=PASSWORD, confirm="yes")
    assert unsure.status_code == 400
    assert await is_in(second), "the control"
    done = await send(signed_in_browser, "deletion", password=PASSWORD, confirm=" Delete ")
    assert done.status_code == 200
    assert "Your account is deleted" in await text(done)
    assert done.headers["Clear-Site-Data"]
    assert not await is_in(signed_in_browser)
    assert not await is_in(second)
    for table in ("users", "phone_lookups", "second_factors", "recovery_codes"):
        assert await database.fetch_val(f"SELECT count(*) FROM {table}") == 0
    rows = await database.fetch_all("SELECT act, user_id FROM audit")
    assert [(row["act"], row["user_id"]) for row in rows] == [("account_deleted", None)]
    assert len(app.extensions["services"].telegram.ended_everywhere) == 2
    assert (await signed_in_browser.log_in()).status_code == 401
    await signed_in_browser.register()
    assert (await signed_in_browser.log_in()).status_code == 303


async def test_a_thief_of_one_session_cannot_keep_its_owner_from_ending_it(
    signed_in_browser: Browser, second: Browser
) -> None:
    for _ in range(6):
        last = await send(second, "password", password="guess", new_password=NEW)
    assert last.status_code == 429, "the control"
    assert (await send(signed_in_browser, "everywhere", password=PASSWORD)).status_code == 303
    assert not await is_in(second)


@pytest.mark.parametrize(("needed", "status"), [("required", 403), ("optional", 303)])
async def test_an_administrator_who_needs_a_second_factor_keeps_it(
    needed: str, status: int, build_app: Callable[..., Awaitable[Quart]], database: Database
) -> None:
    app = await build_app(admin_second_factor=needed)
    browser = Browser(app.test_client())
    await browser.register()
    await browser.log_in()
    await database.execute("UPDATE users SET admin = true")
    notice = "Administrators of this server need a second factor."
    assert (notice in await text(await browser.client.get("/settings"))) is (needed == "required")
    page = await text(await send(browser, "second-factor", password=PASSWORD))
    secret = re.findall(r'name="secret" value="([A-Z2-7]+)"', page)[0]
    shown = await text(await send(browser, "second-factor/confirm", code=pyotp.TOTP(secret).now()))
    code = re.findall(r"<code>([a-z2-9-]{19})</code>", shown)[0]
    assert notice not in shown
    off = await send(browser, "second-factor/off", password=PASSWORD, code=code)
    assert off.status_code == status


@pytest.mark.parametrize("path", ["password", "everywhere", "deletion"])
async def test_without_redis_nothing_changes_and_nobody_is_told_otherwise(
    path: str, app: Quart, signed_in_browser: Browser, second: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a thief would stay logged in under a password that has been changed because of them."""

    async def away(*_: object) -> int:
        raise StorageUnavailable("away")

    form = {"password": PASSWORD, "new_password": NEW, "confirm": "delete"}
    with monkeypatch.context() as gone:
        gone.setattr(app.extensions["services"].sign_ins, "close_all", away)
        assert (await send(signed_in_browser, path, **form)).status_code == 503
    assert await is_in(second)
    assert (await second.log_in()).status_code == 303, "the password is what it was, and the account is there"
    assert (await send(signed_in_browser, path, **form)).status_code in (200, 303)
    assert not await is_in(second)


@pytest.mark.parametrize(
    ("path", "form", "field"),
    [
        ("password", {"password": "no", "new_password": NEW}, "change-password"),
        ("password", {"password": PASSWORD, "new_password": "short"}, "new-password"),
        ("everywhere", {"password": "no"}, "everywhere-password"),
        ("token", {"password": "no"}, "make-token-password"),
        ("second-factor", {"password": "no"}, "factor-password"),
        ("data", {"password": "no"}, "data-password"),
        ("deletion", {"password": "no", "confirm": "delete"}, "deletion-password"),
        ("deletion", {"password": PASSWORD, "confirm": "no"}, "deletion-word"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_in_a_form_that_is_open(
    path: str, form: dict[str, str], field: str, signed_in_browser: Browser
) -> None:
    page = await text(await send(signed_in_browser, path, **form))
    marked = re.findall(r"<input[^>]*aria-invalid=[^>]*>", page)
    assert [re.findall(r' id="([^"]+)"', each) for each in marked] == [[field]]
    assert f'aria-describedby="{field}-wrong"' in marked[0]
    assert "autofocus" in marked[0]
    assert page.count(f'id="{field}-wrong"') == 1
    opened = re.findall(r'<details class="act" open>.*?</details>', page, re.DOTALL)
    assert [f'id="{field}"' in each for each in opened] == [True]


@pytest.mark.parametrize(("language", "word"), [("en", "Delete "), ("it", "ELIMINA"), ("it", "delete")])
async def test_the_word_that_deletes_is_of_the_pages_language(
    language: str, word: str, signed_in_browser: Browser
) -> None:
    signed_in_browser.client.set_cookie("localhost", "tcm_language", language)
    page = await text(await signed_in_browser.client.get("/settings"))
    assert {"en": "“delete”", "it": "“elimina”"}[language] in page
    answer = await send(signed_in_browser, "deletion", password=PASSWORD, confirm=word)
    assert answer.status_code == 200
    assert not await is_in(signed_in_browser)
