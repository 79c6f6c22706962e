"""``check``: would the app start, with every plugin that was asked for?"""

from __future__ import annotations

from plugins.loading import load, problems
from quart_app.command_line.reading import take_settings
from quart_app.command_line.speech import complain, say


def run() -> int:
    """1 if a plugin has to be left out. Raises SettingsError, PluginError."""
    settings = take_settings()
    found = problems(load(settings.plugins, settings.plugin_grants))
    for problem in found:
        complain(problem)
    if found:
        return 1
    say("Settings and plugins are in order.")
    return 0
