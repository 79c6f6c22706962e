"""For a known and an unknown phone the stores are asked equally often: counted, since clocks are never still."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from quart import Quart
from redis.asyncio import Redis

from quart_app.storage.database import Database

KNOWN, UNKNOWN = "+9996610001", "+9996610002"
PASSWORD, WRONG = "a long enough phrase", "another long phrase"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    counts: Counter[str] = Counter()
    answer: Any = Database._answer
    command: Any = Redis.execute_command

    async def counted_answer(self: Database, query: Any, ask: Any) -> Any:
        counts["PostgreSQL"] += 1
        return await answer(self, query, ask)

    async def counted_command(self: Redis, *arguments: Any, **options: Any) -> Any:
        counts["Redis"] += 1
        return await command(self, *arguments, **options)

    monkeypatch.setattr(Database, "_answer", counted_answer)
    monkeypatch.setattr(Redis, "execute_command", counted_command)
    return counts


async def work(app: Quart, asked: Counter[str], phone: str, password: str, status: int) -> dict[str, int]:
    """Of one log-in, from a client that was never here, with all that is done before its answer."""
    asked.clear()
    body = {"phone": phone, "password": password}
    response = await app.test_client().post("/api/v1/tokens", json=body)
    assert response.status_code == status
    return dict(asked)


async def test_a_log_in_costs_the_same_for_both(app: Quart, asked: Counter[str]) -> None:
    await app.test_client().post("/api/v1/accounts", json={"phone": KNOWN, "password": PASSWORD})
    await work(app, asked, UNKNOWN, WRONG, 401)  # what is done once for all
    known, unknown = (
        await work(app, asked, KNOWN, WRONG, 401),
        await work(app, asked, UNKNOWN, WRONG, 401),
    )
    assert known == unknown
    assert known["PostgreSQL"] >= 1
    assert known["Redis"] >= 1
    assert await work(app, asked, KNOWN, PASSWORD, 201) != known, "the control: more work would be seen"
