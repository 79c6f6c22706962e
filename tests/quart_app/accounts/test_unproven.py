"""Accounts that nobody has shown to be theirs go after a week; no others do."""

from __future__ import annotations

from uuid import UUID

import pytest

from quart_app.accounts.unproven import purge_unproven
from quart_app.storage.database import Database
from tests.quart_app.accounts.conftest import PASSWORD, PHONE, Make


@pytest.fixture
async def squatter(make: Make) -> UUID:
    accounts = make()
    await accounts.register(PHONE, PASSWORD)
    user = await accounts.account_of(PHONE)
    assert user is not None
    return user


async def test_after_a_week_without_a_log_in(squatter: UUID, make: Make, database: Database) -> None:
    await database.execute("UPDATE users SET created_at = now() - interval '6 days 23 hours'")
    assert await purge_unproven(database) == []
    await database.execute("UPDATE users SET created_at = now() - interval '8 days'")
    assert await purge_unproven(database) == [squatter]
    assert await make().register(PHONE, PASSWORD), "the phone is free again"


@pytest.mark.parametrize("kept", ["proven_at = now()", "admin = true", "last_seen_at = now()"])
async def test_but_not(kept: str, squatter: UUID, database: Database) -> None:
    await database.execute(f"UPDATE users SET created_at = now() - interval '1 year', {kept}")
    assert await purge_unproven(database) == []
