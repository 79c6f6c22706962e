"""Import one module and see what it offers, through pluggy: its commands, and whether it observes."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

import pluggy

from commands import hooks
from commands.command import Command
from commands.events import Finished
from commands.flaws import flaws
from plugins.bridge import rebuilt
from plugins.errors import PluginError
from plugins.origin import Origin
from plugins.translations import Catalogues, read_catalogues

MOST_COMMANDS: Final = 100
"""Of one module."""
NAMES: Final = ("register_commands", "command_finished")


class Hooks:
    """What one module implements. pluggy knows no other module here: one that raises takes nobody's results along."""

    def __init__(self, module: ModuleType, origin: Origin) -> None:
        self._domain = "" if origin.builtin else origin.distribution
        self._builtin = origin.builtin
        self._pluggy = pluggy.PluginManager(hooks.PROJECT)
        self._pluggy.add_hookspecs(hooks)
        self._pluggy.register(module, name=f"{origin}:{module.__name__}")
        self._pluggy.check_pending()
        self._check_plain()
        self.commands = self._collect()
        self.catalogues: Catalogues = {} if origin.builtin else read_catalogues(module)

    @property
    def observes(self) -> bool:
        return bool(self._pluggy.hook.command_finished.get_hookimpls())

    def observer(self, finished: Finished) -> Callable[[], object]:
        """To be called on the plugin's thread."""
        return lambda: self._pluggy.hook.command_finished(finished=finished)

    def _check_plain(self) -> None:
        for name in NAMES:
            for found in getattr(self._pluggy.hook, name).get_hookimpls():
                asynchronous = inspect.iscoroutinefunction(found.function)
                if asynchronous or inspect.isasyncgenfunction(found.function):
                    raise PluginError(f"its {name} is async: a hook is a plain function")
                if found.hookwrapper or found.wrapper:
                    raise PluginError(f"its {name} is a wrapper: there is nothing to wrap")

    def _collect(self) -> tuple[Command, ...]:
        """A refusal counts though the plugin may have caught it; so does nothing that is registered later."""
        found: list[Command] = []
        refusals: list[PluginError] = []
        closed = False

        def register(command: object) -> None:
            try:
                if closed or len(found) >= MOST_COMMANDS:
                    raise PluginError(
                        "it registers later" if closed else f"more than {MOST_COMMANDS} commands"
                    )
                found.append(self._sound(command))
            except PluginError as refusal:
                refusals.append(refusal)
                raise

        self._pluggy.hook.register_commands(register=register)
        closed = True
        if refusals:
            raise refusals[0]
        return tuple(found)

    def _sound(self, command: Any) -> Command:
        declared = rebuilt(command, self._domain)
        if flaw := next(flaws(declared), None):
            raise PluginError(f"{declared.name[:80]}: {flaw}")
        return declared


def admit(module: str, origin: Origin) -> Hooks:
    """Runs the module's own code, which may raise anything."""
    return Hooks(importlib.import_module(module), origin)
