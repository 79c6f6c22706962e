"""Errors carry a stable code, a finer reason and a place."""

from __future__ import annotations

import commands
from commands import CommandError, FloodWait, NotFound, TelegramError, UnknownCommand, UsageError, say
from commands import errors as module


def test_every_usage_error_has_the_code_usage() -> None:
    error = UsageError("bad_value", say("No."), at=(1, 2), hint=say("Try."))
    assert (error.code, error.reason, error.at) == ("usage", "bad_value", (1, 2))


def test_an_unknown_command_carries_what_was_meant() -> None:
    error = UnknownCommand("lsit", "list", at=(0, 4))
    assert (error.code, error.reason, error.close) == ("unknown_command", "", "list")
    assert error.hint == say("Did you mean {close}?", close="list")
    assert UnknownCommand("zzz").hint == ""


def test_a_flood_wait_says_how_long() -> None:
    assert FloodWait(say("Wait."), 42).retry_after == 42


def test_a_string_of_an_error_shows_no_words() -> None:
    assert str(NotFound("chat_not_found", say("There is no chat {name}.", name="secret"))) == "chat_not_found"


def test_the_tree_is_drawn_and_public() -> None:
    classes = {
        name
        for name, thing in vars(module).items()
        if isinstance(thing, type) and issubclass(thing, CommandError)
    }
    assert classes <= set(commands.__all__)
    assert all(name in (module.__doc__ or "") for name in classes)
    assert issubclass(NotFound, TelegramError)
