"""A chat's messages: found by number, id or date without writing the rest."""

from __future__ import annotations

import pytest

from quart_app.demo.history import History, Past
from quart_app.demo.message import Message


def write(past: Past, index: int) -> Message:
    return Message(past.id_at(index), 0, f"number {index}", past.date_at(index))


@pytest.fixture
def history() -> History:
    """Ids 10, 15 ... 55 at 1000, 1100 ... 1900, then 100 at 3000 and 101 at 3000."""
    past = Past(seed=1, count=10, first_id=10, id_step=5, first_date=1000, date_step=100, write=write)
    made = History(past)
    made.append(Message(100, 1, "new", 3000))
    made.append(Message(101, 1, "newer", 3000))
    return made


def test_is_a_sequence(history: History) -> None:
    assert [message.id for message in history] == [10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 100, 101]
    with pytest.raises(IndexError):
        history[12]
    with pytest.raises(IndexError):
        history[-1]


def test_questions_by_id_and_date_agree_with_counting(history: History) -> None:
    everything = list(history)
    for number in range(110):
        assert history.below_id(number) == sum(message.id < number for message in everything), number
    for date in range(900, 3200, 50):
        assert history.before_date(date) == sum(message.date < date for message in everything), date


def test_finding_one(history: History) -> None:
    found = [history.find(number) for number in (10, 12, 55, 56, 101, 102)]
    assert [message and message.text for message in found] == [
        "number 0",
        None,
        "number 9",
        None,
        "newer",
        None,
    ]


def test_last(history: History) -> None:
    assert (history.last_id, history.last_date) == (101, 3000)
    past = History(history.past)
    assert (past.last_id, past.last_date) == (55, 1900)


def test_asking_for_one_message_writes_one() -> None:
    written: list[int] = []

    def count(past: Past, index: int) -> Message:
        written.append(index)
        return write(past, index)

    history = History(
        Past(seed=1, count=100_000, first_id=1, id_step=1, first_date=0, date_step=60, write=count)
    )
    assert history.find(77_000) is not None
    assert history.before_date(6_000_000) == 100_000
    assert len(written) == 1
