"""The language of where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import Chat, Column, Expression, Kind, Link, Message, Row, UsageError, User
from commands.expressions import warm
from commands.expressions.grammar import LONGEST
from commands.phrases import render
from tests.doubles.line_terminal import PLAIN
from tests.doubles.memory_telegram import NOW

COLUMNS = (
    Column("chat", Kind.CHAT),
    Column("unread", Kind.INTEGER),
    Column("kind", Kind.TEXT, words=("user", "channel")),
    Column("last", Kind.TIME),
    Column("flags", Kind.FLAGS, words=("muted", "pinned")),
    Column("notes", Kind.TEXT),
    Column("idle", Kind.DURATION),
    Column("size", Kind.BYTES),
    Column("share", Kind.NUMBER),
    Column("done", Kind.FLAG),
    Column("from", Kind.USER),
    Column("message", Kind.MESSAGE),
    Column("page", Kind.LINK),
)
CHAT = Chat(1, "Caffè Ünï", "channel", "Caffe_Uni")
ROW: Row = (
    CHAT,
    250,
    "channel",
    NOW - timedelta(days=40),
    frozenset({"muted"}),
    "or not, and so on",
    timedelta(hours=9),
    10_000_000,
    0.25,
    True,
    User(7, "Ada Byron", "ada"),
    Message(3, CHAT, NOW, "ciao a tutti"),
    Link("https://example.org/x", "an example"),
)
EMPTY: Row = (None,) * len(COLUMNS)


def holds(text: str, row: Row = ROW) -> bool:
    return Expression.parse(text).test(COLUMNS, NOW)(row)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unread > 100", True),
        ("unread >= 250 and unread <= 250", True),
        ("unread > -1", True),
        ("unread < 250", False),
        ("unread != 250", False),
        ("share = 0.25", True),
        ("share > 0", True),
        ("muted", True),
        ("pinned", False),
        ("done", True),
        ("not pinned and not not muted", True),
        ("NOT pinned AND muted", True),
        ("pinned or unread > 1 and muted", True),
        ("(pinned or unread > 1) and not muted", False),
        ("kind = channel", True),
        ("kind != channel", False),
        ('kind = "CHANNEL"', True),
        ("chat ~ caffe", True),
        ("chat ~ '@caffe_uni'", True),
        ("chat = @caffe_uni", True),
        ("chat = 'caffe uni'", True),
        ("chat != @durov", True),
        ("from = @ADA", True),
        ("from = 'ada byron'", True),
        ("message ~ TUTTI", True),
        ("page ~ example", True),
        ("notes ~ 'and so'", True),
        ("notes = 'OR NOT, and so on'", True),
        ("last before 30d", True),
        ("last before 6w", False),
        ("last after 2025-12-01", True),
        ("last < 2026-01-01T00:00", True),
        ("last AFTER 2026-01-01T00:00:30", False),
        ("idle > 8h", True),
        ("idle > 1d", False),
        ("size >= 10MB", True),
        ("size >= 10MiB", False),
        ("size > 1.5kb", True),
        ("size = 10000000", True),
    ],
)
def test_what_holds(text: str, expected: bool) -> None:
    assert holds(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        *("unread != 1", "unread < 9", "chat != x", "chat ~ a", "kind != user", "last before 1d", "muted"),
        *("done", "idle > 1s", "size != 0", "from != x", "message != x", "page != x", "share != 1"),
    ],
)
def test_an_empty_cell_matches_nothing(text: str) -> None:
    assert holds(text, EMPTY) is False


def test_not_makes_it_match() -> None:
    assert holds("not unread != 1", EMPTY)


@pytest.mark.parametrize(
    ("text", "reason", "marked", "said", "hint"),
    [
        ("unred > 5", "unknown_column", "unred", "There is no column unred", "Did you mean unread?"),
        ("mutd", "unknown_column", "mutd", "There is no column mutd", "Did you mean muted?"),
        ("unread", "not_a_flag", "unread", "unread is integer: compare it with something.", ""),
        ("unread > lots", "wrong_value", "lots", "unread is integer: it takes a number.", ""),
        ("unread ~ 5", "wrong_comparison", "~", "~ doesn't fit integer.", ""),
        ("unread before 5", "wrong_comparison", "before", "before doesn't fit integer.", ""),
        ("size > 8h", "wrong_value", "8h", "size is bytes: it takes a size such as 10MB, a number.", ""),
        ("idle > 8", "wrong_value", "8", "idle is duration: it takes a duration such as 8h.", ""),
        ("chat > 5", "wrong_comparison", ">", "> doesn't fit chat: use =, != or ~.", ""),
        ("kind = chanel", "unknown_word", "chanel", "kind is one of user, channel.", "Did you mean channel?"),
        (
            "flags = pinned",
            "wrong_comparison",
            "=",
            "flags is flags: it takes no comparison.",
            "Write the word alone: pinned.",
        ),
        (
            "flags = x",
            "wrong_comparison",
            "=",
            "flags is flags: it takes no comparison.",
            "Write the word alone: muted.",
        ),
        ("done = 1", "wrong_comparison", "=", "done is flag: it takes no comparison.", ""),
        ("last after 2026-02-30", "wrong_value", "2026-02-30", "2026-02-30 doesn't exist.", ""),
        ("last before 999999w", "wrong_value", "999999w", "999999w doesn't exist.", ""),
        (
            "last < 30d",
            "ambiguous_time",
            "<",
            "last < 30d can be read two ways.",
            "Say last before 30d (longer ago) or last after 30d (more recent).",
        ),
    ],
)
def test_what_does_not_fit_the_columns(text: str, reason: str, marked: str, said: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        Expression.parse(text).check(COLUMNS, offset=100)
    error = caught.value
    assert error.at is not None
    assert (error.code, error.reason, text[error.at[0] - 100 : error.at[1] - 100]) == (
        "usage",
        reason,
        marked,
    )
    assert render(error.said, PLAIN).startswith(said)
    assert render(error.hint, PLAIN) == hint


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("", (0, 1), "Expected a column, (, not."),
        ("unread >", (8, 9), "Expected a number, a size such as 10MB, "),
        ("unread 5", (7, 8), "Expected a comparison, and, or, the end."),
        ("muted && done", (6, 7), "Expected a comparison"),
        ("(muted", (6, 7), "Expected )"),
        ("muted and", (9, 10), "Expected a column, (, not."),
        ("unread > 30days", (9, 10), "Expected a number"),
        ("chat ~ 'open", (7, 8), "Expected a number"),
    ],
)
def test_what_is_no_expression(text: str, at: tuple[int, int], expected: str) -> None:
    with pytest.raises(UsageError) as caught:
        Expression.parse(text)
    assert (caught.value.reason, caught.value.at) == ("bad_expression", at)
    assert render(caught.value.said, PLAIN).startswith(expected)


def test_a_word_that_begins_as_a_keyword_does() -> None:
    assert holds("notes ~ so and notes != orange")


@pytest.mark.parametrize(
    "text", ["not " * 248 + "muted", "(" * 400 + "muted" + ")" * 400, "muted and " * 99 + "done"]
)
def test_deep_is_no_trouble(text: str) -> None:
    assert isinstance(holds(text), bool)


def test_too_long() -> None:
    with pytest.raises(UsageError) as caught:
        Expression.parse("muted or " * 200 + "done")
    assert (caught.value.reason, caught.value.at) == ("bad_expression", (LONGEST, 1804))


def test_equal_texts_are_equal_expressions() -> None:
    assert Expression.parse("muted") == Expression.parse("muted")
    assert len({Expression.parse("muted"), Expression.parse("done")}) == 2


def test_warm() -> None:
    warm()
    assert holds("muted")


PIECES = st.sampled_from(
    [column.name for column in COLUMNS]
    + [*"=<>~()", "!=", "and", "or", "not", "before", "after", "muted", "5", "8h", "1.5", "10MB", "'x'", "@x"]
    + ["2026-01-31", "9" * 30, "99999999999999999999999999TB", "999999w", "-1", "0000-00-00", "٣", "|", "&"]
)


def compiled(text: str) -> bool | UsageError:
    try:
        return holds(text)
    except UsageError as error:
        return error


@settings(deadline=None, max_examples=300)
@given(
    st.one_of(
        st.text(max_size=40), st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES).map("".join)
    )
)
def test_any_text_is_an_expression_or_a_usage_error(text: str) -> None:
    outcome = compiled(text)
    if isinstance(outcome, UsageError):
        assert outcome.at is not None
        assert 0 <= outcome.at[0] < outcome.at[1] <= len(text) + 1


@settings(deadline=None)
@given(st.datetimes(timezones=st.just(UTC)), st.integers(0, 400))
def test_before_and_after_part_all_times(last: datetime, days: int) -> None:
    row = (*ROW[:3], last, *ROW[4:])
    before, after = holds(f"last before {days}d", row), holds(f"last after {days}d", row)
    assert before is (last < NOW - timedelta(days=days))
    assert after is (last > NOW - timedelta(days=days))
