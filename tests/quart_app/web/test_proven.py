"""The last step of a login while the database is away: the session is open, and so it is said."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, cast
from uuid import UUID

import pytest
from quart import Quart

from quart_app.services import Services
from quart_app.storage.errors import StorageUnavailable
from quart_app.telegram.state import SessionPhase, SessionState


class SignsIn:
    """Stands where the Telegram sessions are: every code is right."""

    async def submit_code(self, user_id: UUID, phone: str, secret: bytes, code: str) -> SessionState:
        return SessionState(SessionPhase.ACTIVE, int(time.time()) + 86_400, "full", "24h")


async def test_a_database_that_is_away_does_not_hide_an_open_session(
    build_app: Callable[..., Awaitable[Quart]], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = await build_app(parts={"telegram": SignsIn()})
    accounts = cast(Services, app.extensions["services"]).accounts
    asked: list[UUID] = []

    async def away(user_id: UUID) -> None:
        asked.append(user_id)
        raise StorageUnavailable("away")

    monkeypatch.setattr(accounts, "mark_proven", away)
    client = app.test_client()
    someone = {"phone": "+9996610001", "password": "a long enough phrase"}
    await client.post("/api/v1/accounts", json=someone)
    token = (await (await client.post("/api/v1/tokens", json=someone)).get_json())["token"]
    answer: Any = await client.post(
        "/api/v1/telegram/session/code",
        json={"code": "11111"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200
    assert (await answer.get_json())["state"] == "active"
    assert len(asked) == 1
