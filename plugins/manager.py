"""Admit plugins one by one: one that fails is named and left out, the others stay.

pluggy registers and observes; no command runs through it. A plugin from outside is imported on a thread of its own,
which is given up when it takes too long; all that its code does later is done there as well.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from commands.capabilities import Capability
from commands.command import Command
from commands.events import Finished
from commands.phrases import Translations
from plugins.admission import Hooks, admit
from plugins.bridge import bridged
from plugins.discovery import Candidate
from plugins.errors import PluginError
from plugins.faults import sentence
from plugins.grants import Grants
from plugins.host import Host, Observer, Unobserved
from plugins.origin import Origin
from plugins.registry import Entry, Registry
from plugins.translations import Catalogues, Words

LOADING_SECONDS: Final = 10.0
"""For the import and the hook of one module."""
ALL_SECONDS: Final = 40.0
"""For all of them; what comes later still has LEAST_SECONDS each."""
LEAST_SECONDS: Final = 1.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """One line of ``plugins list``: "left out" is allowed but wrong, "unlisted" is installed and not asked for."""

    origin: Origin
    state: Literal["ready", "left out", "unlisted"]
    commands: tuple[str, ...] = ()
    error: str = ""
    capabilities: tuple[Capability, ...] = ()
    """What its commands use, all of it granted if it is ready."""


class PluginManager:
    """Several may be made, one after the other; ``close`` ends the threads of its plugins."""

    def __init__(
        self,
        grants: Grants,
        *,
        observer: Observer | None = None,
        loading_seconds: float = LOADING_SECONDS,
    ) -> None:
        self.registry = Registry()
        self.statuses: list[Status] = []
        self.hosts: dict[str, Host] = {}
        """By distribution; ours have none, they run on the app's own loop."""
        self._grants, self._loading_seconds = grants, loading_seconds
        self._began = time.monotonic()
        self._observer = observer or Unobserved()
        self._observing: list[tuple[Origin, Hooks]] = []
        self._catalogues: dict[str, Catalogues] = {}

    def admit(self, candidates: Iterable[Candidate]) -> None:
        """Blocks while it imports. A plugin of several modules has each of them admitted or left out alone."""
        for candidate in candidates:
            try:
                entries = self._admit(candidate)
            except PluginError as error:
                self.leave_out(candidate.origin, str(error))
            except Exception as error:
                if candidate.origin.builtin:
                    raise
                # No plugin stops the app, whatever else it has thought of; where it went wrong is for us to read.
                logger.exception("a plugin could not be admitted", extra={"plugin": str(candidate.origin)})
                self.leave_out(candidate.origin, f"{type(error).__name__} while it was admitted")
            else:
                names = tuple(entry.command.name for entry in entries)
                uses = frozenset[Capability]().union(*(entry.command.uses for entry in entries))
                self.statuses.append(
                    Status(candidate.origin, "ready", names, capabilities=tuple(sorted(uses)))
                )

    def leave_out(self, origin: Origin, error: str) -> None:
        self.statuses.append(Status(origin, "left out", error=error))

    def finished(self, finished: Finished) -> None:
        """Tell the observers, each alone. What one raises is logged with its name and shown to nobody."""
        for origin, hooks in self._observing:
            observer, host = hooks.observer(finished), self.hosts.get(origin.distribution)
            if host is None:
                observer()
            else:
                host.observe(observer)

    def words(self, language: str, app: Translations) -> Words:
        """``app`` with the plugins' own translations beside it, for a language's tag."""
        found = ((name, catalogues.get(language)) for name, catalogues in self._catalogues.items())
        return Words(app, {name: words for name, words in found if words is not None})

    def become(self, other: PluginManager) -> list[Host]:
        """Have what ``other`` has, for whoever holds this one; the hosts that nobody needs any more."""
        retired = list(self.hosts.values())
        self.registry.become(other.registry)
        self.statuses[:] = other.statuses
        self._observing[:] = other._observing
        self._catalogues = other._catalogues
        for name in self.hosts.keys() | other.hosts.keys():  # never empty in between: a watchdog looks at it
            if name in other.hosts:
                self.hosts[name] = other.hosts[name]
            else:
                del self.hosts[name]
        return retired

    def close(self) -> None:
        for host in self.hosts.values():
            host.close()

    def _admit(self, candidate: Candidate) -> Sequence[Entry]:
        if candidate.origin.builtin:
            hooks = _told(candidate)
            entries = [Entry(command, candidate.origin) for command in hooks.commands]
            self.registry.add(entries)
        else:
            hooks, entries = self._admit_from_outside(candidate)
        if hooks.observes:
            self._observing.append((candidate.origin, hooks))
        return entries

    def _admit_from_outside(self, candidate: Candidate) -> tuple[Hooks, list[Entry]]:
        origin, name = candidate.origin, candidate.origin.distribution
        host = self.hosts.get(name) or Host(name, self._observer)
        try:
            hooks = host.call(lambda: _told(candidate), self._patience())
            self._check_grants(hooks, origin)
            entries = [_entry(command, origin, host) for command in hooks.commands]
            self.registry.add(entries)
        except PluginError:
            if name not in self.hosts:
                host.close()
            raise
        self.hosts[name] = host
        self._catalogues[name] = {**self._catalogues.get(name, {}), **hooks.catalogues}
        return hooks, entries

    def _patience(self) -> float:
        """However many plugins hang, the app starts."""
        left = self._began + ALL_SECONDS - time.monotonic()
        return min(self._loading_seconds, max(LEAST_SECONDS, left))

    def _check_grants(self, hooks: Hooks, origin: Origin) -> None:
        for command in hooks.commands:
            missing = self._grants.missing(origin.distribution, command.uses)
            if missing:
                raise PluginError(
                    f"{command.name} uses {', '.join(missing)}, which PLUGIN_GRANTS does not give"
                )


def _entry(command: Command, origin: Origin, host: Host) -> Entry:
    local, shape = bridged(command, host)
    return Entry(local, origin, shape)


def _told(candidate: Candidate) -> Hooks:
    """Where the plugin's code runs its exceptions are read as well."""
    try:
        return admit(candidate.module, candidate.origin)
    except PluginError:
        raise
    except BaseException as error:
        if candidate.origin.builtin and isinstance(error, KeyboardInterrupt):
            raise  # a person stops the start; on another thread it is the plugin's own
        raise PluginError(sentence(error)) from None
