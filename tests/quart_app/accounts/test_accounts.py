"""Accounts over a real PostgreSQL: registering, logging in, invites, and the pepper's rotation."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import bcrypt
import pytest

from quart_app.accounts.errors import BadPassword, InviteNeeded, RegistrationClosed, UnknownUser
from quart_app.accounts.phones import PhoneNumber
from quart_app.storage.database import Database
from tests.quart_app.accounts.conftest import NEW, OLD, OTHER, PASSWORD, PHONE, Make


@pytest.fixture
def bcrypts(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    salts: list[bytes] = []
    real = bcrypt.hashpw

    def counted(password: bytes, salt: bytes) -> bytes:
        salts.append(salt)
        return real(password, salt)

    monkeypatch.setattr(bcrypt, "hashpw", counted)
    return salts


async def test_who_registered_can_log_in(make: Make) -> None:
    accounts = make()
    await accounts.register(PHONE, PASSWORD)
    user = await accounts.authenticate(PHONE, PASSWORD)
    assert user is not None
    assert (user.phone_tail, user.admin, user.disabled, user.proven) == ("01", False, False, False)
    assert await accounts.phone_of(user.id) == PHONE
    assert (await accounts.user(user.id)).last_seen_at is not None


async def test_wrong_password_and_unknown_phone_are_the_same(make: Make, bcrypts: list[bytes]) -> None:
    accounts = make()
    await accounts.register(PHONE, PASSWORD)
    bcrypts.clear()
    assert await accounts.authenticate(PHONE, "not the right one") is None
    known = len(bcrypts)
    assert await accounts.authenticate(OTHER, "not the right one") is None
    assert len(bcrypts) - known == known == 1


async def test_a_known_phone_registers_at_the_same_price_and_keeps_its_password(
    make: Make, bcrypts: list[bytes]
) -> None:
    accounts = make()
    await accounts.register(PHONE, PASSWORD)
    assert len(bcrypts) == 1
    await accounts.register(PHONE, "another long phrase")
    assert len(bcrypts) == 2
    assert await accounts.authenticate(PHONE, "another long phrase") is None
    assert await accounts.authenticate(PHONE, PASSWORD) is not None


async def test_of_many_registrations_at_once_one_wins(make: Make, database: Database) -> None:
    accounts = make()
    await asyncio.gather(*(accounts.register(PHONE, f"{PASSWORD} {n}") for n in range(8)))
    assert await database.fetch_val("SELECT count(*) FROM users") == 1
    entered = [await accounts.authenticate(PHONE, f"{PASSWORD} {n}") for n in range(8)]
    assert sum(user is not None for user in entered) == 1


async def test_a_disabled_account_does_not_get_in_at_the_same_price(
    make: Make, database: Database, bcrypts: list[bytes]
) -> None:
    accounts = make()
    await accounts.register(PHONE, PASSWORD)
    await database.execute("UPDATE users SET disabled = true")
    bcrypts.clear()
    assert await accounts.authenticate(PHONE, PASSWORD) is None
    assert len(bcrypts) == 1


async def test_the_database_holds_neither_phone_nor_password(make: Make, database: Database) -> None:
    await make().register(PHONE, PASSWORD)
    row = await database.fetch_one("SELECT users::text AS all FROM users")
    assert row is not None
    digits = PHONE.e164[1:]
    for form in (digits, digits.encode().hex(), PASSWORD, PASSWORD.encode().hex()):
        assert form not in row["all"]
    assert "$2b$04$" in row["all"]  # the control: the dump shows what is there


async def test_the_pepper_is_rotated_at_the_next_log_in(make: Make, database: Database) -> None:
    await make().register(PHONE, PASSWORD)
    during = make(peppers={2: NEW, 1: OLD}, current=2)
    assert await during.authenticate(PHONE, "not the right one") is None
    assert await database.fetch_val("SELECT pepper_id FROM users") == 1
    user = await during.authenticate(PHONE, PASSWORD)
    assert user is not None
    assert await database.fetch_val("SELECT pepper_id FROM users") == 2

    after = make(peppers={2: NEW}, current=2)
    assert await after.authenticate(PHONE, PASSWORD) is not None
    assert await after.phone_of(user.id) == PHONE


async def test_without_its_pepper_an_account_is_out_of_reach(make: Make) -> None:
    await make().register(PHONE, PASSWORD)
    later = make(peppers={2: NEW}, current=2)
    assert await later.authenticate(PHONE, PASSWORD) is None


async def test_during_a_rotation_a_phone_has_one_account(make: Make, database: Database) -> None:
    await make().register(PHONE, PASSWORD)
    during = make(peppers={2: NEW, 1: OLD}, current=2)
    await during.register(PHONE, "another long phrase")
    assert await database.fetch_val("SELECT count(*) FROM users") == 1
    assert await during.authenticate(PHONE, PASSWORD) is not None


async def test_where_registration_is_closed_nobody_registers(make: Make, database: Database) -> None:
    with pytest.raises(RegistrationClosed):
        await make("closed").register(PHONE, PASSWORD)
    assert await database.fetch_val("SELECT count(*) FROM users") == 0


async def test_an_invite_lets_one_person_in(make: Make, database: Database) -> None:
    accounts = make("invite")
    invite = await accounts.create_invite()
    for none in (None, "", "made up"):
        with pytest.raises(InviteNeeded):
            await accounts.register(PHONE, PASSWORD, none)
    await accounts.register(PHONE, PASSWORD, f" {invite} ")
    with pytest.raises(InviteNeeded):
        await accounts.register(OTHER, PASSWORD, invite)
    row = await database.fetch_one("SELECT used_by, used_at, digest FROM invites")
    user = await accounts.authenticate(PHONE, PASSWORD)
    assert row is not None
    assert user is not None
    assert (row["used_by"], row["used_at"] is None) == (user.id, False)
    assert invite.encode() not in row["digest"]


async def test_of_many_with_one_invite_one_gets_in(make: Make, database: Database) -> None:
    accounts = make("invite")
    invite = await accounts.create_invite()
    phones = [PhoneNumber(f"+999661{n:04}") for n in range(8)]
    answers = await asyncio.gather(
        *(accounts.register(phone, PASSWORD, invite) for phone in phones), return_exceptions=True
    )
    assert sum(answer is True for answer in answers) == 1
    assert sum(isinstance(answer, InviteNeeded) for answer in answers) == 7
    assert await database.fetch_val("SELECT count(*) FROM users") == 1


async def test_an_invite_is_used_up_on_a_known_phone_as_well(make: Make) -> None:
    await make().register(PHONE, PASSWORD)
    accounts = make("invite")
    invite = await accounts.create_invite()
    await accounts.register(PHONE, "another long phrase", invite)
    with pytest.raises(InviteNeeded):  # else whether it still works would tell that the phone was known
        await accounts.register(OTHER, PASSWORD, invite)


async def test_a_refused_password_leaves_the_invite_unused(make: Make) -> None:
    accounts = make("invite")
    invite = await accounts.create_invite()
    with pytest.raises(BadPassword):
        await accounts.register(PHONE, "short", invite)
    await accounts.register(PHONE, PASSWORD, invite)


async def test_an_old_invite_is_none(make: Make, database: Database) -> None:
    accounts = make("invite")
    invite = await accounts.create_invite()
    await database.execute("UPDATE invites SET expires_at = now() - interval '1 second'")
    with pytest.raises(InviteNeeded):
        await accounts.register(PHONE, PASSWORD, invite)


async def test_a_password_is_asked_again_by_user(make: Make) -> None:
    accounts = make()
    await accounts.register(PHONE, PASSWORD)
    user = await accounts.authenticate(PHONE, PASSWORD)
    assert user is not None
    assert await accounts.verify_password(user.id, PASSWORD)
    assert not await accounts.verify_password(user.id, "not the right one")
    assert not await accounts.verify_password(uuid4(), PASSWORD)


async def test_proof_and_administration_stay(make: Make, database: Database) -> None:
    accounts = make()
    assert not await accounts.any()
    await accounts.register(PHONE, PASSWORD)
    assert await accounts.any()
    user = await accounts.authenticate(PHONE, PASSWORD)
    assert user is not None
    await accounts.mark_proven(user.id)
    first = await database.fetch_val("SELECT proven_at FROM users")
    await accounts.mark_proven(user.id)
    assert await database.fetch_val("SELECT proven_at FROM users") == first
    assert await accounts.grant_admin(PHONE)
    assert not await accounts.grant_admin(OTHER)
    again = await accounts.user(user.id)
    assert (again.proven, again.admin) == (True, True)


async def test_nobody_has_no_phone(make: Make) -> None:
    with pytest.raises(UnknownUser):
        await make().phone_of(uuid4())
