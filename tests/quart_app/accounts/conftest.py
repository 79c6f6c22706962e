"""Accounts over a real PostgreSQL, with the peppers that a test gives, and a clock that it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from quart_app.accounts.accounts import AccountRules, Accounts
from quart_app.accounts.passwords import Passwords
from quart_app.accounts.phone_sealer import PhoneSealer
from quart_app.accounts.phones import PhoneNumber
from quart_app.accounts.second_factors import SecondFactors
from quart_app.storage.database import Database

OLD, NEW = b"o" * 32, b"n" * 32
PHONE, OTHER = PhoneNumber("+9996610001"), PhoneNumber("+9996610002")
PASSWORD = "a long enough phrase"
Make = Callable[..., Accounts]


class Clock:
    now = 1_900_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(database: Database, clock: Clock) -> Iterator[Make]:
    made: list[Passwords] = []

    def one(
        registration: Any = "open", peppers: dict[int, bytes] | None = None, current: int = 1
    ) -> Accounts:
        chosen = peppers or {1: OLD}
        made.append(Passwords(chosen, current, cost=4))
        factors = SecondFactors(database, chosen, current, clock=clock)
        rules = AccountRules(registration, demo=True)
        return Accounts(database, made[-1], PhoneSealer(chosen, current), factors, rules)

    yield one
    for passwords in made:
        passwords.close()
