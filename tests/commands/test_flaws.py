"""Declarations that could not work are refused when they are made known."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from commands import (
    CHAT,
    REST,
    TEXT,
    Capability,
    Change,
    Chat,
    Column,
    Command,
    Context,
    Effect,
    Event,
    Given,
    Kind,
    Sigil,
    Source,
    Stage,
    Stream,
    Word,
    argument,
    choice,
    flag,
    many,
    row,
    say,
    say_n,
)
from commands.flaws import MOST_CHARACTERS, MOST_PARTS, flaws
from plugins.loading import load

NAME = argument(TEXT, "name", say("x"))
MAYBE = argument(TEXT, "maybe", say("x"), default=None)
WORDS = many(TEXT, "words", say("x"))
SPEECH = argument(REST, "speech", say("x"))
CHATS = many(CHAT, "chat", say("x"))


async def run(context: Context, given: Given) -> AsyncIterator[Event]:
    yield row("x")


async def forget(context: Context, given: Given) -> None:
    """An author who forgot to yield."""


forgetful: Any = forget


async def transform(context: Context, given: Given, rows: Stream) -> AsyncIterator[Event]:
    yield row("x")


async def apply(context: Context, given: Given, chats: tuple[Chat, ...]) -> tuple[Change[Chat], ...]:
    return ()


GOOD = Command(trigger=Word("good"), summary=say("x"), does=Source(run=run), arguments=(NAME, MAYBE))


def effect(**fields: Any) -> Effect[Any]:
    return Effect(**{"subject": CHATS, "apply": apply, **fields})


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"trigger": Word("Good")}, "its name is not a word"),
        ({"trigger": Word("two words")}, "its name is not a word"),
        ({"trigger": Word("--good")}, "its name is not a word"),
        ({"trigger": Word("")}, "its name is not a word"),
        ({"trigger": Sigil("a", "x")}, "its sigil is not one character"),
        ({"trigger": Sigil("|", "x")}, "its sigil is not one character"),
        ({"trigger": Sigil("##", "x")}, "its sigil is not one character"),
        ({"trigger": Sigil("#", "x"), "arguments": (flag("fresh", say("x")),)}, "its sigil has no argument"),
        ({"arguments": (NAME, NAME)}, "two arguments are called name"),
        ({"arguments": (argument(TEXT, "Two words", say("x")),)}, "the argument 'Two words' is not a word"),
        ({"arguments": (WORDS, NAME)}, "words takes all that is left"),
        ({"arguments": (SPEECH, NAME)}, "speech takes all that is left"),
        ({"arguments": (MAYBE, NAME)}, "name is required, and comes after maybe"),
        ({"does": Source(run=forgetful)}, "its run never yields"),
        ({"does": Stage(run=forgetful)}, "its run never yields"),
        (
            {"does": Source(run=run, columns=(Column("a", Kind.TEXT),) * 2)},
            "two of its columns have one name",
        ),
        (
            {"does": Source(run=run, columns=(Column("two words", Kind.TEXT),))},
            "its column 'two words' can't be",
        ),
        ({"does": effect(batch=0), "arguments": ()}, "its batch or its requests"),
        (
            {"does": effect(subject=many(CHAT, "chat", say("x"), least=0)), "arguments": ()},
            "its subject is not",
        ),
        ({"does": effect(subject=NAME), "arguments": ()}, "nothing can act on text"),
        ({"does": effect(question=5), "arguments": ()}, "its question is a text, say(...) or say_n(...)"),
        ({"does": effect(question="Leave {n}?"), "arguments": ()}, "its question and its act come together"),
        (
            {"does": effect(question="Leave {n}?", act=say_n("Leave {n}", "Leave all")), "arguments": ()},
            "its act does not say {n}",
        ),
        ({"does": effect(after="x" * 501), "arguments": ()}, "one of its texts has more than 500"),
        (
            {"does": effect(done=say_n("{n}", "{n}" + "x" * 500)), "arguments": ()},
            "one of its texts has more than 500",
        ),
        ({"does": effect(), "arguments": (flag("yes", say("x")),)}, "two arguments are called yes"),
        ({"timeout": timedelta(0)}, "its timeout is not positive"),
    ],
)
def test_flaws(change: dict[str, Any], flaw: str) -> None:
    assert flaw in "; ".join(flaws(replace(GOOD, **change)))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"trigger": Word("good-2")},
        {"trigger": Sigil("#", "tag")},
        {"does": Stage(run=transform)},
        {"does": effect(subject=argument(CHAT, "to", say("x"))), "arguments": (SPEECH,)},
        {"timeout": None},
    ],
)
def test_no_flaws(change: dict[str, Any]) -> None:
    assert list(flaws(replace(GOOD, **change))) == []


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        (
            {"capabilities": (Capability.CHATS_READ,)},
            "its capabilities are a frozenset of Capability, not tuple",
        ),
        (
            {"capabilities": frozenset({"chats.read"})},
            "its capabilities are a frozenset of Capability, not frozenset",
        ),
        ({"arguments": [NAME]}, "its arguments are a tuple of Argument, not list"),
        ({"arguments": ("name",)}, "its arguments are a tuple of Argument, not tuple"),
        ({"examples": "list"}, "its examples are a tuple of texts, not str"),
        ({"summary": 7}, "its summary is a text or say(...), not int"),
        ({"timeout": 20}, "its timeout is a timedelta or None, not int"),
        ({"trigger": "list"}, "its trigger is a Word or a Sigil, not str"),
        ({"does": None}, "its does is a Source, a Stage or an Effect, not NoneType"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "flaw",
)
def test_fields_of_the_wrong_kind(change: dict[str, Any], flaw: str) -> None:
    assert list(flaws(replace(GOOD, **change))) == [flaw]


def test_ours_have_none() -> None:
    assert [flaw for entry in load().registry for flaw in flaws(entry.command)] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"examples": ("list",) * (MOST_PARTS + 1)},
        {"summary": "x" * (MOST_CHARACTERS + 1)},
        {"summary": say("x" * (MOST_CHARACTERS + 1))},
        {"examples": ("x" * (MOST_CHARACTERS + 1),)},
        {"arguments": tuple(argument(TEXT, f"a{n}", "x") for n in range(MOST_PARTS + 1))},
        {"arguments": (argument(choice(*map(str, range(MOST_PARTS + 1))), "word", "x"),)},
        {"does": Source(run=run, columns=tuple(Column(f"c{n}", Kind.TEXT) for n in range(MOST_PARTS + 1)))},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_declaration_is_no_place_for_a_book(changes: dict[str, Any]) -> None:
    """Every page that opens is told of every command."""
    (flaw,) = flaws(replace(Command(trigger=Word("list"), summary="x", does=Source(run=run)), **changes))
    assert "more than" in flaw
