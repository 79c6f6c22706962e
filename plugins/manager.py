"""Admit plugins one by one: one that fails is named and left out, the others stay."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from types import ModuleType

import pluggy

from commands import hooks
from commands.command import Command
from commands.events import Finished
from plugins.discovery import Candidate
from plugins.grants import Grants
from plugins.registry import Entry, Origin, PluginError, Registry, Status


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
            except BaseException as error:  # a plugin may raise SystemExit at import
                said = str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
                self.statuses.append(Status(candidate.origin, "left out", error=said))
            else:
                names = tuple(entry.command.name for entry in entries)
                self.statuses.append(Status(candidate.origin, "ready", names))

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

        def register(command: Command) -> None:
            if not isinstance(command, Command):
                raise PluginError(f"register() takes a Command, not {type(command).__name__}")
            missing = [] if origin.builtin else self._grants.missing(origin.distribution, command.uses)
            if missing:
                raise PluginError(
                    f"{command.name} uses {', '.join(missing)}, which PLUGIN_GRANTS does not give"
                )
            entries.append(Entry(command, origin))

        self._alone(module).register_commands(register=register)
        return entries

    def _alone(self, module: ModuleType) -> pluggy.HookRelay:
        others = [plugin for plugin in self._pluggy.get_plugins() if plugin is not module]
        relay = pluggy.HookRelay()
        for name in ("register_commands", "command_finished"):
            setattr(relay, name, self._pluggy.subset_hook_caller(name, others))
        return relay

    def finished(self, finished: Finished) -> list[tuple[str, Exception]]:
        """Tell the observers, each alone; the failures come back with a name."""
        failures: list[tuple[str, Exception]] = []
        for implementation in self._pluggy.hook.command_finished.get_hookimpls():
            try:
                implementation.function(*([finished] if implementation.argnames else []))
            except Exception as error:
                failures.append((implementation.plugin_name, error))
        return failures


def admit_all(
    builtin: Iterable[str], candidates: Iterable[Candidate] = (), grants: Grants | None = None
) -> PluginManager:
    """Built-ins first, by the same road: their names are taken before a stranger's."""
    manager = PluginManager(grants or Grants())
    manager.admit(Candidate(Origin("telegram-chat-manager", builtin=True), module) for module in builtin)
    broken = [status for status in manager.statuses if status.state != "ready"]
    if broken:
        raise PluginError(f"a built-in command is broken: {broken[0].error}")
    manager.admit(candidates)
    return manager
