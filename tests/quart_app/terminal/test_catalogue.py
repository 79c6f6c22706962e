"""What a caller is told of the commands, in their language."""

from __future__ import annotations

import gettext

import pytest

from commands import Text
from quart_app.terminal.catalogue import Catalogue
from tests.doubles.line_terminal import LineTerminal


class Italian(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return {"Clear the screen.": "Pulisce lo schermo.", "usage": "uso"}.get(message, message)


async def test_it_speaks_the_callers_language(terminal: LineTerminal) -> None:
    terminal.caller.translations = Italian()
    shown = await terminal("help clear")
    assert Text("Pulisce lo schermo.") in shown.events
    assert ("uso", "clear") in shown.rows


def test_a_command_as_plain_values(terminal: LineTerminal) -> None:
    found = Catalogue(terminal.manager.registry, terminal.caller).find("list")
    assert found is not None
    assert (found.name, found.usage, found.does, found.builtin) == (
        "list",
        "list [N] [--fresh]",
        "source",
        True,
    )
    assert (found.capabilities, found.plugin) == (("chats.read",), "telegram-chat-manager")
    assert found.columns[0] == {"name": "chat", "kind": "chat", "title": "Chat"}
    assert found.arguments[0] == {
        "name": "n",
        "kind": "integer",
        "shape": "one",
        "required": False,
        "choices": (),
        "help": "how many; 20 unless you say, all of them before a pipe",
    }


@pytest.mark.parametrize(("name", "found"), [("@", "@"), ("@durov", "@"), ("list", "list"), ("nobody", None)])
def test_find(terminal: LineTerminal, name: str, found: str | None) -> None:
    description = terminal.dispatcher.catalogue.find(name)
    assert (description.name if description else None) == found
