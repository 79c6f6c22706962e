"""What an act says: its author's words counted, and in the form that a language has for so many."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from commands import CHAT, USER, Change, Chat, Context, Effect, Given, argument, many, say, say_n
from commands.phrases import Said, Translations, render
from quart_app.locale.catalogues import read_languages
from quart_app.terminal.wording import Wording, cost

ENGLISH, ITALIAN = (read_languages()[tag].translations for tag in ("en", "it"))
CHATS = many(CHAT, "chat", say("x"))


async def apply(context: Context, given: Given, chats: tuple[Chat, ...]) -> tuple[Change[Chat], ...]:
    return ()


async def restore(context: Context, changes: tuple[Change[Chat], ...]) -> None:
    return None


def wording(n: int, **fields: Any) -> Wording:
    return Wording("tidy", Effect(**{"subject": CHATS, "apply": apply, "restore": restore, **fields}), n)


ARCHIVING: dict[str, Said] = {
    "question": say_n("Archive {n} chat?", "Archive {n} chats?"),
    "act": say_n("Archive {n} chat", "Archive {n} chats"),
    "after": say_n("It leaves your list.", "They leave your list."),
    "done": say_n("{n} chat archived.", "{n} chats archived."),
}


def asked(words: Wording, translations: Translations) -> tuple[str, ...]:
    question = words.question(1, timedelta(0), "t1")
    parts = (question.title, *question.detail, question.no, question.yes)
    return tuple(render(part, translations) for part in parts)


@pytest.mark.parametrize(
    ("n", "told"),
    [
        (1, ("Archive 1 chat?", "It leaves your list.", "Keep this one", "Archive 1 chat")),
        (12, ("Archive 12 chats?", "They leave your list.", "Keep them", "Archive 12 chats")),
    ],
)
def test_in_the_words_of_its_author(n: int, told: tuple[str, ...]) -> None:
    title, after, keep, act = told
    words = wording(n, **ARCHIVING)
    assert asked(words, ENGLISH) == (title, after, "This can be put back.", keep, act)
    assert render(words.done(1), ENGLISH) == "1 chat archived."


@pytest.mark.parametrize(("n", "keep"), [(1, "Lasciala"), (12, "Lasciale")])
def test_without_any(n: int, keep: str) -> None:
    question = (f"Eseguire tidy su {n} chat?", "Si può annullare.", keep, f"Esegui tidy su {n} chat")
    assert asked(wording(n), ITALIAN) == question
    assert render(wording(n).done(n), ITALIAN) == f"tidy: fatto per {n} chat."


def test_what_can_not_be_undone_says_so_and_looks_so() -> None:
    for fields in ({"restore": None}, {"restore": None, "destroys": True}):
        question = wording(2, **fields).question(1, timedelta(0), "")
        assert (render(question.detail[-1], ENGLISH), question.danger) == ("This can’t be undone.", True)
    assert not wording(2).question(1, timedelta(0), "").danger


def test_on_people() -> None:
    words = wording(2, subject=argument(USER, "user", say("x")))
    assert asked(words, ENGLISH)[0] == "Run tidy on 2 people?"
    assert asked(words, ENGLISH)[-2] == "Change nothing"


def test_plain_texts_are_counted_as_well() -> None:
    assert asked(wording(3, question="Drop {n}?", act="Drop {n}", keep="No"), ENGLISH)[0] == "Drop 3?"


@pytest.mark.parametrize(
    ("requests", "seconds", "told"),
    [
        (1, 0.2, "1 request to Telegram, less than a second."),
        (40, 62, "40 requests to Telegram, about 62 s."),
        (600, 600, "600 requests to Telegram, about 10 min."),
    ],
)
def test_the_cost(requests: int, seconds: float, told: str) -> None:
    assert render(cost(requests, timedelta(seconds=seconds)), ENGLISH) == told
