"""A cookie alone changes nothing; a browser's own token must come along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from quart_app.accounts.sign_in import SignIn
from quart_app.web.csrf import csrf_matches

BROWSER = SignIn(uuid4(), "d", "browser", "right", 0)
TOKEN = SignIn(uuid4(), "d", "token", "", 0)


@pytest.mark.parametrize("given", [None, "", "wrong", "right ", "Right", "rïght", "\ud800"])
def test_only_the_sign_ins_own_token_matches(given: str | None) -> None:
    assert not csrf_matches(BROWSER, given)
    assert csrf_matches(BROWSER, "right")
    assert csrf_matches(TOKEN, given)


@pytest.mark.parametrize("given", [None, "", "wrong"])
async def test_without_it_nothing_changes(signed_in_browser: Any, given: str | None) -> None:
    headers = dict(signed_in_browser.headers)
    if given is not None:
        headers["X-CSRF-Token"] = given
    refused = await signed_in_browser.client.delete("/api/v1/tokens/current", headers=headers)
    assert (refused.status_code, (await refused.get_json())["code"]) == (403, "csrf")
    assert (await signed_in_browser.client.get("/terminal")).status_code == 200


async def test_with_it_in_header_or_form_it_does(signed_in_browser: Any) -> None:
    token = await signed_in_browser.csrf()
    headers = {**signed_in_browser.headers, "X-CSRF-Token": token}
    response = await signed_in_browser.client.delete("/api/v1/tokens/current", headers=headers)
    assert response.status_code == 204
    await signed_in_browser.log_in()
    assert await signed_in_browser.csrf() != token
    assert (await signed_in_browser.log_out()).status_code == 303


async def test_another_persons_token_is_wrong(signed_in_browser: Any, new_browser: Callable[[], Any]) -> None:
    other = new_browser()
    await other.register(phone="+9996610002")
    await other.log_in(phone="+9996610002")
    headers = {**signed_in_browser.headers, "X-CSRF-Token": await other.csrf()}
    refused = await signed_in_browser.client.delete("/api/v1/tokens/current", headers=headers)
    assert refused.status_code == 403


async def test_a_bearer_token_needs_none_even_beside_a_cookie(
    signed_in_browser: Any, bearer: dict[str, str]
) -> None:
    headers = {**signed_in_browser.headers, **bearer}
    response = await signed_in_browser.client.delete("/api/v1/tokens/current", headers=headers)
    assert response.status_code == 204
    assert (await signed_in_browser.client.get("/terminal")).status_code == 200
