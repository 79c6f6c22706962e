"""Only plain values of the contract pass between a plugin and the app: no subclass, no object, no list left a list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

import pytest

from commands import (
    CHAT,
    Chart,
    Chat,
    ClearScreen,
    Column,
    CommandError,
    Download,
    Event,
    FloodWait,
    Kind,
    NotFound,
    Notice,
    Progress,
    Rows,
    Text,
    argument,
    many,
    row,
    say,
)
from commands.crossing import crossed, crossed_error
from commands.phrases import Phrase
from commands.soundness import _CHECKS, EVENTS, unsound
from commands.wire import decode, encode

ADA = Chat(1, "Ada", "user", "ada")
COLUMNS = (Column("n", Kind.INTEGER, say("How many")),)
SOUND: tuple[Event, ...] = (
    Text("words"),
    row(ADA, 1, None, frozenset({"muted"}), datetime(2026, 1, 1, tzinfo=UTC)),
    Notice("info", "a_code", say("Hello {name}", name="Ada"), at=(0, 3), hint="so", retry_after=1.5),
    Progress(1, 2, say("on")),
    Chart("bars", say("Title"), COLUMNS, ((1,),)),
    Download("a.txt", "text/plain", b"data"),
    ClearScreen(),
)
UNSOUND: tuple[object, ...] = (
    Text(7),  # type: ignore[arg-type]
    Rows([(1,)]),  # type: ignore[arg-type]
    Rows((7,)),  # type: ignore[arg-type]
    Notice("loud", "a_code", "x"),  # type: ignore[arg-type]
    Notice("info", "<script>", "x"),
    Notice("info", "a_code", "x", at=(1, 2, 3)),  # type: ignore[arg-type]
    Notice("info", "a_code", "x", retry_after=float("inf")),
    Progress("half"),  # type: ignore[arg-type]
    Progress(1, float("nan")),  # type: ignore[arg-type]
    Chart("pie", "x", COLUMNS, ()),  # type: ignore[arg-type]
    Chart("bars", "x", COLUMNS, (("many",),)),
    Download("a", "text/plain", "text"),  # type: ignore[arg-type]
    "text",
)


@pytest.mark.parametrize("event", SOUND, ids=lambda event: type(event).__name__)
def test_every_event_passes_and_could_leave_the_process(event: Event) -> None:
    assert unsound(event) is None
    assert decode(encode(crossed(event))) == crossed(event) == event


def test_every_kind_of_event_is_tested() -> None:
    assert {type(event) for event in SOUND} == EVENTS == set(_CHECKS)


@pytest.mark.parametrize("event", UNSOUND, ids=lambda value: type(value).__name__)
def test_an_event_is_what_its_class_says(event: object) -> None:
    assert unsound(event)


class Word(str):
    """A plugin's own, whose methods would run on the app's loop."""

    __slots__ = ()


class Number(int):
    pass


class Title(Chat):
    pass


class Zone(tzinfo):
    def utcoffset(self, _moment: datetime | None) -> timedelta:
        return timedelta(hours=1)

    def tzname(self, _moment: datetime | None) -> str:
        return "here"

    def dst(self, _moment: datetime | None) -> timedelta:
        return timedelta()


@pytest.mark.parametrize(
    "value",
    [
        Word("x"),
        Number(1),
        Title(1, "x", "user"),
        Chat(1, Word("x"), "user"),
        row(Word("x")),
        row((1, Word("x"))),  # type: ignore[arg-type]
        Text(Word("x")),
        Text(say("x", name=Word("y"))),
        {1, 2},
        object(),
        print,
        frozenset({Word("x")}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_would_bring_code_along_stays_out(value: object) -> None:
    with pytest.raises(TypeError):
        crossed(value)


def test_a_time_comes_in_utc() -> None:
    moment = datetime(2026, 1, 1, 12, tzinfo=Zone())
    assert crossed(moment).tzinfo is UTC
    assert crossed(moment) == moment
    assert crossed(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2)))).tzinfo is UTC


def test_phrases_say_whose_they_are() -> None:
    said = crossed(Notice("info", "x", say("{who}!", who=say("You"))), "waiting").text
    assert isinstance(said, Phrase)
    assert said.domain == "waiting"
    assert isinstance(said.values[0][1], Phrase)
    assert said.values[0][1].domain == "waiting"
    assert crossed(said, "another") == said, "whoever said it first"


def test_arguments_pass_with_and_without_a_default() -> None:
    required, optional = crossed(argument(CHAT, "chat", "x")), crossed(many(CHAT, "chat", "x", least=0))
    assert (required.required, optional.required, optional.default) == (True, False, ())


def test_an_error_loses_its_traceback_and_keeps_its_words() -> None:
    class Mine(NotFound):
        pass

    try:
        raise Mine("gone", say("It is gone."), at=(1, 2), hint="look", reason="why")
    except Mine as error:
        told = crossed_error(error, "waiting")
    assert (type(told), told.__traceback__, told.__context__) == (NotFound, None, None)
    assert (told.code, told.at, told.hint, told.reason) == ("gone", (1, 2), "look", "why")
    wait = crossed_error(FloodWait("x", 3.5))
    assert isinstance(wait, FloodWait)
    assert wait.retry_after == 3.5
    with pytest.raises(TypeError):
        crossed_error(CommandError(Word("x"), "y"))


def test_a_mapping_of_names_passes() -> None:
    values: dict[str, Any] = {"a": [1, 2]}
    assert crossed(values) == {"a": (1, 2)}
