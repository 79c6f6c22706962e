"""``plugins list``: what is installed, what of it is admitted, and why the rest is not."""

from __future__ import annotations

from itertools import groupby

from plugins.loading import load
from plugins.manager import Status
from plugins.origin import Origin
from quart_app.command_line.reading import load_settings
from quart_app.command_line.speech import say


def run_list() -> int:
    """Raises SettingsError, PluginError."""
    settings = load_settings()
    statuses = load(settings.plugins, settings.plugin_grants).statuses
    # One of ours brings one command a module, a stranger's may bring several modules as well.
    for (origin, state), group in groupby(statuses, key=lambda status: (status.origin, status.state)):
        say(_line(origin, state, list(group)))
    return 0


def _line(origin: Origin, state: str, statuses: list[Status]) -> str:
    if state == "ready":
        names = [name for status in statuses for name in status.commands]
        return f"ready     {origin}: {', '.join(names) or 'no commands'}"
    if state == "unlisted":
        return f"unlisted  {origin}: not in PLUGINS"
    return f"left out  {origin}: {'; '.join(status.error for status in statuses)}"
