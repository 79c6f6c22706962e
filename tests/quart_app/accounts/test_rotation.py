"""A phone has one account under however many peppers, and nobody is locked out while one is replaced."""

from __future__ import annotations

import asyncio

import pytest

from quart_app.storage.database import Database
from tests.quart_app.accounts.conftest import NEW, OLD, PASSWORD, PHONE, Make

BOTH = {2: NEW, 1: OLD}


@pytest.mark.parametrize("round_", range(5))
async def test_workers_with_different_peppers_register_a_phone_once(
    round_: int, make: Make, database: Database
) -> None:
    """While a rotation is rolled out, some workers know the old pepper alone."""
    behind, ahead = make(), make(peppers=BOTH, current=2)
    workers = [behind, ahead] * 4
    new = await asyncio.gather(
        *(worker.register(PHONE, f"{PASSWORD} {n}") for n, worker in enumerate(workers))
    )
    assert sum(new) == 1
    assert await database.fetch_val("SELECT count(*) FROM users") == 1
    assert set(await _owners(database)) == {await ahead.account_of(PHONE)}


async def test_the_control_without_the_old_hash_there_would_be_two(make: Make, database: Database) -> None:
    await asyncio.gather(
        make().register(PHONE, PASSWORD), make(peppers={2: NEW}, current=2).register(PHONE, PASSWORD)
    )
    assert await database.fetch_val("SELECT count(*) FROM users") == 2


async def test_a_worker_that_lags_behind_finds_the_phone_of_who_was_rekeyed(
    make: Make, database: Database
) -> None:
    behind, ahead = make(), make(peppers=BOTH, current=2)
    await behind.register(PHONE, PASSWORD)
    assert await ahead.authenticate(PHONE, PASSWORD) is not None
    assert not await behind.register(PHONE, "another long phrase")
    assert await database.fetch_val("SELECT count(*) FROM users") == 1


async def test_log_ins_that_rekey_at_once_leave_one_account_that_works(
    make: Make, database: Database
) -> None:
    await make().register(PHONE, PASSWORD)
    during = make(peppers=BOTH, current=2)
    users = await asyncio.gather(*(during.authenticate(PHONE, PASSWORD) for _ in range(6)))
    assert all(users)
    after = make(peppers={2: NEW}, current=2)
    assert await after.authenticate(PHONE, PASSWORD) is not None
    assert await database.fetch_val("SELECT count(*) FROM phone_lookups") == 2


async def test_a_rekey_never_undoes_a_new_password(make: Make) -> None:
    await make().register(PHONE, PASSWORD)
    during = make(peppers=BOTH, current=2)
    user = await make().authenticate(PHONE, PASSWORD)
    assert user is not None
    await asyncio.gather(
        during.change_password(user, "another long phrase"), during.authenticate(PHONE, PASSWORD)
    )
    assert await during.authenticate(PHONE, PASSWORD) is None
    assert await during.authenticate(PHONE, "another long phrase") is not None


async def _owners(database: Database) -> list[object]:
    return [row["user_id"] for row in await database.fetch_all("SELECT user_id FROM phone_lookups")]
