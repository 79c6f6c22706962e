"""The list of chats in memory: its order, its flags, and when it is made anew."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from quart_app.telegram.chats import MOST_RECORDED, ChatBook, ChatRow
from quart_app.telegram.mapping import Named


class Now:
    def __init__(self) -> None:
        self.time = 1_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def book(now: Now) -> ChatBook:
    return ChatBook(clock=now)


def row(id: int, title: str = "", username: str | None = None, **changes: Any) -> ChatRow:
    return ChatRow(Named(id, "channel", title or f"chat {id}", username, False), **changes)


def ids(book: ChatBook) -> list[int]:
    return [state.chat.id for state in book.states()]


def test_pinned_chats_are_on_top_in_their_own_order_then_the_newest(book: ChatBook) -> None:
    for one in (
        row(1, last=10),
        row(2, last=30),
        row(3, last=20),
        row(4, last=1, pinned=2),
        row(5, last=2, pinned=1),
        row(6, last=900, pinned=1, archived=True),
        row(7, last=25, archived=True),
        row(8),
    ):
        book.put(one)
    assert ids(book) == [5, 4, 6, 2, 7, 3, 1, 8]


def test_chats_of_the_same_second_keep_the_order_they_came_in(book: ChatBook) -> None:
    for number in (3, 1, 2):
        book.put(row(number, last=10))
    assert ids(book) == [3, 1, 2]


def test_flags_are_words(book: ChatBook, now: Now) -> None:
    named = Named(1, "user", "Ann", "ann", True)
    book.put(ChatRow(named, 3, 5, muted_until=2_000, pinned=1, archived=True, mentioned=True))
    book.put(row(2, muted_until=900))
    first, second = book.states()
    assert first.flags == {"archived", "mentioned", "muted", "pinned", "verified"}
    assert second.flags == frozenset()
    assert (first.unread, first.last) == (3, datetime.fromtimestamp(5, UTC))
    assert second.last is None


def test_a_public_chat_has_its_link(book: ChatBook) -> None:
    book.put(row(1, "News", "news"))
    book.put(row(2, "Private"))
    first, second = (state.chat for state in book.states())
    assert (first.link, second.link) == ("https://t.me/news", None)


def test_a_mute_runs_out_by_the_clock_alone(book: ChatBook, now: Now) -> None:
    book.put(row(1, muted_until=1_500))
    book.put(row(2, muted_until=1_600))
    assert [state.flags for state in book.states()] == [{"muted"}, {"muted"}]
    now.time = 1_500
    assert [state.flags for state in book.states()] == [frozenset(), {"muted"}]
    now.time = 1_601
    assert [state.flags for state in book.states()] == [frozenset(), frozenset()]


def test_the_list_is_made_anew_only_when_something_has_changed(book: ChatBook, now: Now) -> None:
    book.put(row(1, last=10, muted_until=1_500))
    made = book.states()
    now.time += 100
    assert book.states() is made
    book.put(row(2, last=20))
    assert ids(book) == [2, 1]
    made = book.states()
    book.remove(2)
    assert book.states() is not made
    assert ids(book) == [1]


def test_a_row_that_has_changed_shows_once_it_is_said(book: ChatBook) -> None:
    book.put(row(1))
    book.states()
    known = book.get(1)
    assert known is not None
    known.unread = 7
    book.changed()
    assert book.states()[0].unread == 7


def test_chats_are_found_by_name_and_title_in_any_case(book: ChatBook) -> None:
    book.put(row(1, "Straße", "MyNews"))
    assert book.by_username("mynews") is book.by_username("MYNEWS") is book.by_title("STRASSE") is book.get(1)
    assert book.by_username("other") is None
    assert book.by_title("straß") is None


def test_a_new_book_is_stale_until_it_is_filled(book: ChatBook) -> None:
    before = book.stale
    book.put(row(9))
    book.replace({1: row(1), 2: row(2)})
    assert (before, book.stale, len(book)) == (True, False, 2)
    assert {one.named.id for one in book} == {1, 2}


def test_what_is_pushed_is_kept_only_while_it_is_recorded(book: ChatBook) -> None:
    book.pushed("before")
    book.record()
    book.pushed("one")
    book.record()  # a second load that goes on where the first had to stop
    book.pushed("two")
    assert book.recorded() == ["one", "two"]
    book.pushed("after")
    assert book.recorded() == []


def test_a_mark_shows_as_one_unread_unless_more_is(book: ChatBook) -> None:
    book.put(row(1, marked=True))
    book.put(row(2, marked=True, unread=5))
    assert [state.unread for state in book.states()] == [1, 5]


def test_no_more_is_recorded_than_is_of_use(book: ChatBook) -> None:
    book.record()
    for number in range(MOST_RECORDED * 2):
        book.pushed(number)
    assert len(book.recording) == MOST_RECORDED + 1
