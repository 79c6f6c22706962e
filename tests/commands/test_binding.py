"""Words become values of the declared types, or errors that point."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import (
    COUNT,
    DURATION,
    EXPRESSION,
    REST,
    TEXT,
    Argument,
    Given,
    UsageError,
    argument,
    choice,
    flag,
    many,
    option,
    say,
)
from commands.binding import MOST_WORDS, bind
from commands.phrases import render
from commands.words import split_line
from tests.doubles.line_terminal import PLAIN

N = argument(COUNT, "n", say("how many"), default=None)
NAME = argument(TEXT, "name", say("a name"))
WORDS = many(TEXT, "words", say("words"))
ANY = many(TEXT, "any", say("words"), least=0)
SPEECH = argument(REST, "speech", say("as typed"))
TEST = argument(EXPRESSION, "test", say("a test"))
FOR = option(DURATION, "for", say("how long"))
HOW = option(choice("loud", "quiet"), "how", say("how"), default="loud")
FRESH = flag("fresh", say("anew"))


def read(line: str, *declared: Argument[Any]) -> Given:
    (words,) = split_line(line)
    return bind(declared, words, words.tokens)


def test_values_by_their_declarations() -> None:
    values = read("durov --for 1h30m --fresh 5 --how=quiet", NAME, N, FOR, HOW, FRESH)
    assert (values[NAME], values[N], values[FOR]) == ("durov", 5, timedelta(minutes=90))
    assert (values[HOW], values[FRESH]) == ("quiet", True)


def test_what_is_left_out_has_its_default() -> None:
    values = read("durov", NAME, N, FOR, HOW, FRESH, ANY)
    assert [values[declared] for declared in (N, FOR, HOW, FRESH, ANY)] == [None, None, "loud", False, ()]
    assert values.at(N) is None


def test_the_places_of_values() -> None:
    values = read("one two three --for 8h", WORDS, FOR)
    assert (values[WORDS], values.at(WORDS), values.at(WORDS, 1)) == (
        ("one", "two", "three"),
        (0, 13),
        (4, 7),
    )
    assert values.at(FOR) == (14, 22)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("""he  said "hi", l'altro no""", """he  said "hi", l'altro no"""),
        ("hi --fresh", "hi"),
        ("--fresh hi there", "hi there"),
        ("-- hi --fresh", "hi --fresh"),
        ('"hi --fresh "', "hi --fresh "),
        ("-1 is less", "-1 is less"),
        ("--- a line", "--- a line"),
    ],
)
def test_raw_text_is_as_typed(line: str, text: str) -> None:
    assert read(line, SPEECH, FRESH)[SPEECH] == text


@pytest.mark.parametrize(
    ("line", "reason", "marked"),
    [
        ("durov --fro 8h", "unknown_option", "--fro"),
        ("durov --for 8h --for=9h", "repeated_option", "--for=9h"),
        ("durov --for", "missing_value", "--for"),
        ("durov --for=soon", "bad_value", "--for=soon"),
        ("durov --for soon", "bad_value", "soon"),
        ("durov --how loudly", "bad_value", "loudly"),
        ("durov --fresh=1", "no_value", "--fresh=1"),
        ("durov 5 6", "too_many", "6"),
        ("durov 0", "bad_value", "0"),
        ("durov 1.5", "bad_value", "1.5"),
        ("--fresh", "missing_argument", ""),
    ],
)
def test_errors_point(line: str, reason: str, marked: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(line, NAME, N, FOR, HOW, FRESH)
    assert caught.value.at is not None
    assert (caught.value.reason, line[slice(*caught.value.at)]) == (reason, marked)


def test_a_bad_value_names_its_argument() -> None:
    with pytest.raises(UsageError) as caught:
        read("durov --how loudly", NAME, HOW)
    assert render(caught.value.said, PLAIN) == "how: expected one of loud, quiet"


def test_an_option_inside_a_text_is_no_guess() -> None:
    with pytest.raises(UsageError) as caught:
        read("hello --fresh there", SPEECH, FRESH)
    assert (caught.value.reason, caught.value.at) == ("option_inside", (6, 13))


@pytest.mark.parametrize(("line", "at"), [("a > > b", (4, 5)), ('"a > > b"', (5, 6)), ("a >", (3, 4))])
def test_an_error_in_an_expression_points_into_the_line(line: str, at: tuple[int, int]) -> None:
    with pytest.raises(UsageError) as caught:
        read(line, TEST)
    assert (caught.value.reason, caught.value.at) == ("bad_expression", at)


def test_so_many_words_and_no_more() -> None:
    assert len(read("x " * MOST_WORDS, WORDS)[WORDS]) == MOST_WORDS
    with pytest.raises(UsageError) as caught:
        read("x " * (MOST_WORDS + 1), WORDS)
    assert (caught.value.reason, caught.value.at) == ("too_many", (2 * MOST_WORDS, 2 * MOST_WORDS + 1))


def read_or_error(line: str, *declared: Argument[Any]) -> Given | UsageError:
    try:
        return read(line, *declared)
    except UsageError as error:
        return error


@settings(deadline=None)
@given(
    st.text(st.one_of(st.characters(exclude_characters="|"), st.sampled_from("-=\"' fresho5")), max_size=40)
)
def test_any_words_bind_or_point(line: str) -> None:
    for declared in ((NAME, N, FOR, HOW, FRESH), (WORDS, FOR), (SPEECH, FRESH), (TEST,), ()):
        values = read_or_error(line, *declared)
        if isinstance(values, UsageError):
            assert values.at is not None
            assert 0 <= values.at[0] < values.at[1] <= len(line) + 1
        else:
            assert set(values.values) == {argument.name for argument in declared}
