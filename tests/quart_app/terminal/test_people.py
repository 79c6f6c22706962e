"""An argument that is a person: found as a chat is, and nobody but a person or a bot."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from commands import (
    USER,
    Capability,
    Column,
    Command,
    Context,
    Event,
    Given,
    Kind,
    Source,
    User,
    Word,
    argument,
    many,
    row,
    say,
)
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram

WHO = argument(USER, "who", say("whom"))
OTHERS = many(USER, "others", say("and who else"), least=0)


async def run(context: Context, given: Given) -> AsyncIterator[Event]:
    yield row(given[WHO])
    for other in given[OTHERS]:
        yield row(other)


@pytest.fixture
def terminal() -> LineTerminal:
    telegram = MemoryTelegram()
    for title, username, kind in (("Ada", "ada", "user"), ("Bo", None, "user"), ("Amici", "amici", "group")):
        telegram.add(title, username, kind)  # type: ignore[arg-type]
    made = LineTerminal(telegram)
    does = Source(run=run, columns=(Column("who", Kind.USER),))
    made.add(Command(trigger=Word("greet"), summary=say("x."), does=does, arguments=(WHO, OTHERS)))
    return made


async def test_a_person_is_given(terminal: LineTerminal) -> None:
    ada, bo = User(1, "Ada", "ada"), User(2, "Bo")
    assert (await terminal("greet @ada")).rows == [(ada,)]
    assert (await terminal("greet Bo @ada")).rows == [(bo,), (ada,)]


async def test_a_group_is_nobody(terminal: LineTerminal) -> None:
    shown = await terminal("greet @ada @amici")
    assert (shown.notice.code, shown.notice.at) == ("user_not_found", (11, 17))
    assert shown.said == "Amici @amici is a group, not a person."


async def test_only_people_are_offered(terminal: LineTerminal) -> None:
    assert await terminal.completions("greet ") == ["@ada", '"Bo"']
    assert await terminal.completions("greet @ada A") == ["@ada"]


def test_it_asks_for_the_right_to_find_chats(terminal: LineTerminal) -> None:
    entry = terminal.manager.registry.find("greet")
    assert entry is not None
    assert entry.command.uses == {Capability.CHATS_RESOLVE}
