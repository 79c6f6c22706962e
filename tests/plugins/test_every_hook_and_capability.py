"""Each hook is called, each capability is a gate: read from the code, so that a new one is tested as well."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from commands import Capability, Finished, hooks
from plugins.admission import NAMES

SPECS = sorted(name for name, thing in vars(hooks).items() if hasattr(thing, f"{hooks.PROJECT}_spec"))
FINISHED = Finished("list", "telegram-chat-manager", "ok", 5, 0.1)
PLUGIN = """
from commands import hookimpl
calls = []
@hookimpl
def {hook}({argument}):
    calls.append({argument})
"""
ARGUMENTS = {"register_commands": "register", "command_finished": "finished"}


def test_there_is_no_hook_that_nobody_calls() -> None:
    assert set(SPECS) == set(NAMES)


@pytest.mark.parametrize("hook", SPECS)
def test_each_hook_is_called(install: Any, hook: str) -> None:
    found = install("hooked", PLUGIN.format(hook=hook, argument=ARGUMENTS[hook]))
    manager = install.load("hooked==1.0", installed=[found])
    assert manager.statuses[-1].state == "ready"
    manager.finished(FINISHED)
    manager.hosts["hooked"].call(lambda: None, 10)
    (given,) = sys.modules["hooked"].calls
    assert callable(given) if hook == "register_commands" else given == FINISHED


@pytest.mark.parametrize("capability", Capability)
def test_each_capability_is_declared_and_granted_by_name(
    install: Any, hello: str, capability: Capability
) -> None:
    source = hello.replace("summary=", f"capabilities=frozenset({{Capability.{capability.name}}}), summary=")
    found = install("hello", source)
    others = "+".join(each for each in Capability if each is not capability)
    for grants, state in (("", "left out"), (others, "left out"), (str(capability), "ready")):
        text = f"hello={grants}" if grants else ""
        status = install.load("hello==1.0", text, installed=[found]).statuses[-1]
        assert status.state == state, status.error
        assert (capability in status.error) == (state == "left out")
    assert status.capabilities == (capability,)
