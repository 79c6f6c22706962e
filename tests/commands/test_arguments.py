"""Usage as it is read from a declaration."""

from __future__ import annotations

from typing import Any

import pytest

from commands import CHAT, COUNT, DURATION, REST, TEXT, Argument, argument, choice, flag, many, option, say


@pytest.mark.parametrize(
    ("declared", "usage"),
    [
        (argument(TEXT, "name", say("x")), "NAME"),
        (argument(COUNT, "n", say("x"), default=None), "[N]"),
        (argument(choice("on", "off"), "state", say("x")), "on|off"),
        (argument(REST, "text", say("x")), "TEXT"),
        (many(CHAT, "chat", say("x")), "CHAT..."),
        (many(TEXT, "words", say("x"), least=0), "[WORDS...]"),
        (option(DURATION, "for", say("x")), "[--for DURATION]"),
        (option(choice("a", "b"), "how", say("x")), "[--how a|b]"),
        (flag("fresh", say("x")), "[--fresh]"),
    ],
)
def test_usage(declared: Argument[Any], usage: str) -> None:
    assert declared.usage() == usage


def test_two_declarations_are_never_the_same_key() -> None:
    assert flag("fresh", say("x")) != flag("fresh", say("x"))
