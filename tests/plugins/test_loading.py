"""All plugins at start, from the two settings."""

from __future__ import annotations

from typing import Any

import pytest

from commands.builtin import MODULES
from plugins.errors import BrokenBuiltin, PluginError
from plugins.loading import load, problems


def test_ours_alone() -> None:
    manager = load(installed=[])
    assert [status.state for status in manager.statuses] == ["ready"] * len(MODULES)
    assert [entry.command.name for entry in manager.registry] == [
        *("@", "list", "search", "help", "clear", "where", "sort", "head", "count", "json", "csv")
    ]
    assert all(entry.origin.builtin for entry in manager.registry)
    assert problems(manager) == []


def test_each_load_is_its_own() -> None:
    assert load(installed=[]).registry is not load(installed=[]).registry


@pytest.mark.parametrize(
    ("plugins", "grants", "said"),
    [
        ("hello", "", "PLUGINS: hello: expected"),
        ("", "hello=x", "PLUGIN_GRANTS: hello: there is no capability 'x'"),
    ],
)
def test_a_bad_setting_is_named(plugins: str, grants: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        load(plugins, grants, installed=[])


def test_what_was_asked_for_and_is_not_there(install: Any, hello: str) -> None:
    installed = [install("hello", hello), install("idle", hello), install("broken", "1/0")]
    manager = load(
        "hello==1.0,ghost==1.0,broken==1.0", "hello=chats.read;nobody=chats.read", installed=installed
    )
    assert problems(manager) == [
        "broken 1.0: ZeroDivisionError: division by zero",
        "ghost 1.0: it is not installed, or offers no plugin",
        "nobody: it has grants, but is not on the allow-list (PLUGINS)",
    ]
    states = {str(status.origin): status.state for status in manager.statuses if not status.origin.builtin}
    assert (states["hello 1.0"], states["idle 1.0"]) == ("ready", "unlisted")


def test_a_builtin_can_not_be_left_out() -> None:
    with pytest.raises(BrokenBuiltin, match=r"a built-in command is broken: .*no_such"):
        load(builtin=["commands.builtin.no_such"], installed=[])
    assert issubclass(BrokenBuiltin, PluginError)
