"""Phrases are rendered late, and never as more than text."""

from __future__ import annotations

import gettext

from commands import Phrase, say, say_n
from commands.phrases import counted, render

PLAIN = gettext.NullTranslations()


class Italian(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return {"{name}: {problem}": "{problem} ({name})", "too long": "troppo lungo"}.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return "una chat" if n == 1 else "{n} chat"


def test_values_are_put_in() -> None:
    assert render(say("{a} and {b}, {a}", a="x", b=2), PLAIN) == "x and 2, x"


def test_plurals() -> None:
    phrases = [say_n("{n} chat", "{n} chats", n) for n in (1, 2)]
    assert [render(phrase, PLAIN) for phrase in phrases] == ["1 chat", "2 chats"]
    assert [render(phrase, Italian()) for phrase in phrases] == ["una chat", "2 chat"]


def test_a_phrase_within_a_phrase_is_translated_too() -> None:
    phrase = say("{name}: {problem}", name="title", problem=say("too long"))
    assert render(phrase, Italian()) == "troppo lungo (title)"
    assert render(say("{all}", all=("a", say("too long"))), Italian()) == "a, troppo lungo"


def test_a_template_reaches_no_attributes() -> None:
    assert render(say("{n.__class__} {n} {missing}", n=1), PLAIN) == "{n.__class__} 1 {missing}"


def test_a_value_is_no_template() -> None:
    assert render(say("{a}", a="{b}", b="x"), PLAIN) == "{b}"


def test_a_string_stays_as_it_is() -> None:
    assert render("{a}", Italian()) == "{a}"
    assert Phrase("x") == say("x")


def test_what_is_counted_later() -> None:
    declared = say_n("{n} chat in {place}", "{n} chats in {place}", place="x")
    assert [render(counted(declared, n), PLAIN) for n in (1, 2)] == ["1 chat in x", "2 chats in x"]
    assert render(counted(say("{n} of them"), 3), PLAIN) == "3 of them"
    assert render(counted("{n} {name}", 3), PLAIN) == "3 {name}"
