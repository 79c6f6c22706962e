"""Admit plugins one by one: one that fails is named and left out, the others stay.

pluggy registers and observes; no command runs through it. Importing runs the plugin's own code in this process: what
it raises is caught, whatever it is, but one that never returns can't be stopped, and the app doesn't start then.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

import pluggy

from commands import hooks
from commands.command import Command
from commands.events import Finished
from commands.flaws import flaws
from plugins.discovery import Candidate
from plugins.errors import PluginError
from plugins.grants import Grants
from plugins.origin import Origin
from plugins.registry import Entry, Registry

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """One line of ``plugins list``: "left out" is allowed but wrong, "unlisted" is installed and not asked for."""

    origin: Origin
    state: Literal["ready", "left out", "unlisted"]
    commands: tuple[str, ...] = ()
    error: str = ""


class PluginManager:
    def __init__(self, grants: Grants) -> None:
        self.registry = Registry()
        self.statuses: list[Status] = []
        self._grants = grants
        self._pluggy = pluggy.PluginManager(hooks.PROJECT)
        self._pluggy.add_hookspecs(hooks)

    def admit(self, candidates: Iterable[Candidate]) -> None:
        for candidate in candidates:
            try:
                entries = self._admit(candidate)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # noqa: BLE001 (a plugin may raise SystemExit at import)
                self.leave_out(candidate.origin, _sentence(error))
            else:
                names = tuple(entry.command.name for entry in entries)
                self.statuses.append(Status(candidate.origin, "ready", names))

    def leave_out(self, origin: Origin, error: str) -> None:
        self.statuses.append(Status(origin, "left out", error=error))

    def _admit(self, candidate: Candidate) -> list[Entry]:
        module = importlib.import_module(candidate.module)
        name = f"{candidate.origin}:{candidate.module}"
        self._pluggy.register(module, name=name)
        try:
            self._pluggy.check_pending()
            entries = self._collect(module, candidate.origin)
            self.registry.add(entries)
        except BaseException:
            self._pluggy.unregister(name=name)
            raise
        return entries

    def _collect(self, module: ModuleType, origin: Origin) -> list[Entry]:
        entries: list[Entry] = []

        def register(command: object) -> None:
            if not isinstance(command, Command):
                raise PluginError(f"register() takes a Command, not {type(command).__name__}")
            if flaw := next(flaws(command), None):
                raise PluginError(f"{command.name}: {flaw}")
            missing = [] if origin.builtin else self._grants.missing(origin.distribution, command.uses)
            if missing:
                raise PluginError(
                    f"{command.name} uses {', '.join(missing)}, which PLUGIN_GRANTS does not give"
                )
            entries.append(Entry(command, origin))

        self._alone(module).register_commands(register=register)
        return entries

    def _alone(self, module: ModuleType) -> pluggy.HookRelay:
        """The hooks of one plugin: called together, one that raises would take the others' results with it."""
        others = [plugin for plugin in self._pluggy.get_plugins() if plugin is not module]
        relay = pluggy.HookRelay()
        for name in ("register_commands", "command_finished"):
            setattr(relay, name, self._pluggy.subset_hook_caller(name, others))
        return relay

    def finished(self, finished: Finished) -> None:
        """Tell the observers, each alone. What one raises is logged with its name and shown to nobody."""
        for observer in self._pluggy.hook.command_finished.get_hookimpls():
            try:
                observer.function(*([finished] if observer.argnames else []))
            except (Exception, SystemExit) as error:  # noqa: BLE001 (it must not end a run that went well)
                about = {"plugin": observer.plugin_name, "error": type(error).__name__}
                logger.error("an observer failed", extra=about)


def _sentence(error: BaseException) -> str:
    return str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
