"""When a session follows its devices to another worker, and when it stays."""

from __future__ import annotations

import random

import pytest

from quart_app.telegram.tenure import ASKED_IN_A_ROW, DEAF_SECONDS, KEEP_SECONDS, Tenure


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def asked(tenure: Tenure, *askers: str, in_use: bool = True) -> bool:
    """What the last of them hears."""
    return [tenure.yields(asker, in_use=in_use) for asker in askers][-1]


def test_it_follows_when_one_other_worker_alone_asks(clock: Clock) -> None:
    tenure = Tenure(clock=clock)
    clock.now += KEEP_SECONDS
    assert not asked(tenure, *["b"] * (ASKED_IN_A_ROW - 1))
    assert asked(tenure, "b")


def test_it_stays_for_a_while_after_it_was_opened(clock: Clock) -> None:
    tenure = Tenure(clock=clock)
    clock.now += KEEP_SECONDS - 0.1
    assert not asked(tenure, *["b"] * 20)


def test_it_stays_while_devices_come_here(clock: Clock) -> None:
    tenure = Tenure(clock=clock)
    clock.now += 1000
    assert not asked(tenure, *["b"] * (ASKED_IN_A_ROW - 1))
    tenure.came()
    assert not asked(tenure, *["b"] * (ASKED_IN_A_ROW + 1))
    clock.now += KEEP_SECONDS
    assert asked(tenure, "b")


def test_it_stays_when_several_ask(clock: Clock) -> None:
    tenure = Tenure(clock=clock)
    clock.now += 1000
    assert not asked(tenure, *["b", "c"] * 20)


def test_one_that_nobody_uses_goes_at_once(clock: Clock) -> None:
    tenure = Tenure(clock=clock)
    clock.now += DEAF_SECONDS - 0.1
    assert not asked(tenure, "b", in_use=False)
    clock.now += 0.1
    assert not asked(tenure, "b", in_use=True)
    assert asked(tenure, "c", in_use=False)


def moves(dice: random.Random, minutes: float) -> int:
    """Of a session whose program asks each five seconds, at any of three workers, and again a second later if refused;
    two terminals are open."""
    clock, owner, count = Clock(), 0, 0
    tenure = Tenure(clock=clock)
    while clock.now < 100 + minutes * 60:
        place = dice.randrange(3)
        if place == owner:
            tenure.came()
            clock.now += 5
        elif tenure.yields(str(place), in_use=True):
            owner, tenure, count = place, Tenure(clock=clock), count + 1
            clock.now += 4
        else:
            clock.now += 1
    return count


def test_without_any_stickiness_it_hardly_moves() -> None:
    """In ten minutes at most three times, nearly always; over two hundred hours."""
    found = [moves(random.Random(seed), 10) for seed in range(1200)]
    assert sum(count > 3 for count in found) <= 12
    assert sum(found) / len(found) < 1
