"""What was probably meant."""

from __future__ import annotations

import pytest

from commands.nearness import fold, nearest

WORDS = ("list", "search", "help", "Größe")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("lsit", "list"),
        ("LIST", "list"),
        ("grosse", "Größe"),
        ("serach", "search"),
        ("zzz", None),
        ("", None),
    ],
)
def test_nearest(word: str, meant: str | None) -> None:
    assert nearest(word, WORDS) == meant


def test_a_long_word_costs_no_time() -> None:
    assert nearest("l" * 16_000, WORDS) is None


@pytest.mark.parametrize(
    ("text", "folded"),
    [("CAFFÈ", "caffe"), ("Straße", "strasse"), ("Ａ１", "a1"), ("Ünï", "uni"), ("λόγος", "λογοσ")],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
