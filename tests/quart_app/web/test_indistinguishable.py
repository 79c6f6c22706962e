"""Nothing tells whether a phone is registered: not the answer, its headers, or the work behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from quart import Quart

KNOWN, UNKNOWN = "+9996610001", "+9996610002"
PASSWORD, ANOTHER = "a long enough phrase", "another long phrase"


async def _seen(response: Any, phone: str) -> tuple[int, list[str], str]:
    """All that an asker sees, but for the phone that it sent itself."""
    body = await response.get_data(as_text=True)
    return response.status_code, sorted(response.headers.keys()), body.replace(phone, "PHONE")


@pytest.mark.parametrize("path", ["/api/v1/tokens", "/api/v1/accounts"])
async def test_over_the_api(app: Quart, bcrypts: list[bytes], path: str) -> None:
    client = app.test_client()
    await client.post("/api/v1/accounts", json={"phone": KNOWN, "password": PASSWORD})
    seen, work = [], []
    for phone in (KNOWN, UNKNOWN):
        bcrypts.clear()
        response = await client.post(path, json={"phone": phone, "password": ANOTHER})
        seen.append(await _seen(response, phone))
        work.append(list(bcrypts))
    assert seen[0] == seen[1]
    assert work[0] == work[1] == [b"$2b$04$"]


@pytest.mark.parametrize("step", ["log_in", "register"])
async def test_in_the_forms(new_browser: Callable[[], Any], bcrypts: list[bytes], step: str) -> None:
    await new_browser().register(phone=KNOWN)
    seen, work = [], []
    for phone in (KNOWN, UNKNOWN):
        bcrypts.clear()
        response = await getattr(new_browser(), step)(phone=phone, password=ANOTHER)
        seen.append(await _seen(response, phone))
        work.append(list(bcrypts))
    assert seen[0] == seen[1]
    assert work[0] == work[1] == [b"$2b$04$"]


async def test_the_comparison_can_see_a_difference(new_browser: Callable[[], Any]) -> None:
    await new_browser().register(phone=KNOWN)
    right = await _seen(await new_browser().log_in(phone=KNOWN), KNOWN)
    wrong = await _seen(await new_browser().log_in(phone=KNOWN, password=ANOTHER), KNOWN)
    assert right != wrong


async def test_limits_are_the_same_for_both(app: Quart) -> None:
    client = app.test_client()
    await client.post("/api/v1/accounts", json={"phone": KNOWN, "password": PASSWORD})
    for phone in (KNOWN, UNKNOWN):
        body = {"phone": phone, "password": ANOTHER}
        statuses = [(await client.post("/api/v1/tokens", json=body)).status_code for _ in range(6)]
        assert statuses == [401] * 5 + [429]
