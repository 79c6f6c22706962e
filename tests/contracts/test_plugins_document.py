"""docs/PLUGINS.md says all that there is and nothing else: the document and the code are read side by side."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest

import commands
from commands import (
    ArgumentKind,
    Capability,
    Command,
    CommandError,
    Context,
    Effect,
    Event,
    Kind,
    Telegram,
    hooks,
)
from commands.flaws import _SUBJECTS as SUBJECTS
from commands.flaws import flaws
from commands.gateway import MOST_CHATS, REQUIRED
from plugins import admission, host, manager, visit
from plugins.discovery import parse_allow_list
from plugins.grants import Grants
from quart_app.__main__ import parser
from quart_app.terminal import allowance
from quart_app.testkit.shown import Shown
from quart_app.testkit.telegram import Telegram as KitTelegram
from quart_app.testkit.terminal import Terminal as KitTerminal

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "PLUGINS.md").read_text()
WALK, _, REFERENCE = DOCUMENT.partition("\n# Reference\n")
SECTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", REFERENCE, re.MULTILINE | re.DOTALL))
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", REFERENCE, re.MULTILINE | re.DOTALL)


def words(section: str, column: int = 1) -> set[str]:
    """The first word of each span of code in a column of the section's tables."""
    rows = [line.split("|") for line in SECTIONS[section].splitlines() if line.startswith("| `")]
    spans = (span for row in rows for span in re.findall(r"`([^`]+)`", row[column]))
    return {match[0] for span in spans if (match := re.match(r"[\w.]+", span))}


def public(thing: type) -> set[str]:
    return {name for name in vars(thing) if not name.startswith("_")}


def subclasses(thing: type[CommandError]) -> Iterable[type[CommandError]]:
    yield thing
    for one in thing.__subclasses__():
        if one.__module__ == thing.__module__:
            yield from subclasses(one)


KINDS = {name for name in commands.__all__ if isinstance(getattr(commands, name), ArgumentKind)} | {"choice"}
TOLD: dict[str, tuple[set[str], set[str]]] = {
    "hooks": (
        words("Hooks"),
        {n for n, thing in vars(hooks).items() if hasattr(thing, f"{hooks.PROJECT}_spec")},
    ),
    "fields of a command": (
        words("Commands") & {f.name for f in fields(Command)},
        {f.name for f in fields(Command)},
    ),
    "what a command does": (
        words("Commands") - {f.name for f in fields(Command)},
        {does.__name__ for does in (commands.Source, commands.Stage, commands.Effect)},
    ),
    "kinds of argument": (words("Arguments") & KINDS, KINDS),
    "ways to declare an argument": (words("Arguments") - KINDS, {"argument", "many", "option", "flag"}),
    "kinds of column": (words("Rows and columns"), {str(kind) for kind in Kind}),
    "events": (words("Events"), {event.__name__ for event in get_args(Event)}),
    "fields of an effect": (words("Acting"), {f.name for f in fields(Effect)}),
    "errors": (words("Errors"), {error.__name__ for error in subclasses(CommandError)}),
    "the context": (words("The context"), {f.name for f in fields(Context)} | public(Context) - {"telegram"}),
    "methods of the gateway": (words("Asking Telegram"), {n for n in vars(Telegram) if n in REQUIRED}),
    "capabilities": (
        words("Asking Telegram", 2) | {"telegram.client"},
        {str(capability) for capability in Capability},
    ),
}


@pytest.mark.parametrize("what", TOLD)
def test_nothing_is_missing_and_nothing_is_made_up(what: str) -> None:
    told, there = TOLD[what]
    assert told == there


def test_a_method_stands_beside_the_capability_that_it_needs() -> None:
    rows = [line.split("|") for line in SECTIONS["Asking Telegram"].splitlines() if line.startswith("| `")]
    told = {re.match(r"\w+", row[1].strip(" `"))[0]: row[2].strip(" `") for row in rows}  # type: ignore[index]
    assert told == {name: str(capability) for name, capability in REQUIRED.items()}


def test_every_public_name_is_explained() -> None:
    code = re.findall(r"`[^`\n]+`|^```.*?^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    shown = set(re.findall(r"\w+", " ".join(code)))
    assert [name for name in commands.__all__ if name not in shown] == []


@pytest.mark.parametrize("kit", [Shown, KitTelegram, KitTerminal], ids=lambda kit: kit.__name__)
def test_the_test_kit_is_told_whole(kit: type) -> None:
    told = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`\n]+)`", SECTIONS["Testing"]))))
    mine = public(kit) | set(getattr(kit, "__annotations__", {})) - {"events"}
    assert {name for name in mine if name not in ("close", "count", "index")} - told == set()


LIMITS: dict[str, Any] = {
    "to load": f"{manager.LOADING_SECONDS:g} s",
    "commands of one module": admission.MOST_COMMANDS,
    "after a cancellation": f"{visit.GRACE_SECONDS:g} s",
    "calls of the gateway": visit.MOST_CALLS,
    "rows shown": allowance.MOST_ROWS,
    "other events": allowance.MOST_EVENTS,
    "characters of one line": allowance.MOST_CHARACTERS,
    "characters of one event": allowance.MOST_OF_ONE,
    "blocking without": f"after {host.BLOCKED_SECONDS:g} s",
    "threads of one plugin": host.MOST_THREADS,
}


@pytest.mark.parametrize("what", LIMITS)
def test_limits_are_the_ones_that_hold(what: str) -> None:
    (row,) = [line for line in SECTIONS["Limits at run time"].splitlines() if line.startswith(f"| {what}")]
    limit = LIMITS[what]
    assert (f"{limit:,}" if isinstance(limit, int) else limit) in row.split("|")[2]


def test_the_time_of_a_line_and_the_batch_of_an_archive() -> None:
    default: Any = next(field.default for field in fields(Command) if field.name == "timeout")
    assert f"{default.total_seconds():g} seconds unless you say" in SECTIONS["Commands"]
    assert f"{MOST_CHATS} chats at most" in SECTIONS["Asking Telegram"]


@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(len(SNIPPETS)))
def test_snippets_are_sound(snippet: str) -> None:
    """Each is a whole module; what it registers would be admitted."""
    module = ModuleType("snippet")
    exec(compile(snippet, "docs/PLUGINS.md", "exec"), vars(module))
    register: Callable[..., None] | None = vars(module).get("register_commands")
    registered: list[Command] = []
    if register is not None:
        register(registered.append)
        assert [flaw for command in registered for flaw in flaws(command)] == []
        assert registered


def test_settings_and_commands_as_they_are_read() -> None:
    allowed = re.findall(r'PLUGINS="([^"$]+)"', DOCUMENT)
    granted = re.findall(r'PLUGIN_GRANTS="([^"$]+)"', DOCUMENT)
    assert all(parse_allow_list(text) for text in allowed)
    assert all(
        Grants.parse(text).granted for text in [*granted, "name=chats.read+messages.read;other=chats.archive"]
    )
    for line in re.findall(r"python -m quart_app ([\w ]+[\w])", DOCUMENT):
        parser().parse_args(line.split())


def test_links_within_the_page_lead_somewhere() -> None:
    titles = re.findall(r"^#+ (.+)$", DOCUMENT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", DOCUMENT)) <= anchors
    for link in re.findall(r"\]\((\.\./[^)#]+)\)", DOCUMENT):
        assert (ROOT / "docs" / link).exists()


def test_what_can_be_acted_on() -> None:
    (row,) = [line for line in SECTIONS["Acting"].splitlines() if line.startswith("| `subject`")]
    assert set(re.findall(r"`([A-Z]+)`", row)) == {kind.name for kind in SUBJECTS}


def test_the_buttons_of_the_walk_are_on_a_page() -> None:
    pages = "".join(page.read_text() for page in (ROOT / "quart_app" / "templates").glob("*.html"))
    buttons = re.findall(r"\*\*(.+?)\*\*", WALK)
    assert len(buttons) >= 2
    assert [button for button in buttons if button not in pages] == []


def test_every_snippet_of_the_walk_parses() -> None:
    for text in re.findall(r"^```python\n(.*?)^```$", WALK, re.MULTILINE | re.DOTALL):
        ast.parse(text)
