"""The command as people type it, in the app's own terminal, over a demo Telegram."""

from typing import Any

import hello_chats

from commands import Command


def test_greeting(terminal: Any) -> None:
    assert terminal("hello Ada").rows == [("Hello, Ada!", terminal.now)]
    assert terminal("hello Ada --loud").rows == [("HELLO, ADA!", terminal.now)]


def test_beside_the_other_commands(terminal: Any) -> None:
    assert terminal("hello | where greeting ~ WORLD | count").rows == [(1,)]
    assert terminal("hello --laud").error == "usage"
    assert "hello" in terminal.complete("hel")


def test_usage() -> None:
    registered: list[Command] = []
    hello_chats.register_commands(registered.append)
    assert [command.usage() for command in registered] == ["hello [NAME] [--loud]"]
