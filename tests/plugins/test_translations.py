"""A plugin speaks its own languages: in its help, its tables and its events, and nobody speaks for another."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import Distribution
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from commands.phrases import Library, Phrase, render, say, say_n
from plugins.translations import MOST_BYTES, Words
from tests.doubles.line_terminal import PLAIN, LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram

GREETER = """
from commands import *
async def run(context, given):
    yield Text(say_n("{n} word", "{n} words", 2))
    yield row(context.render(say("Hello")))
    yield Notice("info", "greeted", say("Hello"))
    raise CommandError("over", say("It is over"))
@hookimpl
def register_commands(register):
    register(Command(trigger=Word("greet"), summary=say("Say hello."),
                     does=Source(run=run, columns=(Column("text", Kind.TEXT, say("Words")),))))
"""
WORDS = {
    "Say hello.": "Saluta.",
    "Hello": "Ciao",
    "Words": "Parole",
    "It is over": "È finita",
    ("{n} word", "{n} words"): ("{n} parola", "{n} parole"),
}


def compiled(words: dict[Any, Any]) -> bytes:
    catalogue = Catalog(locale="it")
    for key, value in words.items():
        catalogue.add(key, value)
    written = BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


@pytest.fixture
def offer(install: Any, tmp_path: Path) -> Callable[..., Distribution]:
    """A plugin with an Italian catalogue beside its module."""

    def make(catalogue: bytes) -> Distribution:
        place = tmp_path / "locale" / "it" / "LC_MESSAGES"
        place.mkdir(parents=True)
        (place / "messages.mo").write_bytes(catalogue)
        made: Distribution = install("greeter", GREETER)
        return made

    return make


async def test_all_that_it_says_is_in_the_callers_language(
    install: Any, offer: Callable[..., Distribution]
) -> None:
    manager = install.load("greeter==1.0", installed=[offer(compiled(WORDS))])
    terminal = LineTerminal(MemoryTelegram(), manager)
    words = terminal.caller.translations = manager.words("it", PLAIN)
    shown = await terminal("greet")
    assert [render(event.text, words) for event in shown.events if hasattr(event, "text")] == [
        *("2 parole", "Ciao", "È finita")
    ]
    assert shown.rows == [("Ciao",)]
    described = terminal.dispatcher.catalogue.find("greet")
    assert described is not None
    assert (described.summary, described.columns[0]["title"]) == ("Saluta.", "Parole")
    terminal.caller.translations = manager.words("de", PLAIN)
    assert (await terminal("greet")).rows == [("Hello",)]


def test_nobody_speaks_for_another() -> None:
    class Loud:
        def gettext(self, message: str, /) -> str:
            return message.upper()

        def ngettext(self, one: str, more: str, n: int, /) -> str:
            return (one if n == 1 else more).upper()

    words = Words(PLAIN, {"loud": Loud()})
    assert isinstance(words, Library)
    assert render(say("hello"), words) == "hello"
    assert render(Phrase("hello", domain="loud"), words) == "HELLO"
    assert render(Phrase("hello", domain="quiet"), words) == "hello"
    assert render(say_n("a", "b", 2), words) == "b"
    assert render(Phrase("hello", domain="loud"), PLAIN) == "hello"


def test_what_a_plugin_lacks_the_app_may_have() -> None:
    class App:
        def gettext(self, message: str, /) -> str:
            return f"<{message}>"

        def ngettext(self, one: str, more: str, n: int, /) -> str:
            return f"<{one if n == 1 else more}>"

    words = Words(App(), {"plugin": PLAIN})
    assert render(Phrase("hello", domain="plugin"), words) == "<hello>"
    assert render(Phrase("a", "b", 1, domain="plugin"), words) == "<a>"


@pytest.mark.parametrize(
    "catalogue",
    [b"", b"rubbish", b"x" * (MOST_BYTES + 1), compiled(WORDS)[:40]],
    ids=["empty", "rubbish", "too big", "cut off"],
)
def test_a_catalogue_that_can_not_be_read_keeps_the_plugin_out(
    install: Any, offer: Callable[..., Distribution], catalogue: bytes
) -> None:
    (status,) = [
        one
        for one in install.load("greeter==1.0", installed=[offer(catalogue)]).statuses
        if not one.origin.builtin
    ]
    assert status.state == "left out"
    assert "its catalogue it/LC_MESSAGES/messages.mo can't be read" in status.error
