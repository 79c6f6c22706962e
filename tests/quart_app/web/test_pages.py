"""The first page and the terminal, by who asks and what their session is."""

from __future__ import annotations

from typing import Any

import pytest
from quart import Quart

from quart_app.telegram.state import SessionPhase


async def test_a_stranger_sees_what_this_is(app: Quart) -> None:
    response = await app.test_client().get("/")
    page = await response.get_data(as_text=True)
    assert response.status_code == 200
    assert "Unofficial Telegram Chat Manager" in page
    assert 'name="csrf-token" content=""' in page


@pytest.mark.parametrize("phase", SessionPhase)
async def test_the_terminal_is_there_once_the_session_is_open(
    app: Quart, signed_in_browser: Any, phase: SessionPhase
) -> None:
    app.extensions["services"].telegram.phase = phase
    page = await (await signed_in_browser.client.get("/terminal")).get_data(as_text=True)
    assert ('id="log"' in page) == (phase is SessionPhase.ACTIVE)
    assert "••01" in page


async def test_of_ones_own_phone_a_page_shows_the_tail(browser: Any) -> None:
    await browser.register(phone="+9996617788")
    await browser.log_in(phone="+9996617788")
    page = await (await browser.client.get("/terminal")).get_data(as_text=True)
    assert "••88" in page
    assert "7788" not in page


async def test_a_token_is_no_way_into_pages_of_another(app: Quart, bearer: dict[str, str]) -> None:
    assert (await app.test_client().get("/terminal", headers=bearer)).status_code == 200
    response = await app.test_client().get("/terminal")
    assert (response.status_code, response.headers["Location"]) == (303, "/login?next=%2Fterminal")


async def test_nothing_of_a_page_is_inline(app: Quart, signed_in_browser: Any) -> None:
    for path in ("/", "/login", "/register"):
        page = await (await app.test_client().get(path)).get_data(as_text=True)
        assert " style=" not in page
        assert "<style" not in page
    terminal = await (await signed_in_browser.client.get("/terminal")).get_data(as_text=True)
    assert " style=" not in terminal
