"""Every failure is one clear answer, and none shows a trace."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from gettext import NullTranslations
from types import SimpleNamespace
from typing import Any

import pytest
from quart import Quart
from quart.testing import WebsocketResponseError

from commands import CommandError, FloodWait
from commands.phrases import render
from quart_app.accounts.errors import BadPassword, Busy, UnknownUser
from quart_app.storage.errors import StorageUnavailable
from quart_app.web.errors import PASSWORD_FAULTS, problem_of
from quart_app.web.problems import Problem


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (BadPassword("common"), 400, "bad_password"),
        (UnknownUser(), 401, "signed_out"),
        (Busy(5), 503, "busy"),
        (StorageUnavailable("x"), 503, "storage_unavailable"),
        (CommandError("locked", "It is locked."), 409, "locked"),
        (CommandError("phone_code_invalid", "The code is wrong."), 400, "phone_code_invalid"),
        (FloodWait("Wait.", 37), 429, "flood_wait"),
    ],
)
def test_what_is_foreseen_has_its_code(error: Exception, status: int, code: str) -> None:
    problem = problem_of(error)
    assert problem is not None
    assert (problem.status, problem.code) == (status, code)
    assert problem.sentence.endswith(".")


def test_a_wait_is_told_twice() -> None:
    problem = problem_of(FloodWait("Wait.", 36.2))
    assert problem is not None
    assert problem.document()["retry_after"] == 37
    assert problem.headers["Retry-After"] == "37"


def test_what_is_not_foreseen_has_none() -> None:
    assert problem_of(ZeroDivisionError()) is None


def test_every_fault_of_a_password_has_its_sentence() -> None:
    for sentence in PASSWORD_FAULTS.values():
        assert render(sentence, NullTranslations()).endswith(".")
    problem = problem_of(BadPassword("is_phone"))
    assert problem is not None
    assert problem.document()["reason"] == "is_phone"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nowhere", 404, "not_found"),
        ("PUT", "/api/v1/accounts", 405, "method_not_allowed"),
        ("DELETE", "/api/v1/tokens/current", 401, "signed_out"),
    ],
)
async def test_programs_get_a_document(app: Quart, method: str, path: str, status: int, code: str) -> None:
    response = await getattr(app.test_client(), method.lower())(path)
    document = await response.get_json(force=True)
    assert response.status_code == document["status"] == status
    assert document["code"] == code
    assert response.content_type == "application/problem+json"
    assert {"title", "detail"} <= set(document)


async def test_a_refused_method_says_which_are_not(app: Quart) -> None:
    response = await app.test_client().put("/api/v1/accounts")
    assert "POST" in response.headers["Allow"]


async def test_people_get_a_page(app: Quart) -> None:
    response = await app.test_client().get("/nowhere", headers={"Accept": "text/html"})
    page = await response.get_data(as_text=True)
    assert (response.status_code, response.content_type) == (404, "text/html; charset=utf-8")
    assert "There is nothing at this address." in page


async def test_who_asks_for_json_gets_it_anywhere(app: Quart) -> None:
    response = await app.test_client().get("/nowhere", headers={"Accept": "application/json"})
    assert (await response.get_json(force=True))["code"] == "not_found"


@pytest.mark.parametrize("path", ["/broken", "/api/v1/broken"])
async def test_the_unforeseen_shows_a_reference_and_no_more(
    app: Quart, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> str:
        raise RuntimeError("a secret of ours")

    app.add_url_rule(path, "broken", broken)
    with caplog.at_level(logging.ERROR):
        response = await app.test_client().get(path)
    text = await response.get_data(as_text=True)
    assert response.status_code == 500
    for shown in ("secret", "RuntimeError", "Traceback", ".py"):
        assert shown not in text
    (reference,) = [record.__dict__["reference"] for record in caplog.records]
    assert reference in text


async def test_who_is_not_let_in_is_logged_without_a_name(
    browser: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="quart_app.web.errors"):
        await browser.log_in()
        await browser.client.post("/login", headers={"Origin": "https://evil.example"})
        await browser.client.get("/api/v1/commands")
        for _ in range(5):
            await browser.log_in()
    refused = [record for record in caplog.records if record.getMessage() == "refused"]
    codes = [record.__dict__["code"] for record in refused]
    assert codes[:3] == ["wrong_credentials", "origin", "signed_out"]
    assert codes[-1] == "too_many"
    assert "9996610001" not in caplog.text


async def test_a_socket_is_refused_before_it_is_accepted(app: Quart) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "http://localhost:8080"}, {}):
        with pytest.raises(WebsocketResponseError) as refused:
            async with app.test_client().websocket("/ws", headers=headers) as socket:
                await socket.receive()
        response = refused.value.response
        assert response.status_code == 403
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_an_error_page_that_fails_is_still_an_answer(
    app: Quart, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.jinja_env.globals.pop("_")
    response = await app.test_client().get("/nowhere")
    assert response.status_code == 404
    assert "There is nothing at this address." in await response.get_data(as_text=True)


async def test_without_redis_nobody_is_let_in_and_everybody_is_told(
    build_app: Callable[..., Awaitable[Quart]], signed_in_browser: Any
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise StorageUnavailable("ConnectionError")

    gone = SimpleNamespace(browser=away, token=away, take=away, take_all=away)
    app = await build_app(parts={"sign_ins": gone, "limits": gone})
    client = app.test_client()
    client.set_cookie("localhost", "tcm", signed_in_browser.cookie())
    page = await client.get("/terminal")
    assert page.status_code == 503
    assert "can’t reach its storage" in await page.get_data(as_text=True)
    assert (await client.get("/static/css/base.css")).status_code == 200
    headers = {"Authorization": "Bearer tcm_0123abcd_" + "A" * 86}
    answer = await client.delete("/api/v1/tokens/current", headers={**signed_in_browser.headers, **headers})
    assert (answer.status_code, (await answer.get_json(force=True))["code"]) == (503, "storage_unavailable")
    body = {"phone": "+9996610001", "password": "a long enough phrase"}
    assert (await app.test_client().post("/api/v1/tokens", json=body)).status_code == 503
    assert (await app.test_client().get("/login")).status_code == 200


def test_a_problem_waits_a_second_at_least() -> None:
    assert Problem(429, "too_many", "Wait.", retry_after=0.01).document()["retry_after"] == 1
