"""A rotation ends: what still needs the old pepper is counted, and what it leaves behind is forgotten."""

from __future__ import annotations

from quart_app.accounts.peppers_in_use import count_peppers, forget_old_lookups
from quart_app.storage.database import Database
from tests.quart_app.accounts.conftest import NEW, OLD, OTHER, PASSWORD, PHONE, Make

BOTH = {2: NEW, 1: OLD}


async def test_what_needs_the_old_one_is_counted_until_nothing_does(make: Make, database: Database) -> None:
    before, during = make(), make(peppers=BOTH, current=2)
    for phone in (PHONE, OTHER):
        await before.register(phone, PASSWORD)
    user = await before.authenticate(PHONE, PASSWORD)
    assert user is not None
    assert await before.second_factors.begin(user.id, epoch=user.epoch)
    counted = await count_peppers(database)
    assert (counted.accounts, counted.second_factors, counted.need(1)) == ({1: 2}, {1: 1}, 3)
    await during.authenticate(PHONE, PASSWORD)
    counted = await count_peppers(database)
    assert (counted.accounts, counted.need(1), counted.others({2})) == ({1: 1, 2: 1}, 2, 1)
    assert counted.others(BOTH) == 0


async def test_old_hashes_go_when_the_old_pepper_has_gone(make: Make, database: Database) -> None:
    await make().register(PHONE, PASSWORD)
    await make().register(OTHER, PASSWORD)
    await make(peppers=BOTH, current=2).authenticate(PHONE, PASSWORD)
    assert await forget_old_lookups(database, BOTH, 2) == 0, "not while it is in force"
    assert await forget_old_lookups(database, {2: NEW}, 2) == 1
    assert await database.fetch_val("SELECT count(*) FROM phone_lookups WHERE pepper_id = 1") == 1, (
        "the only one of an account stays: should the pepper come back, so does the account"
    )
    after = make(peppers={2: NEW}, current=2)
    assert await after.authenticate(PHONE, PASSWORD) is not None
