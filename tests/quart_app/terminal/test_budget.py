"""Buckets and strikes, by a clock that the test turns."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quart_app.terminal import budget
from quart_app.terminal.budget import Budgets, Strikes, TokenBucket

ANN, BOB = UUID(int=1), UUID(int=2)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_the_rate() -> None:
    clock = Clock()
    bucket = TokenBucket(10, 20, clock=clock)

    assert [bucket.take() for _ in range(20)] == [None] * 20
    assert bucket.take() == pytest.approx(0.1)
    clock.now += 0.25
    assert [bucket.take(), bucket.take()] == [None, None]
    assert bucket.take() == pytest.approx(0.05)


@given(st.lists(st.floats(0, 5), max_size=60))
def test_never_more_than_burst_and_rate_allow(pauses: list[float]) -> None:
    clock = Clock()
    bucket = TokenBucket(10, 20, clock=clock)
    granted = 0
    for pause in pauses:
        clock.now += pause
        granted += sum(bucket.take() is None for _ in range(30))

    assert granted <= 20 + 10 * (clock.now - 100) + 1e-6


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    clock = Clock()
    bucket = TokenBucket(10, 1, clock=clock)
    assert bucket.take() is None

    clock.now -= 50
    assert bucket.take() == pytest.approx(0.1)


def test_all_sockets_of_a_user_share_a_bucket_and_no_other_user_does() -> None:
    budgets = Budgets(clock=Clock())
    first, second = budgets.of(ANN), budgets.of(ANN)
    assert first is second

    while first.take() is None:
        pass
    assert second.take() is not None
    assert budgets.of(BOB).take() is None


def test_coming_back_does_not_fill_the_bucket() -> None:
    budgets = Budgets(clock=Clock())
    while budgets.of(ANN).take() is None:
        pass

    assert budgets.of(ANN).take() is not None


def test_full_buckets_are_forgotten_but_not_those_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_RECENT", 10)
    budgets = Budgets(clock=Clock())
    held, empty = budgets.of(ANN), budgets.of(BOB)
    while empty.take() is None:
        pass
    del empty
    for number in range(100, 200):
        budgets.of(UUID(int=number))

    assert len(budgets._recent) <= 10
    assert budgets.of(ANN) is held
    assert budgets.of(BOB).take() is not None


def test_strikes_count_within_the_window_only() -> None:
    clock = Clock()
    strikes = Strikes(3, 60, clock=clock)
    assert [strikes.add(), strikes.add()] == [False, False]

    clock.now += 60
    assert [strikes.add(), strikes.add()] == [False, False]
    assert strikes.add()
