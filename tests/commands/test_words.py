"""Lines as words."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import UsageError
from commands.words import LONGEST, MOST_STAGES, Words, split_line


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("search l'offerta d'oggi", [["search", "l'offerta", "d'oggi"]]),
        (r"search a\|b", [["search", "a|b"]]),
        (r"search a\ b", [["search", "a b"]]),
        (r"search C:\temp", [["search", r"C:\temp"]]),
        (r"""say "a \"b\" c" 'it\'s'""", [["say", 'a "b" c', "it's"]]),
        ('a "b|c"|d --x="y z"', [["a", "b|c"], ["d", "--x=y z"]]),
        ("sort -last", [["sort", "-last"]]),
        ("  list\t5\u00a0", [["list", "5"]]),
        ("a||b", [["a"], [], ["b"]]),
        ("", [[]]),
        ("   ", [[]]),
        ("|", [[], []]),
        ("''", [[""]]),
        ("a\\", [["a\\"]]),
    ],
)
def test_words(line: str, words: list[list[str]]) -> None:
    assert [[token.text for token in stage.tokens] for stage in split_line(line)] == words


def test_each_word_knows_its_place_and_its_quotes() -> None:
    line = """search 'two words' --x="y z" | head 3"""
    first, second = split_line(line)
    assert [line[slice(*token.at)] for token in first.tokens] == ["search", "'two words'", '--x="y z"']
    assert [token.quoted for token in first.tokens] == [False, True, False]
    assert (line[first.end], second.end) == ("|", len(line))


@pytest.mark.parametrize(
    ("line", "reason", "at"),
    [
        ('search "offerte', "open_quote", (7, 15)),
        ("a --x='y z", "open_quote", (6, 10)),
        ("'", "open_quote", (0, 1)),
        ("x" * (LONGEST + 1), "line_too_long", (LONGEST, LONGEST + 1)),
        ("|" * MOST_STAGES, "too_many_stages", (MOST_STAGES, MOST_STAGES + 1)),
    ],
)
def test_what_is_no_line(line: str, reason: str, at: tuple[int, int]) -> None:
    with pytest.raises(UsageError) as caught:
        split_line(line)
    assert (caught.value.code, caught.value.reason, caught.value.at) == ("usage", reason, at)


LINES = st.text(st.one_of(st.characters(), st.sampled_from("""|"'\\= -a""")), max_size=60)


def split_or_error(line: str) -> tuple[Words, ...] | UsageError:
    try:
        return split_line(line)
    except UsageError as error:
        return error


@settings(deadline=None)
@given(LINES)
def test_any_text_is_a_line_or_a_usage_error_that_points_into_it(line: str) -> None:
    stages = split_or_error(line)
    if isinstance(stages, UsageError):
        assert stages.at is not None
        start, end = stages.at
        assert 0 <= start < end <= len(line) + 1
        return
    assert [stage.end for stage in stages] == sorted(stage.end for stage in stages)
    tokens = [token for stage in stages for token in stage.tokens]
    assert all(0 <= token.start < token.end <= len(line) for token in tokens)
    assert not any(line[token.start].isspace() for token in tokens)
    assert all(token.end <= following.start for token, following in pairwise(tokens))


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\\\"'|"), min_size=1, max_size=8), max_size=5))
def test_quoted_words_come_back_as_they_were(words: list[str]) -> None:
    (stage,) = split_line(" ".join(f'"{word}"' for word in words))
    assert [token.text for token in stage.tokens] == words
    assert all(token.quoted for token in stage.tokens)


@pytest.mark.parametrize("unit", ["\\a", "='", '"', "a=", "\\", "' "])
def test_time_is_linear_in_the_length(unit: str) -> None:
    """A regular expression with two readings of a backslash would take ages here, and not a second."""
    began = time.process_time()
    for line in (unit * 5_000, '"' + unit * 5_000, "x='" + unit * 5_000):
        split_or_error(line)
    assert time.process_time() - began < 30
