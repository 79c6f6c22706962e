"""A word means one command."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from commands import TEXT, Command, Context, Event, Given, Sigil, Source, Word, argument, row, say
from plugins.errors import PluginError
from plugins.origin import Origin
from plugins.registry import Entry, Registry


async def run(context: Context, given: Given) -> AsyncIterator[Event]:
    yield row()


def entry(trigger: Word | Sigil, plugin: str = "one") -> Entry:
    name = argument(TEXT, "name", say("x"), default="")
    return Entry(
        Command(trigger=trigger, summary=say("x"), does=Source(run=run), arguments=(name,)),
        Origin(plugin, "1.0"),
    )


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    registry.add([entry(Word("list")), entry(Sigil("@", "name"))])
    return registry


@pytest.mark.parametrize(
    ("word", "found"),
    [("list", "list"), ("@", "@"), ("@durov", "@"), ("lis", None), ("", None), ("List", None)],
)
def test_find(registry: Registry, word: str, found: str | None) -> None:
    entry = registry.find(word)
    assert (entry.command.name if entry else None) == found


@pytest.mark.parametrize("trigger", [Word("list"), Sigil("@", "other")], ids=["word", "sigil"])
def test_a_collision_names_both_and_nothing_is_added(registry: Registry, trigger: Word | Sigil) -> None:
    said = f"{trigger.text}: offered by two 1.0, but one 1.0 has it"
    with pytest.raises(PluginError, match=said):
        registry.add([entry(Word("new"), "two"), entry(trigger, "two")])
    assert [found.command.name for found in registry] == ["@", "list"]


def test_a_plugin_may_collide_with_itself(registry: Registry) -> None:
    with pytest.raises(PluginError, match=r"new: offered by two 1\.0, but two 1\.0 has it"):
        registry.add([entry(Word("new"), "two"), entry(Word("new"), "two")])
    assert registry.find("new") is None


def test_nearest(registry: Registry) -> None:
    assert (registry.nearest("LSIT"), registry.nearest("zzz")) == ("list", None)
