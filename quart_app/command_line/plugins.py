"""``plugins list``: what is installed, what of it is admitted, and why the rest is not; ``plugins hash``: its pin."""

from __future__ import annotations

from importlib.metadata import Distribution, distributions
from itertools import groupby

from commands.hooks import GROUP
from plugins.fingerprint import fingerprint, own_module
from plugins.loading import load
from plugins.manager import Status
from plugins.origin import Origin, canonical
from quart_app.command_line.reading import take_settings
from quart_app.command_line.speech import complain, say


def run_list() -> int:
    """Raises SettingsError, PluginError."""
    settings = take_settings()
    statuses = load(settings.plugins, settings.plugin_grants).statuses
    # One of ours brings one command a module, a stranger's may bring several modules as well.
    for (origin, state), group in groupby(statuses, key=lambda status: (status.origin, status.state)):
        say(_line(origin, state, list(group)))
    return 0


def _line(origin: Origin, state: str, statuses: list[Status]) -> str:
    if state == "ready":
        names = [name for status in statuses for name in status.commands]
        uses = sorted({capability for status in statuses for capability in status.capabilities})
        used = f"; uses {', '.join(uses)}" if uses and not origin.builtin else ""
        warning = "; THIS HANDS OVER ACCOUNTS" if any(each.hands_over for each in uses) else ""
        return f"ready     {origin}: {', '.join(names) or 'no commands'}{used}{warning}"
    if state == "unlisted":
        return f"unlisted  {origin}: not in PLUGINS"
    return f"left out  {origin}: {'; '.join(status.error for status in statuses)}"


def run_hash(name: str | None) -> int:
    """The entry for PLUGINS of one plugin or of all; 1 if one can't be pinned, or none is there. Imports nothing."""
    found = [one for one in _offering() if name is None or canonical(one.name) == canonical(name)]
    if not found:
        complain(f"{name} is not installed, or offers no plugin." if name else "No plugin is installed.")
        return 1
    outcomes = [_pin(one) for one in sorted(found, key=lambda one: canonical(one.name))]
    return max(outcomes)


def _offering() -> list[Distribution]:
    """The first of each name on the path, as it would be imported."""
    first: dict[str, Distribution] = {}
    for distribution in distributions():
        if any(point.group == GROUP for point in distribution.entry_points):
            first.setdefault(canonical(distribution.name), distribution)
    return list(first.values())


def _pin(distribution: Distribution) -> int:
    name = canonical(distribution.name)
    modules = [point.module for point in distribution.entry_points if point.group == GROUP]
    try:
        if all(own_module(distribution, module) for module in modules):
            say(f"{name}=={distribution.version}@sha256:{fingerprint(distribution)}")
            return 0
    except OSError:
        complain(f"{name}: one of its installed files is gone; install it again.")
        return 1
    complain(f"{name}: an editable install has no files of its own to pin; install it without --editable.")
    return 1
