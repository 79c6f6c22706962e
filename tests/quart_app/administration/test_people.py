"""Accounts as administrators see them, in a real PostgreSQL."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from quart_app.administration.people import PAGE, Counts, People
from quart_app.storage.database import Database
from quart_app.storage.tables import users


async def add(database: Database, tail: str = "00", **columns: object) -> UUID:
    user_id = uuid4()
    row = {"id": user_id, "phone_sealed": b"x", "phone_tail": tail, "pepper_id": 1, "password_hash": "x"}
    await database.execute(sa.insert(users).values({**row, **columns}))
    return user_id


@pytest.fixture
def people(database: Database) -> People:
    return People(database)


async def test_who_was_seen_last_comes_first(people: People, database: Database) -> None:
    never = await add(database)
    long_ago = await add(database, last_seen_at=sa.func.now() - sa.text("interval '3 days'"))
    now = await add(database, last_seen_at=sa.func.now(), proven_at=sa.func.now())
    assert [each.id for each in await people.page()] == [now, long_ago, never]
    assert await people.counts() == Counts(all=3, unproven=2, disabled=0, seen=1)


async def test_found_by_the_last_two_digits(people: People, database: Database) -> None:
    await add(database, "12")
    wanted = await add(database, "47")
    assert [each.id for each in await people.page(tail="47")] == [wanted]
    assert await people.page(tail="'; drop table users; --") == []


async def test_a_page_tells_whether_more_follow(people: People, database: Database) -> None:
    for _ in range(PAGE + 2):
        await add(database)
    assert len(await people.page()) == PAGE + 1
    assert len(await people.page(1)) == 2


async def test_a_disabled_account_is_no_administrator_and_its_epoch_ends(
    people: People, database: Database
) -> None:
    user_id = await add(database, admin=True)
    assert await people.administrator(user_id)
    assert await people.set_disabled(user_id, True)
    assert not await people.set_disabled(user_id, True)
    assert not await people.administrator(user_id)
    (user,) = await people.page()
    assert (user.disabled, user.epoch) == (True, 1)
    assert await people.set_disabled(user_id, False)
    assert await people.administrator(user_id)
    assert not await people.administrator(uuid4())
