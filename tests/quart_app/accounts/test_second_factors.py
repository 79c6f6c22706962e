"""The second factor: each code once, for its user alone, sealed with the pepper, and with no back door."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pyotp
import pytest

from quart_app.accounts.accounts import Accounts
from quart_app.accounts.second_factors import SecondFactors, provisioning_uri
from quart_app.storage.database import Database
from tests.quart_app.accounts.conftest import NEW, OLD, OTHER, PASSWORD, PHONE, Clock, Make

STEP = 30


async def settled(accounts: Accounts, clock: Clock) -> tuple[UUID, pyotp.TOTP, list[str]]:
    """Somebody with a second factor in force, a minute after it was set up."""
    await accounts.register(PHONE, PASSWORD)
    user = await accounts.authenticate(PHONE, PASSWORD)
    assert user is not None
    secret = await accounts.second_factors.begin(user.id, epoch=user.epoch)
    assert secret is not None
    app = pyotp.TOTP(secret)
    codes = await accounts.second_factors.confirm(user.id, app.at(int(clock.now)))
    assert codes is not None
    clock.now += 2 * STEP
    return user.id, app, codes


async def test_it_is_in_force_once_a_code_has_been_seen(make: Make, clock: Clock) -> None:
    accounts = make()
    await accounts.register(PHONE, PASSWORD)
    user = await accounts.authenticate(PHONE, PASSWORD)
    assert user is not None
    factors = accounts.second_factors
    secret = await factors.begin(user.id, epoch=user.epoch)
    assert secret is not None
    code = pyotp.TOTP(secret).at(int(clock.now))
    assert not (await factors.of(user.id)).on
    assert await factors.check(user.id, code) is None, "not before it is confirmed"
    assert await factors.pending(user.id) == secret
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert await factors.confirm(user.id, wrong) is None
    codes = await factors.confirm(user.id, code)
    assert codes is not None
    assert len(set(codes)) == 10
    assert (await factors.of(user.id)).on
    assert await factors.pending(user.id) is None
    assert await factors.check(user.id, code) is None, "the code that confirmed it is used up"
    assert await factors.confirm(user.id, code) is None
    assert await factors.begin(user.id, epoch=user.epoch) is None, "in force: it is not replaced unasked"


async def test_each_code_lets_one_in(make: Make, clock: Clock) -> None:
    accounts = make()
    user, app, _ = await settled(accounts, clock)
    code = app.at(int(clock.now))
    answers = await asyncio.gather(*(accounts.second_factors.check(user, code) for _ in range(12)))
    assert sorted(map(str, answers)) == ["None"] * 11 + ["authenticator"]


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_minute_of_grace(steps: int, taken: bool, make: Make, clock: Clock) -> None:
    accounts = make()
    user, app, _ = await settled(accounts, clock)
    clock.now += 10 * STEP
    answer = await accounts.second_factors.check(user, app.at(int(clock.now) + steps * STEP))
    assert (answer == "authenticator") is taken


async def test_an_earlier_code_is_worth_nothing_after_a_later_one(make: Make, clock: Clock) -> None:
    accounts = make()
    user, app, _ = await settled(accounts, clock)
    earlier, now = app.at(int(clock.now) - STEP), app.at(int(clock.now))
    assert await accounts.second_factors.check(user, now)
    assert await accounts.second_factors.check(user, earlier) is None


async def test_each_recovery_code_works_once_for_its_user(make: Make, clock: Clock) -> None:
    accounts = make()
    user, _, codes = await settled(accounts, clock)
    await accounts.register(OTHER, PASSWORD)
    stranger = await accounts.account_of(OTHER)
    assert stranger is not None
    check = accounts.second_factors.check
    assert await check(stranger, codes[0]) is None
    shouted = f" {codes[0].upper().replace('-', ' ')} "
    answers = await asyncio.gather(*(check(user, shouted) for _ in range(8)))
    assert sum(answer == "recovery code" for answer in answers) == 1
    assert (await accounts.second_factors.of(user)).codes_left == 9
    new = await accounts.second_factors.new_recovery_codes(user)
    assert await check(user, codes[1]) is None, "new ones take the place of the old"
    assert await check(user, new[0]) == "recovery code"


@pytest.mark.parametrize(
    "code", ["", "000000", "12345", "abcdef", "１２３４５６", "\ud800", "0" * 1000, "a" * 16, "\ud800" * 16]
)
async def test_nonsense_is_wrong(code: str, make: Make, clock: Clock) -> None:
    accounts = make()
    user, app, _ = await settled(accounts, clock)
    if code != app.at(int(clock.now)):
        assert await accounts.second_factors.check(user, code) is None


async def test_the_database_holds_neither_secret_nor_codes(
    make: Make, clock: Clock, database: Database
) -> None:
    _, app, codes = await settled(make(), clock)
    rows = await database.fetch_all(
        "SELECT second_factors::text AS all FROM second_factors"
        " UNION ALL SELECT recovery_codes::text FROM recovery_codes"
    )
    text = " ".join(row["all"] for row in rows)
    assert len(rows) == 11
    for secret in (app.secret, *codes):
        bare = secret.replace("-", "")
        for form in (bare, bare.encode().hex(), secret, secret.encode().hex()):
            assert form not in text
    assert app.byte_secret().hex() not in text


async def test_a_row_moved_to_another_user_opens_nothing(
    make: Make, clock: Clock, database: Database
) -> None:
    """Somebody who may write to the database puts their own second factor on another's account."""
    accounts = make()
    user, app, _ = await settled(accounts, clock)
    await accounts.register(OTHER, PASSWORD)
    stranger = await accounts.account_of(OTHER)
    assert stranger is not None
    await database.execute("UPDATE second_factors SET user_id = :to", {"to": stranger})
    assert await accounts.second_factors.check(stranger, app.at(int(clock.now))) is None
    await database.execute("UPDATE second_factors SET user_id = :to", {"to": user})
    assert await accounts.second_factors.check(user, app.at(int(clock.now))), "the control"


async def test_it_is_sealed_anew_when_the_pepper_is_replaced(
    make: Make, clock: Clock, database: Database
) -> None:
    user, app, codes = await settled(make(), clock)
    during = SecondFactors(database, {2: NEW, 1: OLD}, 2, clock=clock)
    early = SecondFactors(database, {2: NEW}, 2, clock=clock)
    assert (await early.of(user)).on, "without its pepper it still is asked for"
    assert await early.check(user, app.at(int(clock.now))) is None
    assert await during.check(user, app.at(int(clock.now)))
    clock.now += STEP
    assert await early.check(user, app.at(int(clock.now)))
    assert await early.check(user, codes[0]), "recovery codes need no pepper"


async def test_none_is_begun_in_an_epoch_that_is_over(make: Make) -> None:
    """Somebody who knew the old password asks for one just as it is replaced."""
    accounts = make()
    await accounts.register(PHONE, PASSWORD)
    user = await accounts.authenticate(PHONE, PASSWORD)
    assert user is not None
    await accounts.recover(PHONE, "another long phrase")
    assert await accounts.second_factors.begin(user.id, epoch=user.epoch) is None
    now = await accounts.user(user.id)
    assert await accounts.second_factors.begin(user.id, epoch=now.epoch), "the control"


def test_the_uri_names_no_phone() -> None:
    uri = provisioning_uri("A" * 32, "01")
    assert uri.startswith("otpauth://totp/")
    assert "9996610" not in uri
