"""Hashing: never cut, keyed by the pepper, at one cost for all, and bounded."""

from __future__ import annotations

import asyncio
import threading
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import bcrypt
import pytest

from quart_app.accounts.errors import Busy
from quart_app.accounts.passwords import PRODUCTION_COST, Passwords

PEPPERS = {1: b"p" * 32}
Make = Callable[..., Passwords]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[Passwords] = []

    def one(peppers: dict[int, bytes] = PEPPERS, current_id: int = 1, **more: Any) -> Passwords:
        made.append(Passwords(peppers, current_id, **{"cost": 4, **more}))
        return made[-1]

    yield one
    for passwords in made:
        passwords.close()


@pytest.fixture
def bcrypts(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every salt that bcrypt is called with."""
    salts: list[bytes] = []
    real = bcrypt.hashpw

    def counted(password: bytes, salt: bytes) -> bytes:
        salts.append(salt)
        return real(password, salt)

    monkeypatch.setattr(bcrypt, "hashpw", counted)
    return salts


async def test_a_password_is_known_again_and_another_is_not(make: Make) -> None:
    passwords = make()
    stored, pepper_id = await passwords.hash("one password")
    assert await passwords.verify("one password", stored, pepper_id)
    assert not await passwords.verify("one passwore", stored, pepper_id)
    assert "one password" not in stored


async def test_in_production_the_cost_is_twelve(bcrypts: list[bytes]) -> None:
    assert PRODUCTION_COST == 12
    passwords = Passwords(PEPPERS, 1, threads=1)
    stored, _ = await passwords.hash("one password")
    assert not await passwords.verify("one password", None, None)
    passwords.close()
    assert stored.startswith("v1$$2b$12$")
    assert [salt[:7] for salt in bcrypts] == [b"$2b$12$", b"$2b$12$"]


async def test_nothing_is_cut_off_at_72_bytes(make: Make) -> None:
    passwords = make()
    stored, pepper_id = await passwords.hash("a" * 72 + "X")
    assert await passwords.verify("a" * 72 + "X", stored, pepper_id)
    assert not await passwords.verify("a" * 72 + "Y", stored, pepper_id)


async def test_a_nul_ends_nothing(make: Make) -> None:
    passwords = make()
    stored, pepper_id = await passwords.hash("before\x00after")
    assert not await passwords.verify("before\x00other", stored, pepper_id)


async def test_one_accent_typed_on_two_keyboards_is_one_password(make: Make) -> None:
    passwords = make()
    stored, pepper_id = await passwords.hash(unicodedata.normalize("NFC", "perché no?"))
    assert await passwords.verify(unicodedata.normalize("NFD", "perché no?"), stored, pepper_id)


async def test_without_the_pepper_the_hash_can_not_even_be_guessed_at(make: Make) -> None:
    stored, _ = await make().hash("Passw0rd123")
    assert not await make({1: b"q" * 32}).verify("Passw0rd123", stored, 1)
    assert await make().verify("Passw0rd123", stored, 1)  # the control: with it, it can


async def test_nobody_costs_exactly_what_somebody_costs(make: Make, bcrypts: list[bytes]) -> None:
    passwords = make()
    stored, pepper_id = await passwords.hash("one password")
    bcrypts.clear()
    for known, pepper in ((stored, pepper_id), (None, None), (stored, 77), ("v0$old", 1)):
        await passwords.verify("another password", known, pepper)
    assert [salt[:7] for salt in bcrypts] == [b"$2b$04$"] * 4


async def test_an_overlong_password_is_wrong_and_no_error(make: Make) -> None:
    passwords = make()
    stored, pepper_id = await passwords.hash("one password")
    for text in ("x" * 60_000, "e\u0301" * 30_000, "\ud800" * 8):
        assert not await passwords.verify(text, stored, pepper_id)


async def test_a_hash_of_yesterday_is_made_anew(make: Make) -> None:
    stored, old = await make().hash("one password")
    rotated = make({2: b"q" * 32, **PEPPERS}, 2)
    assert await rotated.verify("one password", stored, old)
    assert rotated.outdated(stored, old)
    assert make(cost=5).outdated(stored, old)
    assert not make().outdated(stored, old)


async def test_beyond_the_queue_one_is_told_to_come_back(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(bcrypt, "hashpw", lambda password, salt: b"$" if go.wait(30) else b"")
    passwords = make(threads=1, queue=2)
    waiting = [asyncio.create_task(passwords.verify("x", None, None)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(Busy) as busy:
        await passwords.verify("x", None, None)
    assert busy.value.retry_after > 0
    go.set()
    await asyncio.gather(*waiting)
    assert await passwords.verify("x", None, None) is False


async def test_whoever_goes_away_still_counts_until_the_thread_is_free(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, begun = threading.Event(), threading.Event()

    def slow(password: bytes, salt: bytes) -> bytes:
        begun.set()
        return b"$" if go.wait(30) else b""

    monkeypatch.setattr(bcrypt, "hashpw", slow)
    passwords = make(threads=1, queue=0)
    gone = asyncio.create_task(passwords.verify("x", None, None))
    await asyncio.to_thread(begun.wait, 30)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    with pytest.raises(Busy):
        await passwords.verify("x", None, None)
    go.set()
